"""The reports of all shards are the report of the whole run; other reports are not put together."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import REPORTS, ROOT, everything

from confiture.errors import ConfigError
from confiture.model.finding import Finding, Level
from confiture.model.shard import Shard
from confiture.model.span import Span
from confiture.report.from_json import Written
from confiture.report.merge import merge
from confiture.report.mutation_json import document
from confiture.report.report import Report, digest


def shards(whole: Report, of: int) -> list[Written]:
    """What the shards of ``whole`` would have written: the same, but of the mutants only their share."""
    return [_shard(whole, Shard(number, of)) for number in range(1, of + 1)]


def _shard(whole: Report, shard: Shard) -> Written:
    outcomes = [
        replace(
            outcome,
            judgements=(share := shard.share(outcome.judgements, turn=turn)),
            mutants=tuple(judgement.mutant for judgement in share),
            elsewhere=len(outcome.judgements) - len(share),
        )
        for turn, outcome in enumerate(whole.outcomes)
    ]
    return Written(f"{shard.number}.json", "1.2.3", replace(whole, outcomes=tuple(outcomes), shard=shard))


def without_times(report: Report) -> dict[str, Any]:
    data: Any = document(report, version="1.2.3")
    del data["performance"]
    for migration in data["config"]["confiture"]["migrations"]:
        del migration["milliseconds"], migration["planned"]  # hand-made reports have judgements without a plan
    return data


@given(name=st.sampled_from(sorted(REPORTS)), of=st.integers(1, 9), order=st.randoms(use_true_random=False))
def test_shards_in_any_order_make_the_whole(name: str, of: int, order: Any) -> None:
    whole = REPORTS[name]()
    files = shards(whole, of)
    order.shuffle(files)
    merged = merge(files)
    assert without_times(merged) == without_times(whole)
    assert (merged.score, merged.shard) == (whole.score, None)


def test_a_whole_run_alone_stays_as_it_is() -> None:
    report = everything()
    assert merge([Written("whole.json", "1.2.3", report)]) == report


def test_what_one_shard_alone_found_is_kept_and_what_all_found_is_said_once() -> None:
    one, two = shards(everything(), 2)
    path = one.report.outcomes[0].migration.up.path
    first, again, other = (
        Finding(code, Level.WARNING, message, path, Span(0, 1))
        for code, message in (("regression", "1.4 times"), ("regression", "1.5 times"), ("flaky-test", "now and then"))
    )
    merged = merge([_with_findings(one, first), _with_findings(two, again, other)])
    assert merged.outcomes[0].findings == (first, other)


def _with_findings(written: Written, *findings: Finding) -> Written:
    head, *rest = written.report.outcomes
    return replace(written, report=replace(written.report, outcomes=(replace(head, findings=findings), *rest)))


def test_a_slowdown_that_any_shard_proved_is_shown_among_the_costs() -> None:
    one, two = shards(everything(), 2)
    calm = tuple(replace(comparison, regressed=False) for comparison in one.report.outcomes[0].comparisons)
    head, *rest = one.report.outcomes
    one = replace(one, report=replace(one.report, outcomes=(replace(head, comparisons=calm), *rest)))
    assert [each.regressed for each in merge([one, two]).outcomes[0].comparisons] == [False, False, True]


def test_different_servers_are_all_named() -> None:
    one, two = shards(everything(), 2)
    two = replace(two, report=replace(two.report, server="PostgreSQL 18.1"))
    assert merge([one, two]).server == f"{one.report.server}; PostgreSQL 18.1"


def _report(number: int, files: Sequence[Written], **changes: Any) -> list[Written]:
    """``files``, of which the report of the one with ``number`` is another."""
    return [
        replace(file, report=replace(file.report, **changes)) if position == number else file
        for position, file in enumerate(files, start=1)
    ]


def _other_text(files: Sequence[Written]) -> list[Written]:
    sources = {path: text + "--" for path, text in files[1].report.sources.items() if path.name == "0004_orders.up.sql"}
    return _report(2, files, sources=sources)


def _other_test(files: Sequence[Written]) -> list[Written]:
    """A test that only later shards know, for it killed none of the first one's mutants."""
    test = ROOT / "tests" / "late.sql"
    for number, text in ((2, "SELECT true;"), (3, "SELECT 1 = 1;")):
        files = _report(number, files, sources={**files[number - 1].report.sources, test: text})
    return list(files)


