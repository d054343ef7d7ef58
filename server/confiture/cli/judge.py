"""From a report to an exit status."""

from typing import TYPE_CHECKING

from confiture.cli.exits import Exit
from confiture.model.finding import LOUD
from confiture.model.verdict import UNDETECTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.engine.outcome import Outcome
    from confiture.report.report import Report

TESTS_FAIL = "oracle-failed"
"""Code of the finding that a test fails on the original."""


def judge(report: "Report") -> Exit:
    """The status that ``report`` deserves."""
    code = judge_findings(report.outcomes)
    return Exit.FINDINGS if code is Exit.CLEAN and _unnoticed(report) else code


def judge_findings(outcomes: "Iterable[Outcome]") -> Exit:
    """The status that ``outcomes`` deserve, mutants aside."""
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    if any(finding.code == TESTS_FAIL for finding in findings):
        return Exit.TESTS_FAIL
    return Exit.FINDINGS if any(finding.level in LOUD for finding in findings) else Exit.CLEAN


def _unnoticed(report: "Report") -> bool:
    """Whether too many mistakes go unnoticed; a score is asked of all mutants, which a shard does not know."""
    if report.fail_under is not None:
        return not report.shard and report.score is not None and report.score < report.fail_under
    return any(_survived(outcome) for outcome in report.outcomes)


def _survived(outcome: "Outcome") -> bool:
    """Whether a mutant of ``outcome`` went unnoticed that is more than a hint."""
    from confiture.engine.outcome import finding_of

    undetected = (judgement for judgement in outcome.judgements if judgement.verdict.status in UNDETECTED)
    return any(finding_of(judgement, outcome.migration).level in LOUD for judgement in undetected)
