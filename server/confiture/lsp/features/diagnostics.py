"""From findings to diagnostics."""

from collections.abc import Callable
from pathlib import Path

from lsprotocol import types

from confiture.model.finding import Finding, Level
from confiture.model.span import Span

DOCUMENTS = "https://github.com/confiture-lsp/confiture/blob/main/docs"
_SEVERITIES = {
    Level.ERROR: types.DiagnosticSeverity.Error,
    Level.WARNING: types.DiagnosticSeverity.Warning,
    Level.INFORMATION: types.DiagnosticSeverity.Information,
    Level.HINT: types.DiagnosticSeverity.Hint,
}


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
        code_description=types.CodeDescription(f"{DOCUMENTS}/operators/{finding.code}.md") if judgement else None,
        source="confiture",
        related_information=[
            types.DiagnosticRelatedInformation(location_of(related.path, related.span), related.message)
            for related in finding.related
        ],
        data={"mutant": judgement.mutant.id} if judgement else None,
    )
