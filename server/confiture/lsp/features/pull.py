"""Diagnostics for clients that fetch them, of one document or of all; what has not changed is not sent again."""

from collections.abc import Sequence
from hashlib import blake2b

from lsprotocol import types

from confiture.lsp.feature import Feature
from confiture.lsp.features.diagnostics import diagnostics
from confiture.lsp.session import Session


async def document_diagnostic(
    session: Session, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    """What there is to show in an open document; nothing for a client to which it is published."""
    uri = params.text_document.uri
    path = session.path_of(uri)
    if path:
        await session.live.read(path)
    items = diagnostics(session).get(session.uri_of(path), []) if path and session.showing.is_fetched(uri) else []
    result_id = _result_id(items)
    if result_id == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id)
    return types.RelatedFullDocumentDiagnosticReport(items, result_id=result_id)


def workspace_diagnostic(session: Session, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    """What there is to show anywhere, with an empty report for what had some before."""
    if not session.showing.pulls:
        return types.WorkspaceDiagnosticReport([])
    session.showing.fetches_all = True
    session.showing.renew()
    known = {previous.uri: previous.value for previous in params.previous_result_ids}
    found = diagnostics(session)
    return types.WorkspaceDiagnosticReport(
        [_report(session, uri, found.get(uri, []), known=known.get(uri)) for uri in dict.fromkeys((*found, *known))]
    )


def _report(
    session: Session, uri: str, items: Sequence[types.Diagnostic], *, known: str | None
) -> types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport:
    document = session.server.workspace.text_documents.get(uri)
    version, result_id = document.version if document else None, _result_id(items)
    if result_id == known:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(uri, result_id, version)
    return types.WorkspaceFullDocumentDiagnosticReport(uri, items, version, result_id=result_id)


def _result_id(items: Sequence[types.Diagnostic]) -> str:
    """Equal for equal findings, whichever process answers."""
    return blake2b(repr(items).encode(), digest_size=8).hexdigest()


FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        document_diagnostic,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="confiture"),
    ),
    Feature(types.WORKSPACE_DIAGNOSTIC, workspace_diagnostic),
)
