"""Adding to a down script what it takes to restore the state before, and proving that it does."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from confiture.engine.base_state import BaseState
from confiture.engine.deliver import StatementFailed, deliver
from confiture.engine.insertions import appended, prepended
from confiture.engine.interrupt import Run
from confiture.engine.names import name_of, split_key
from confiture.engine.prepare import on_best_rows
from confiture.engine.project import Project
from confiture.engine.restoring.rows import ChangedTable, Keep, changed_tables, keep_rows, parents_first
from confiture.engine.restoring.statements import ROWS_RANK, Piece, States, pieces
from confiture.engine.setting import Setting
from confiture.engine.workbench import Workbench
from confiture.errors import ProjectError
from confiture.model.difference import Change, Difference
from confiture.model.event import Event
from confiture.model.migration import Migration, Role
from confiture.model.schema import Schema
from confiture.model.script import Script
from confiture.model.span import Edit, apply_edits
from confiture.postgres.catalog import read_schema
from confiture.postgres.errors import SqlError
from confiture.postgres.fingerprint import ROWS_OF, differences, read_fingerprint
from confiture.postgres.rows import Rows, read_rows
from confiture.postgres.session import Session

_GONE = "what its rows were is gone; keep them in the up script to restore them"
_UNKNOWN = "we know no statement that restores it"

Left: TypeAlias = tuple[tuple[Difference, str], ...]
"""What is still wrong, with the reason."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Edits, and what they were seen to achieve.

    Attributes:
        up: edits of the up script, which keep rows; mostly none.
        down: edits of the down script; none when there is nothing to add.
        left: what the scripts still get wrong then.
    """

    up: tuple[Edit, ...]
    down: tuple[Edit, ...]
    left: Left


@dataclass(frozen=True, slots=True)
class Completed:
    """A down script that was completed, and tried.

    Attributes:
        migration: the scripts as they are.
        residue: what the down script gets wrong as it is.
        plain: edits the down script only.
        keeping: restores rows too, which needs edits of the up script; None where that achieves no more.
    """

    migration: Migration
    residue: tuple[Difference, ...]
    plain: Completion
    keeping: Completion | None

    def restored(self, completion: Completion) -> tuple[Difference, ...]:
        """What ``completion`` gets right."""
        left = {difference.object for difference, _ in completion.left}
        return tuple(each for each in self.residue if each.object not in left)

    def edits(self, completion: Completion) -> Iterator[tuple[Script, tuple[Edit, ...]]]:
        """The scripts that ``completion`` changes, one file once, with their edits."""
        return _by_file(self.migration, completion.up, completion.down)


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
    completed = yield from on_best_rows(setting, lambda base: _complete(setting, base))
    if completed is not None:
        yield completed


def _complete(setting: Setting, base: BaseState) -> Completed:
    migration = setting.migration
    with setting.place(base.database) as session:
        _up(setting, session, migration.up)
        between = read_schema(session)
        _down(setting, session, migration.script(Role.DOWN))
        residue = differences(base.fingerprint, read_fingerprint(session))
        states = States(base.fingerprint, base.schema, read_schema(session))
        after = {name: _rows(session, name) or Rows((), ()) for name in _changed(residue)}
        found = sorted(piece for difference in residue for piece in pieces(difference, states))
        kept, failures = _try(session, found)
    plain = _completion(setting, base, residue, kept, failures=failures)
    if not plain.left:
        return Completed(migration, residue, plain, None)
    tables = _tables(setting, base, after, between)
    keeps = [keep for each in tables if (keep := keep_rows(each, version=migration.version))]
    return Completed(migration, residue, plain, _keeping(setting, base, residue, found, keeps, plain=plain))


def _changed(residue: Iterable[Difference]) -> Iterator[str]:
    """The tables whose rows are not what they were, or are gone with them."""
    for difference in residue:
        kind, label = split_key(difference.object)
        if kind == "rows of" or (kind == "table" and difference.change is Change.LOST):
            yield label


def _tables(setting: Setting, base: BaseState, after: Mapping[str, Rows], between: Schema) -> Sequence[ChangedTable]:
    """The tables whose rows changed, with what they were."""
    names = [name for name in after if f"materialized view {name}" not in base.fingerprint.catalog]
    if not names:
        return ()
    with setting.place(base.database) as session:
        rows = {name: (_rows(session, name), after[name]) for name in names}
    return tuple(changed_tables(names, rows, before=base.schema, between=between))


def _rows(session: Session, label: str) -> Rows | None:
    name = name_of(label, parts=1)
    return read_rows(session, name.schema, name.last) if name else None


def _keeping(
    setting: Setting,
    base: BaseState,
    residue: tuple[Difference, ...],
    found: Sequence[Piece],
    keeps: Sequence[Keep],
    *,
    plain: Completion,
) -> Completion | None:
    """The completion that keeps rows in the up script, if it achieves more than ``plain``."""
    if not keeps:
        return None
    first = [statement for keep in keeps for statement in keep.first]
    last = [statement for keep in keeps for statement in keep.last]
    script, layout = setting.migration.up, setting.project.history.layout
    up = (*prepended(script, first, layout=layout), *appended(script, last, layout=layout))
    rows = [Piece(ROWS_RANK, keep.object, keep.down) for keep in parents_first(keeps, base.schema)]
    ordered = [
        *(piece for piece in found if piece.rank < ROWS_RANK),
        *rows,
        *(piece for piece in found if piece.rank >= ROWS_RANK),
    ]
    try:
        with setting.place(base.database) as session:
            _up(setting, session, _edited(setting, up, ()).up)
            _down(setting, session, setting.migration.script(Role.DOWN))
            kept, failures = _try(session, ordered)
        keeping = _completion(setting, base, residue, kept, failures=failures, up=up)
    except ProjectError:
        return None
    return keeping if len(keeping.left) < len(plain.left) else None


def _completion(
    setting: Setting,
    base: BaseState,
    residue: tuple[Difference, ...],
    kept: list[str],
    *,
    failures: dict[str, str],
    up: tuple[Edit, ...] = (),
) -> Completion:
    """The edits that add ``kept``, and what is left once they are made.

    Raises:
        ProjectError: the scripts fail then.
    """
    script, layout = setting.migration.script(Role.DOWN), setting.project.history.layout
    down = tuple(appended(script, kept, layout=layout))
    left = _prove(setting, base, up, down) if down else residue
    return Completion(up, down, tuple((each, _reason(each, failures)) for each in left))


def _up(setting: Setting, session: Session, script: Script) -> None:
    _deliver(setting, session, script, Role.UP)


def _down(setting: Setting, session: Session, script: Script) -> None:
    _deliver(setting, session, script, Role.DOWN)


def _deliver(setting: Setting, session: Session, script: Script, role: Role) -> None:
    """Runs a script as the migration tool does."""
    try:
        with session.deadline(setting.config.mutation.timeout_seconds):
            deliver(session, script, setting.migration.delivery_of(role))
    except StatementFailed as failure:
        raise ProjectError(f"{failure.script.path.name} fails: {failure.error}") from failure


def _edited(setting: Setting, up: tuple[Edit, ...], down: tuple[Edit, ...]) -> Migration:
    """The migration as its tool reads it once the edits are in its files."""
    by_file = _by_file(setting.migration, up, down)
    return setting.read_again({script.path: apply_edits(script.source, edits) for script, edits in by_file})


def _by_file(
    migration: Migration, up: tuple[Edit, ...], down: tuple[Edit, ...]
) -> Iterator[tuple[Script, tuple[Edit, ...]]]:
    """Scripts of ``migration`` and their edits, one file once."""
    if migration.up.path == migration.script(Role.DOWN).path:
        up, down = (), (*up, *down)
    for script, edits in ((migration.up, up), (migration.script(Role.DOWN), down)):
        if edits:
            yield script, edits


def _try(session: Session, found: Iterable[Piece]) -> tuple[list[str], dict[str, str]]:
    """The statements that PostgreSQL takes, and why it does not take others, by their object."""
    kept: list[str] = []
    failures: dict[str, str] = {}
    for piece in found:
        session.begin()
        try:
            for statement in piece.statements:
                session.run(statement)
            session.commit()
        except SqlError as error:
            session.rollback()
            failures[piece.object] = str(error)
        else:
            kept += piece.statements
    return kept, failures


def _prove(
    setting: Setting, base: BaseState, up_edits: tuple[Edit, ...], down_edits: tuple[Edit, ...]
) -> tuple[Difference, ...]:
    """What the edited scripts get wrong, on a database of its own; applying the up script again must work too."""
    migration = _edited(setting, up_edits, down_edits)
    up, down = migration.up, migration.script(Role.DOWN)
    with setting.place(base.database) as session:
        _up(setting, session, up)
        _down(setting, session, down)
        left = differences(base.fingerprint, read_fingerprint(session))
        if not left:
            _up(setting, session, up)
            _down(setting, session, down)
    return left


def _reason(difference: Difference, failures: dict[str, str]) -> str:
    if difference.object in failures:
        return failures[difference.object]
    return _GONE if difference.object.startswith(ROWS_OF) else _UNKNOWN
