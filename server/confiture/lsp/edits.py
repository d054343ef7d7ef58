"""Edits of open documents, so that a client refuses them once the text is another."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.capabilities import get_capability

from confiture.lsp.convert import to_range
from confiture.model.span import Span

if TYPE_CHECKING:
    from confiture.lsp.session import Session

_LINE_END = re.compile(r"\r\n|\n|\r")


def workspace_edit(
    session: "Session", path: Path, edits: Sequence[tuple[Span, str]], *, text: str | None = None, new: bool = False
) -> types.WorkspaceEdit:
    """The replacements of parts of ``path``, for the version of it that we know where clients look at that.

    Args:
        session: of the client.
        path: of an open document, unless ``text`` says what is in it.
        edits: what is replaced, and by what.
        text: that the places refer to.
        new: the client makes the file first, as those do that cannot be told so.
    """
    uri, text = session.uri_of(path), text if text is not None else session.text_of(path) or ""
    changes = [types.TextEdit(to_range(text, span, encoding=session.encoding), added) for span, added in edits]
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


def line_above(text: str, offset: int, line: str) -> tuple[Span, str]:
    """The edit that puts ``line`` above what begins at ``offset``, indented as that is."""
    before = text[line_start(text, offset) : offset]
    if before.strip():
        return Span(offset, offset), f"{line_end_of(text)}{line}{line_end_of(text)}"
    return Span(offset, offset), f"{line}{line_end_of(text)}{before}"


def line_below(text: str, offset: int, line: str) -> tuple[Span, str]:
    """The edit that puts ``line`` below the line of ``offset``."""
    found = _LINE_END.search(text, offset)
    end = found.start() if found else len(text)
    return Span(end, end), f"{line_end_of(text)}{line}"


def whole_lines(text: str, span: Span) -> Span:
    """``span`` with all of its line, where nothing else stands there."""
    start, found = line_start(text, span.start), _LINE_END.search(text, span.end)
    alone = not text[start : span.start].strip() and not text[span.end : found.start() if found else None].strip()
    return Span(start, found.end() if found else len(text)) if alone else span


def line_start(text: str, offset: int) -> int:
    """Where the line of ``offset`` begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end_of(text: str) -> str:
    """How lines of ``text`` end."""
    found = _LINE_END.search(text)
    return found.group() if found else "\n"
