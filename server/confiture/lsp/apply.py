"""Asking the client to make an edit that a command proposes."""

from pathlib import Path

from lsprotocol import types

from confiture.errors import ProjectError
from confiture.lsp.convert import to_range
from confiture.lsp.session import Session
from confiture.model.span import Edit


async def apply(session: Session, path: Path, text: str, edit: Edit, *, label: str, new: bool = False) -> None:
    """Has the client make ``edit`` in ``path``, whose text is ``text``, and show it.

    Args:
        session: of the client.
        path: a file, which the client makes first when it is ``new``.
        text: what the edit's span refers to: the editor's text, or that of the file.
        edit: to make.
        label: says in the client's list of changes what it was.
        new: whether there is no such file yet.

    Raises:
        ProjectError: the client did not make it.
    """
    uri = session.uri_of(path)
    place = to_range(text, edit.span, encoding=session.encoding)
    change = _workspace_edit(session, uri, types.TextEdit(place, edit.replacement), new=new)
    answer = await session.server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(change, label))
    if not answer.applied:
        raise ProjectError(f"{path.name}: the editor did not make the edit: {answer.failure_reason or 'no reason'}")
    window = session.server.client_capabilities.window
    if window and window.show_document and window.show_document.support:
        session.server.window_show_document(types.ShowDocumentParams(uri, selection=place), lambda _: None)


def _workspace_edit(session: Session, uri: str, edit: types.TextEdit, *, new: bool) -> types.WorkspaceEdit:
    """Making the file is part of the edit where the client can; others make what they are told to edit."""
    workspace = session.server.client_capabilities.workspace
    can = workspace.workspace_edit if workspace else None
    if not can or not can.document_changes:
        return types.WorkspaceEdit(changes={uri: [edit]})
    document = session.server.workspace.text_documents.get(uri)
    version = document.version if document else None
    change = types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, version), [edit])
    if new and types.ResourceOperationKind.Create in (can.resource_operations or ()):
        create = types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True))
        return types.WorkspaceEdit(document_changes=[create, change])
    return types.WorkspaceEdit(document_changes=[change])
