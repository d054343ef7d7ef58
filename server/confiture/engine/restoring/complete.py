"""Adding to a down script what it takes to restore the state before, and proving that it does."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from confiture.engine.base_state import BaseState
from confiture.engine.deliver import StatementFailed, deliver
from confiture.engine.interrupt import Run
from confiture.engine.prepare import prepare
from confiture.engine.project import Project
from confiture.engine.restoring.statements import States, order, statements
from confiture.engine.setting import Setting
from confiture.engine.workbench import Workbench
from confiture.errors import ProjectError
from confiture.model.difference import Change, Difference
from confiture.model.event import Event
from confiture.model.migration import Migration, Role
from confiture.model.script import Script
from confiture.model.span import Edit, Span, apply_edits
from confiture.postgres.catalog import read_schema
from confiture.postgres.errors import SqlError
from confiture.postgres.fingerprint import differences, read_fingerprint
from confiture.postgres.session import Session
from confiture.sql import parse_script
from confiture.sql.kinds import is_transaction_control

_ROWS = "what its rows were is gone; keep them in the up script, for instance in a table of their own, to restore them"
_UNKNOWN = "we know no statement that restores it"


@dataclass(frozen=True, slots=True)
class Completed:
    """A down script that was completed, and tried.

    Attributes:
        script: the down script as it is.
        edit: puts the statements into its file; None when there is nothing that we could restore.
        restored: what the completed script gets right.
        left: what it still gets wrong, with the reason.
    """

    script: Script
    edit: Edit | None
    restored: tuple[Difference, ...]
    left: tuple[tuple[Difference, str], ...]


Message: TypeAlias = Event | Completed


def complete_down(project: Project, migration: Migration, *, workbench: Workbench) -> Run[Message]:
    """Starts a run that completes the down script of ``migration``: iterate it, close it to cancel.

    No file is touched. Iterating raises:
        DatabaseError: PostgreSQL went away.
        ProjectError: there is no down script, or a script of the migration fails as it is.
    """
    return Run(workbench.server, lambda sessions: _messages(Setting(project, migration, workbench, sessions)))


def _messages(setting: Setting) -> Generator[Message]:
    if setting.migration.down is None:
        raise ProjectError(f"{setting.migration.title} has no down script; make an empty one first")
    if not setting.project.seeds:
        filled = yield from prepare(setting, generate=True)
        if filled is None:
            return
        with suppress(ProjectError):  # The scripts may not like our rows.
            yield _complete(setting, filled, setting.migration.down)
            return
    bare = yield from prepare(setting, generate=False)
    if bare is not None:
        yield _complete(setting, bare, setting.migration.down)


def _complete(setting: Setting, base: BaseState, down: Script) -> Completed:
    with setting.workbench.clone(base.database) as database, setting.sessions.open(database) as session:
        _round(setting, session, down)
        residue = differences(base.fingerprint, read_fingerprint(session))
        states = States(base.fingerprint, base.schema, read_schema(session))
        kept, failures = _try(session, residue, states)
    edit = _edit(down, kept)
    left = residue
    if edit:
        left = _prove(setting, base, parse_script(down.path, apply_edits(down.text, [edit])))
    gone = {difference.object for difference in left}
    return Completed(
        down,
        edit,
        tuple(each for each in residue if each.object not in gone),
        tuple((each, _reason(each, failures)) for each in left),
    )


def _round(setting: Setting, session: Session, down: Script) -> None:
    """Up and down, as the migration tool does it."""
    migration = setting.migration
    try:
        with session.deadline(setting.config.mutation.timeout_seconds):
            deliver(session, migration.up, migration.delivery)
            deliver(session, down, migration.delivery_of(Role.DOWN))
    except StatementFailed as failure:
        raise ProjectError(f"{failure.script.path.name} fails: {failure.error}") from failure


def _try(session: Session, residue: tuple[Difference, ...], states: States) -> tuple[list[str], dict[str, str]]:
    """The statements that PostgreSQL takes, and why it does not take others, by their object."""
    kept: list[str] = []
    failures: dict[str, str] = {}
    for difference in sorted(residue, key=order):
        found = [*statements(difference, states)]
        session.begin()
        try:
            for statement in found:
                session.run(statement)
            session.commit()
        except SqlError as error:
            session.rollback()
            failures[difference.object] = str(error)
        else:
            kept += found
    return kept, failures


def _edit(down: Script, kept: list[str]) -> Edit | None:
    """Puts ``kept`` behind the last statement of the script, before a COMMIT."""
    if not kept:
        return None
    own = [each for each in down.statements if not is_transaction_control(each.tokens)]
    newline = "\r\n" if "\r\n" in down.source else "\n"
    text = f"{newline}".join(f"{statement};" for statement in kept).replace("\n", newline)
    if not own:
        end = down.statements[0].end if down.statements else len(down.source.rstrip())
        return Edit(Span(end, end), f"{newline if end else ''}{text}{newline}")
    last = own[-1]
    missing = ";" if last.end == last.span.end else ""
    return Edit(Span(last.end, last.end), f"{missing}{newline}{text}")


def _prove(setting: Setting, base: BaseState, down: Script) -> tuple[Difference, ...]:
    """What the script ``down`` gets wrong, on a database of its own; applying the up script again must work too."""
    with setting.workbench.clone(base.database) as database, setting.sessions.open(database) as session:
        _round(setting, session, down)
        left = differences(base.fingerprint, read_fingerprint(session))
        if not left:
            _round(setting, session, down)
    return left


def _reason(difference: Difference, failures: dict[str, str]) -> str:
    if difference.object in failures:
        return failures[difference.object]
    if difference.object.startswith("rows of ") and difference.change is Change.CHANGED:
        return _ROWS
    return _UNKNOWN