def _other_plan(files: Sequence[Written]) -> list[Written]:
    head, *rest = files[1].report.outcomes
    return _report(2, files, outcomes=(replace(head, elsewhere=head.elsewhere + 1), *rest))


def _other_mutants(files: Sequence[Written]) -> list[Written]:
    head, *rest = files[1].report.outcomes
    twice = (*head.judgements[:-1], files[0].report.outcomes[0].judgements[0])
    return _report(2, files, outcomes=(replace(head, judgements=twice), *rest))


CONTRADICTIONS: dict[str, tuple[Callable[[list[Written]], list[Written]], str]] = {
    "a shard is missing": (
        lambda files: files[::2],
        "1.json (1/3), 3.json (3/3): missing is 2/3; give the reports",
    ),
    "two are missing": (lambda files: files[1:2], "2.json (2/3): missing is 1/3 and 3/3"),
    "one is given twice": (lambda files: [*files, files[0]], "1.json and 1.json: both are shard 1/3; leave one out"),
    "one is of a whole run": (
        lambda files: _report(2, files, shard=None),
        "2.json: is the report of a whole run, which is not put together with others",
    ),
    "they are of runs in two and in three": (
        lambda files: [*files, *shards(everything(), 2)],
        "the run was shared out in different ways",
    ),
    "another version wrote one": (
        lambda files: [replace(files[0], version="1.3.0"), *files[1:]],
        "1.json and 2.json: were written by versions 1.3.0 and 1.2.3 of Confiture",
    ),
    "one asked for another score": (
        lambda files: _report(3, files, fail_under=80.0),
        "1.json and 3.json: come from runs with different settings",
    ),
    "a file has another text": (
        _other_text,
        "2.json: hold different texts of migrations/0004_orders.up.sql",
    ),
    "a test of later shards has another text": (
        _other_test,
        "2.json and 3.json: hold different texts of tests/late.sql",
    ),
    "one read a seed file that no report holds, and that was another": (
        lambda files: _report(2, files, inputs="of other files"),
        "1.json and 2.json: come from runs that read different migrations, tests or seed files",
    ),
    "one has a migration less": (
        lambda files: _report(2, files, outcomes=files[1].report.outcomes[:1]),
        "1.json and 2.json: are about different migrations (0005 note)",
    ),
    "the order is another": (
        lambda files: _report(2, files, outcomes=files[1].report.outcomes[::-1]),
        "are about different migrations (their order)",
    ),
    "there are more mutants in one": (_other_plan, "differ in how many mutants 0004 orders has, 11 and 12"),
    "the mutants are others": (_other_mutants, "the 11 mutants of 0004 orders are not each in one of them"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_what_does_not_belong_together_is_refused(name: str) -> None:
    spoil, words = CONTRADICTIONS[name]
    with pytest.raises(ConfigError) as caught:
        merge(spoil(shards(everything(), 3)))
    assert words in str(caught.value)


def test_the_digest_of_what_was_read_knows_names_and_texts_but_not_the_machine() -> None:
    seed = {ROOT / "seeds" / "1.sql": "INSERT"}
    elsewhere = {Path("/elsewhere/seeds/1.sql"): "INSERT"}
    of_one = digest(seed, root=ROOT)
    assert digest(elsewhere, root=Path("/elsewhere")) == of_one
    assert digest({ROOT / "seeds" / "1.sql": "DELETE"}, root=ROOT) != of_one
    assert digest({ROOT / "seeds" / "2.sql": "INSERT"}, root=ROOT) != of_one
