"""How much a report says, and which of what a run found that is."""

from enum import IntEnum

from confiture.engine.outcome import Outcome, shown
from confiture.model.finding import LOUD, Finding
from confiture.model.verdict import Judgement
from confiture.report.report import Report

_NO_TEST = "no-test"
"""The finding that says of all mutants at once why none is covered."""
_ALL = 10**6


class Detail(IntEnum):
    """How much a report says."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


def survivors(report: Report, outcome: Outcome, *, detail: Detail) -> tuple[Judgement, ...]:
    """The undetected mutants of ``outcome`` to show, worst first: as many as the project wants, or all, or none."""
    if detail is Detail.QUIET:
        return ()
    if detail is Detail.VERBOSE:
        return shown(outcome.judgements, outcome.migration, per_line=_ALL, per_file=_ALL)
    if any(finding.code == _NO_TEST for finding in outcome.findings):
        return ()
    return shown(outcome.judgements, outcome.migration, per_line=report.per_line, per_file=report.per_file)


def findings(outcome: Outcome, *, detail: Detail) -> tuple[Finding, ...]:
    """What is no mutant; with `Detail.QUIET` only errors and warnings."""
    return tuple(finding for finding in outcome.findings if detail is not Detail.QUIET or finding.level in LOUD)
