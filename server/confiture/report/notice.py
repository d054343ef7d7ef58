"""What is said of a report in lists without sections: findings at their places, each recognised again in later runs."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from confiture.engine.outcome import Outcome, finding_of
from confiture.model.finding import Finding
from confiture.report.place import Region, line_of, region_of
from confiture.report.report import Report
from confiture.report.selection import Detail, findings, survivors


@dataclass(frozen=True, slots=True)
class Notice:
    """A finding as CI servers take it.

    Attributes:
        path: relative to the repository.
        region: None where the text of the file is not known.
        fingerprint: unique within the report; the same in later runs, also when other lines of the file changed.
    """

    finding: Finding
    path: str
    region: Region | None
    fingerprint: str


def notices(report: Report, *, detail: Detail) -> Iterator[Notice]:
    """All that is said of the outcomes of ``report``: of each its findings, then its survivors, worst first."""
    seen: Counter[tuple[str, ...]] = Counter()
    for outcome in report.outcomes:
        told = (finding_of(judgement, outcome.migration) for judgement in survivors(report, outcome, detail=detail))
        for finding in (*findings(outcome, detail=detail), *told):
            identity = _identity(report, outcome, finding)
            seen[identity] += 1
            source = report.sources.get(finding.path)
            yield Notice(
                finding=finding,
                path=report.repository_path(finding.path),
                region=None if source is None else region_of(source, finding.span),
                fingerprint=_hashed(*identity, str(seen[identity])),
            )


def _identity(report: Report, outcome: Outcome, finding: Finding) -> tuple[str, ...]:
    """What stays of a finding when lines above it move: a mutant has an id, all else the text of its line."""
    source = report.sources.get(finding.path)
    if finding.judgement:
        subject = finding.judgement.mutant.id
    else:
        subject = line_of(source, region_of(source, finding.span).start.line).strip() if source is not None else ""
    return outcome.migration.title, finding.code, report.repository_path(finding.path), subject


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
