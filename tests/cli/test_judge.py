"""Which report deserves which status."""

from dataclasses import replace
from pathlib import Path

import pytest

from confiture.cli.exits import Exit
from confiture.cli.judge import judge
from confiture.engine.outcome import Outcome
from confiture.model.finding import Finding, Level
from confiture.model.migration import Delivery, Migration, Role
from confiture.model.mutant import Category, Mutant, Severity
from confiture.model.shard import Shard
from confiture.model.span import Span
from confiture.model.verdict import Judgement, Status, Verdict
from confiture.report.report import Report
from confiture.sql import parse_script

UP = parse_script(Path("/p/1.up.sql"), "SELECT 1;")
MIGRATION = Migration("1", "one", UP, None, Delivery.ONE_STRING)


def mutants(*statuses: Status, severity: Severity = Severity.HIGH) -> tuple[Judgement, ...]:
    mutant = Mutant("a", "SCH_001", Category.SCHEMA, severity, "…", Role.UP, 0, Span(0, 1), ())
    return tuple(Judgement(mutant, Verdict(status)) for status in statuses)


def finding(code: str, level: Level) -> Finding:
    return Finding(code, level, "…", UP.path, Span(0, 1))


def report(*, judgements: tuple[Judgement, ...] = (), findings: tuple[Finding, ...] = ()) -> Report:
    return Report(Path("/p"), "…", "plain", (Outcome(MIGRATION, judgements=judgements, findings=findings),))


@pytest.mark.parametrize(
    ("judgements", "findings", "code"),
    [
        ((), (), Exit.CLEAN),
        (mutants(Status.KILLED, Status.TIMEOUT, Status.IGNORED, Status.COMPILE_ERROR), (), Exit.CLEAN),
        (mutants(Status.SURVIVED), (), Exit.FINDINGS),
        (mutants(Status.SURVIVED, severity=Severity.MEDIUM), (), Exit.CLEAN),
        (mutants(Status.NO_COVERAGE), (), Exit.CLEAN),
        ((), (finding("residue", Level.WARNING),), Exit.FINDINGS),
        ((), (finding("apply-error", Level.ERROR),), Exit.FINDINGS),
        ((), (finding("no-test", Level.INFORMATION), finding("x", Level.HINT)), Exit.CLEAN),
        (
            mutants(Status.SURVIVED),
            (finding("residue", Level.WARNING), finding("oracle-failed", Level.ERROR)),
            Exit.TESTS_FAIL,
        ),
    ],
)
def test_status(judgements: tuple[Judgement, ...], findings: tuple[Finding, ...], code: Exit) -> None:
    assert judge(report(judgements=judgements, findings=findings)) is code


@pytest.mark.parametrize(
    ("fail_under", "code"),
    [(None, Exit.FINDINGS), (75.0, Exit.CLEAN), (75.1, Exit.FINDINGS), (0.0, Exit.CLEAN), (100.0, Exit.FINDINGS)],
)
def test_a_wanted_score_decides_about_survivors(fail_under: float | None, code: Exit) -> None:
    judged = mutants(Status.KILLED, Status.KILLED, Status.KILLED, Status.SURVIVED)
    assert judge(replace(report(judgements=judged), fail_under=fail_under)) is code


def test_a_shard_is_not_asked_for_a_score_that_others_add_to() -> None:
    judged = mutants(Status.KILLED, Status.SURVIVED)
    shard = replace(report(judgements=judged), shard=Shard(1, 2))
    assert judge(replace(shard, fail_under=100.0)) is Exit.CLEAN
    assert judge(shard) is Exit.FINDINGS


def test_a_wanted_score_does_not_excuse_errors() -> None:
    broken = report(judgements=mutants(Status.KILLED), findings=(finding("apply-error", Level.ERROR),))
    assert judge(replace(broken, fail_under=0.0)) is Exit.FINDINGS


def test_nothing_to_mutate_passes_any_score() -> None:
    assert judge(replace(report(), fail_under=100.0)) is Exit.CLEAN
