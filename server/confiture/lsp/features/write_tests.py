"""Writing the tests that kill survivors: the engine proves them, the client puts them into their file."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from confiture.errors import ProjectError
from confiture.lsp.apply import apply, saved
from confiture.lsp.feature import Command
from confiture.lsp.runner import Task
from confiture.lsp.session import Session
from confiture.model.verdict import UNDETECTED

if TYPE_CHECKING:
    from confiture.engine.killing.write import Written
    from confiture.model.script import Script
    from confiture.model.span import Edit

WRITE_TESTS = "confiture.writeTests"


async def write_tests(session: Session, uri: object = None, mutant_id: object = None, *_: object) -> dict[str, object]:
    """Writes tests for one survivor, or for all of the file's migration, and asks the client to insert them.

    Returns how many tests were inserted, for how many mutants, and why others got none, by their ids.

    Raises:
        ProjectError: the file was not checked, the mutant is not known any more, or the client refused the edit.
    """
    record = session.record(uri)
    judged = record.outcome.judgements
    survivors = {
        judgement.mutant.id
        for judgement in judged
        if judgement.verdict.status in UNDETECTED and mutant_id in (None, judgement.mutant.id)
    }
    if not survivors:
        raise ProjectError("there is no such survivor any more: run the check again")
    from confiture.engine.killing.write import Limited, Proved, Unproved, Written

    fixes = await session.fixes(record.migration.up.path, Task.WRITE_TESTS, frozenset(survivors))
    written = next((fix for fix in fixes if isinstance(fix, Written)), None)
    if written is None:
        raise ProjectError("no test was written: the run was cancelled, or its errors say why")
    await _insert(session, written)
    if written.budgets:
        await _limit(session, record.migration.up, written.budgets)
    unproved = [fix for fix in fixes if isinstance(fix, Unproved)]
    if mutant_id is not None:
        for each in unproved:
            session.tell(f"No test was written. {each.mutant.description}: {each.reason}", types.MessageType.Info)
    return {
        "tests": len(written.claims),
        "budgets": len(written.budgets),
        "mutants": sum(isinstance(fix, Proved | Limited) for fix in fixes),
        "left": {each.mutant.id: each.reason for each in unproved},
    }


async def _insert(session: Session, written: "Written") -> None:
    """Has the client put the tests into their file, and rows that they need into theirs; both are made if need be."""
    if written.rows:
        path = written.rows.file.path
        text = session.text_of(path)
        seeds = written.rows.file if text is None else written.rows.file.with_text(text)
        edit = seeds.edit(written.rows.inserts)
        await apply(session, path, seeds.text, edit, label="Confiture: write seed rows", new=not seeds.exists)
    if not written.claims:
        return
    path = written.file.path
    text = session.text_of(path)
    file = written.file if text is None else written.file.with_text(text)
    edit = file.edit(written.claims)
    await apply(session, path, file.text, edit, label="Confiture: write tests", new=not file.exists)


async def _limit(session: Session, up: "Script", budgets: "Sequence[Edit]") -> None:
    """Has the client write budgets above statements of the up script.

    Raises:
        ProjectError: it was changed since the run.
    """
    text, edit = saved(session, up, budgets)
    await apply(session, up.path, text, edit, label="Confiture: write budgets")


COMMANDS = (Command(WRITE_TESTS, write_tests),)
