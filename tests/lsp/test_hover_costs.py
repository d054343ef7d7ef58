"""What a hover says of costs."""

import json

from confiture.lsp.features.hover import _cost
from confiture.model.profile import Comparison, Lock, LockMode, Profile

PLAN = json.dumps([{"Plan": {"Node Type": "Seq Scan", "Relation Name": "a"}}])


def test_a_hover_has_earlier_times_locks_the_reason_of_a_rewrite_and_the_plan() -> None:
    profile = Profile(
        "UPDATE a",
        0,
        "UPDATE a",
        (0.008,),
        locks=(Lock("a", LockMode.SHARE, 0.04),),
        rewrites=("a",),
        rewrite_reason="the new type is stored differently",
        plan=PLAN,
    )
    lines = list(_cost(Comparison(profile, None, history=(0.001, 0.004))))
    assert lines[3:] == [
        "`▂▅█` 1.0 ms–4.0 ms before\n",
        "- SHARE: blocks INSERT, UPDATE, DELETE on a for 40.0 ms",
        "",
        "Rewritten because the new type is stored differently\n",
        "Plan: Seq Scan on a\n",
    ]


def test_what_is_not_known_is_not_said() -> None:
    assert len(list(_cost(Comparison(Profile("UPDATE a", 0, "UPDATE a", (0.008,)), None)))) == 3
