"""What `confiture baseline diff` says of one statement."""

from dataclasses import replace

import pytest

from confiture.model.profile import Baseline, Comparison, Environment, Lock, LockMode, Profile
from confiture.report.costs import changes

PROFILE = Profile("UPDATE a", 0, "UPDATE a", (1.0,), rows=1, blocks=9)
BASELINE = Baseline(PROFILE, Environment("18", "here", 1), "2026-01-31")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"samples": (9.0,), "wal_bytes": 9}, []),
        ({"sql": "UPDATE b", "rows": 2}, ["the text changed", "rows: 1 → 2"]),
        ({"blocks": 10}, ["pages: 9 → 10"]),
        ({"locks": (Lock("a", LockMode.SHARE, 0.1),)}, ["locks: none → SHARE a"]),
        ({"rewrites": ("a",), "scans": ("a", "b")}, ["rewrites: none → a", "reads all of: none → a, b"]),
    ],
)
def test_only_what_changed_is_said(change: dict[str, object], said: list[str]) -> None:
    assert changes(Comparison(replace(PROFILE, **change), BASELINE)) == said


def test_a_statement_without_a_baseline_is_said() -> None:
    assert changes(Comparison(PROFILE, None)) == ["had no baseline"]


def test_a_proved_slowdown_is_said() -> None:
    assert changes(Comparison(PROFILE, BASELINE, 2.0, regressed=True, reason="2×")) == ["2×"]
