"""Asking the client to make an edit that a command proposes."""

from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types

from confiture.errors import ProjectError
from confiture.lsp.convert import to_range
from confiture.lsp.edits import workspace_edit
from confiture.lsp.session import Session
from confiture.model.script import Script
from confiture.model.span import Edit, merged
from confiture.sql.templates import in_file


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
    if not session.can("workspace.apply_edit"):
        raise ProjectError(f"{path.name} was not changed: this editor makes no edits that a server asks for")
    change = workspace_edit(session, path, [edit], text=text, new=new)
    answer = await session.server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(change, label))
    if not answer.applied:
        raise ProjectError(f"{path.name}: the editor did not make the edit: {answer.failure_reason or 'no reason'}")
    if session.can("window.show_document.support"):
        place = to_range(text, edit.span, encoding=session.encoding)
        shown = types.ShowDocumentParams(session.uri_of(path), take_focus=True, selection=place)
        session.server.window_show_document(shown, lambda _: None)


def saved(session: Session, script: Script, edits: Iterable[Edit]) -> tuple[str, Edit]:
    """The text of the script's file as the editor has it too, and ``edits`` as one edit of it.

    Raises:
        ProjectError: the file is not saved; or see `in_file`.
    """
    text, carried = in_file(script, edits)
    if session.text_of(script.path) not in (None, text):
        raise ProjectError(f"{script.path.name} was changed meanwhile: save it and try again")
    return text, merged(text, carried)
