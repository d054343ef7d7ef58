"""From findings to diagnostics."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from confiture.model.finding import Finding, Level
from confiture.model.span import Span
from confiture.report.documentation import page_of

if TYPE_CHECKING:
    from confiture.lsp.session import Session

UNUSED_IGNORE = "unused-ignore"
_SEVERITIES = {
    Level.ERROR: types.DiagnosticSeverity.Error,
    Level.WARNING: types.DiagnosticSeverity.Warning,
    Level.INFORMATION: types.DiagnosticSeverity.Information,
    Level.HINT: types.DiagnosticSeverity.Hint,
}

_TOP = types.Range(types.Position(0, 0), types.Position(0, 0))


def diagnostics(session: "Session") -> dict[str, list[types.Diagnostic]]:
    """All that there is to show now, by the URI under which the client knows the file."""
    found: dict[Path, list[types.Diagnostic]] = {}
    for record in session.records.values():
        for finding in record.findings():
            span = record.place(finding.path, finding.span)
            if span is not None:
                place = session.range_of(finding.path, span, record)
                found.setdefault(finding.path, []).append(to_diagnostic(finding, place, session.location_of))
    for path, defects in session.live.findings.items():
        if not _said_by_run(session, path):
            places = (session.range_of(path, defect.span) for defect in defects)
            found.setdefault(path, []).extend(
                map(partial(to_diagnostic, location_of=session.location_of), defects, places)
            )
    for path, notice in session.notices.items():
        found.setdefault(path, []).append(to_diagnostic(notice, _TOP, session.location_of))
    return {session.uri_of(path): each for path, each in found.items()}


def _said_by_run(session: "Session", path: Path) -> bool:
    """Whether PostgreSQL itself has refused the text of ``path`` as it is now."""
    return any(
        anchors.text == anchors.source and any(f.path == path and f.level is Level.ERROR for f in record.findings())
        for record in session.records.values()
        if (anchors := record.anchors.get(path))
    )


def to_diagnostic(
    finding: Finding, place: types.Range, location_of: Callable[[Path, Span], types.Location]
) -> types.Diagnostic:
    """``finding`` at ``place``; ``location_of`` finds the places of what is related."""
    judgement = finding.judgement
    return types.Diagnostic(
        range=place,
        message=finding.message,
        severity=_SEVERITIES[finding.level],
        code=finding.code,
        code_description=types.CodeDescription(page_of(finding)),
        source="confiture",
        related_information=[
            types.DiagnosticRelatedInformation(location_of(related.path, related.span), related.message)
            for related in finding.related
        ],
        tags=[types.DiagnosticTag.Unnecessary] if finding.code == UNUSED_IGNORE else None,
        data={"mutant": judgement.mutant.id} if judgement else None,
    )
