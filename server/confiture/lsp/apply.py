"""Asking the client to make an edit that a command proposes."""

from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types

from confiture.errors import ProjectError
from confiture.lsp.convert import to_range
from confiture.lsp.edits import workspace_edit
from confiture.lsp.session import Session
from confiture.model.lines import carried_over
from confiture.model.script import Script
from confiture.model.span import Edit, merged
from confiture.sql import read_source


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


def in_file(session: Session, script: Script, edits: Iterable[Edit]) -> tuple[str, Edit]:
    """``edits`` of ``script`` as one edit of its file, which may be a template, with that file's text.

    Raises:
        ProjectError: the file is not saved, or the edits touch what the template fills in.
    """
    text = read_source(script.path)
    if session.text_of(script.path) not in (None, text):
        raise ProjectError(f"{script.path.name} was changed meanwhile: save it and try again")
    carried = carried_over(edits, source=script.source, text=text)
    if carried is None:
        raise ProjectError(f"{script.path.name} was not changed: a template fills in what would change")
    return text, merged(text, carried)
