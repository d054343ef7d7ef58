"""Findings are told in the same words and order as elsewhere, at their places, and are recognised in later runs."""

from dataclasses import replace
from pathlib import Path

import pytest
from reports import REPORTS, ROOT, judged, migration, report, survived

from confiture.engine.outcome import Outcome, finding_of, shown
from confiture.model.finding import Finding, Level
from confiture.model.migration import Delivery, Migration
from confiture.model.span import Span
from confiture.model.verdict import Judgement
from confiture.operators import ALL_OPERATORS, generate
from confiture.operators.operator import Context
from confiture.report.notice import Notice, notices
from confiture.report.report import Report
from confiture.report.selection import Detail
from confiture.sql import parse_script

SCRIPT = """\
CREATE TABLE orders (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, total int CHECK (total > 0));
UPDATE users SET seen = 0 WHERE seen IS NULL;
DELETE FROM carts WHERE age > 30;
"""


def told(whole: Report, detail: Detail = Detail.NORMAL) -> tuple[Notice, ...]:
    return tuple(notices(whole, detail=detail))


def all_survive(text: str) -> Report:
    """Each mutant of ``text`` survives, and its last statement is too expensive."""
    made = migration("1", "made", up=text)
    mutants = generate(made.up, Context(), operators=ALL_OPERATORS)
    budget = Finding("budget", Level.ERROR, "DELETE", made.up.path, made.up.statements[-1].span)
    judgements = tuple(Judgement(mutant, survived()) for mutant in mutants)
    return report(Outcome(made, judgements=judgements, findings=(budget,), finished=True))


def test_an_outcome_is_told_as_in_the_editor() -> None:
    for whole in (REPORTS["everything"](), REPORTS["broken"]()):
        wanted = [
            finding
            for outcome in whole.outcomes
            for finding in (
                *outcome.findings,
                *(
                    finding_of(judgement, outcome.migration)
                    for judgement in shown(
                        outcome.judgements, outcome.migration, per_line=whole.per_line, per_file=whole.per_file
                    )
                ),
            )
        ]
        assert [notice.finding for notice in told(whole)] == wanted


def test_the_limits_of_the_project_hold_unless_all_is_asked_for() -> None:
    whole = all_survive(SCRIPT)
    few = told(replace(whole, per_file=3))
    assert sum(notice.finding.judgement is not None for notice in few) == 3
    every = told(replace(whole, per_file=3), Detail.VERBOSE)
    assert len(every) == len(whole.judgements) + 1


def test_fingerprints_are_unique() -> None:
    for name, make in REPORTS.items():
        prints = [notice.fingerprint for notice in told(make(), Detail.VERBOSE)]
        assert len(prints) == len(set(prints)), name


def test_fingerprints_are_unique_where_migrations_share_a_file() -> None:
    path = ROOT / "changelog.sql"
    outcomes = []
    for version in ("ada:1", "bob:1"):
        one = Migration(version, "", parse_script(path, SCRIPT), None, Delivery.SPLIT)
        survivor = judged(one.up, "SCH_001", " PRIMARY KEY", "", verdict=survived())
        outcomes.append(Outcome(one, judgements=(survivor,)))
    assert len({notice.fingerprint for notice in told(report(*outcomes))}) == 2


def test_what_is_told_of_one_migration_is_known_again_when_that_of_another_is_mended() -> None:
    first, second = REPORTS["elsewhere"]().outcomes
    prints = [notice.fingerprint for notice in told(report(second))]
    assert [notice.fingerprint for notice in told(report(first, second))][-len(prints) :] == prints


@pytest.mark.parametrize("above", ["-- why\n\n", "SELECT 1;\n", "\r\n\r\n"], ids=["a remark", "a statement", "CRLF"])
def test_fingerprints_stay_when_lines_are_put_above(above: str) -> None:
    before = {notice.fingerprint for notice in told(all_survive(SCRIPT), Detail.VERBOSE)}
    after = {notice.fingerprint for notice in told(all_survive(above + SCRIPT), Detail.VERBOSE)}
    assert len(before) > 10
    assert before <= after


def test_fingerprints_tell_files_apart() -> None:
    first, second = all_survive(SCRIPT), all_survive(SCRIPT)
    (outcome,) = second.outcomes
    moved = parse_script(Path("/shop/migrations/other.sql"), SCRIPT)
    second = replace(second, outcomes=(replace(outcome, migration=replace(outcome.migration, up=moved)),))
    survivors = [{n.fingerprint for n in told(each) if n.finding.judgement} for each in (first, second)]
    assert not survivors[0] & survivors[1]


def test_a_place_is_unknown_only_where_the_text_is() -> None:
    (notice,) = told(REPORTS["broken"]())
    assert notice.region
    assert (notice.region.start.line, notice.region.start.column) == (2, 23)
    bare = replace(REPORTS["broken"](), sources={})
    assert [notice.region for notice in told(bare)] == [None]


def test_paths_are_those_of_the_repository() -> None:
    paths = {notice.path for notice in told(REPORTS["elsewhere"]())}
    assert paths == {"/seeds/a b.sql", "db/migrations/1 größe, 100%.sql", "db/migrations/2 größe, 100%.sql"}
    assert {notice.path for notice in told(REPORTS["broken"]())} == {"migrations/0006_broken.up.sql"}


def test_a_name_that_is_no_utf_8_can_be_written() -> None:
    path = ROOT / "caf\udce9.sql"
    finding = Finding("budget", Level.ERROR, "too much", path, Span(0, 0))
    (outcome,) = REPORTS["broken"]().outcomes
    (notice,) = told(report(replace(outcome, findings=(finding,))))
    assert notice.path == "caf\ufffd.sql"
