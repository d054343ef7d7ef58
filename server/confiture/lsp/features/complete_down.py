"""Completing a down script: the engine proves the statements, the client puts them into the file."""

from lsprotocol import types

from confiture.errors import ProjectError
from confiture.lsp.apply import apply, saved
from confiture.lsp.feature import Command
from confiture.lsp.runner import Task
from confiture.lsp.session import Session

COMPLETE_DOWN = "confiture.completeDown"


async def complete_down(
    session: Session, uri: object = None, keep_rows: object = None, *_: object
) -> dict[str, object]:
    """Adds to the down script of the file's migration what restores the state before, as far as that can be.

    With ``keep_rows`` the up script is edited too, where that lets rows come back. Returns what is restored then, why
    the rest is not, by object, and whether keeping rows would restore more.

    Raises:
        ProjectError: the file was not checked, was changed since it was saved, or the client refused the edit.
    """
    from confiture.engine.restoring.complete import Completed

    record = session.record(uri)
    fixes = await session.fixes(record.migration.up.path, Task.COMPLETE_DOWN)
    completed = next((fix for fix in fixes if isinstance(fix, Completed)), None)
    if completed is None:
        raise ProjectError("nothing was added: the run was cancelled, or its errors say why")
    chosen = (completed.keeping if keep_rows is True else None) or completed.plain
    restored = completed.restored(chosen)
    changes = completed.edits(chosen) if restored else ()
    for path, (text, edit) in [(script.path, saved(session, script, edits)) for script, edits in changes]:
        await apply(session, path, text, edit, label="Confiture: complete the down script")
    left = {difference.object: reason for difference, reason in chosen.left}
    more = completed.keeping is not None and chosen is completed.plain
    if left:
        said = "; ".join(f"{name}: {reason}" for name, reason in left.items())
        session.tell(f"Not restored: {said}", types.MessageType.Warning)
    return {"restored": [difference.object for difference in restored], "left": left, "keepingRestoresMore": more}


COMMANDS = (Command(COMPLETE_DOWN, complete_down),)
