"""Edits of open documents, so that a client refuses them once the text is another."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.capabilities import get_capability

from confiture.lsp.convert import to_range
from confiture.model.span import Edit

if TYPE_CHECKING:
    from confiture.lsp.session import Session


def workspace_edit(
    session: "Session", path: Path, edits: Sequence[Edit], *, text: str | None = None, new: bool = False
) -> types.WorkspaceEdit:
    """``edits`` of ``path``, for the version of it that we know where clients look at that.

    Args:
        session: of the client.
        path: of an open document, unless ``text`` says what is in it.
        edits: of its text.
        text: that the places refer to.
        new: the client makes the file first, as those do that cannot be told so.
    """
    uri, text = session.uri_of(path), text if text is not None else session.text_of(path) or ""
    changes = [types.TextEdit(to_range(text, edit.span, encoding=session.encoding), edit.replacement) for edit in edits]
    if not session.can("workspace.workspace_edit.document_changes"):
        return types.WorkspaceEdit(changes={uri: changes})
    document = session.server.workspace.text_documents.get(uri)
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri, document.version if document else None)
    change = types.TextDocumentEdit(identifier, changes)
    operations = get_capability(session.server.client_capabilities, "workspace.workspace_edit.resource_operations", ())
    if new and types.ResourceOperationKind.Create in operations:
        create = types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True))
        return types.WorkspaceEdit(document_changes=[create, change])
    return types.WorkspaceEdit(document_changes=[change])
