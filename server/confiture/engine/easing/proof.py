"""Proving that an up script does the same with a remedy as without, and what it takes."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from confiture.engine.base_state import BaseState
from confiture.engine.clone_stage import CloneStage
from confiture.engine.deliver import StatementFailed
from confiture.engine.easing.remedy import Refusal, Relief
from confiture.engine.easing.strain import Step, Strain, gains, strains
from confiture.engine.locks import transactions
from confiture.engine.setting import Setting
from confiture.errors import ConfitureError, ProjectError
from confiture.layouts import find_history
from confiture.model.migration import Migration, Role
from confiture.model.profile import Profile
from confiture.model.script import Statement
from confiture.model.span import apply_edits
from confiture.postgres.costs import CostMeter
from confiture.postgres.errors import SqlError
from confiture.postgres.fingerprint import Fingerprint, differences
from confiture.postgres.functions import unstable_functions
from confiture.postgres.session import Session
from confiture.postgres.timing import run_timed
from confiture.postgres.volatile import read_stable, volatile_columns
from confiture.sql.transactional import as_transactional

FAILURES = (SqlError, StatementFailed, ConfitureError)
"""What trying a script can end in."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the best script so far leads to and costs.

    Attributes:
        up: the state after it, without volatile columns.
        down: the state after the way back; None where there is none or it fails.
        volatile: columns that differ each time, by the key of their table's rows.
        unstable: see `unstable_functions`.
        rows: that each statement wrote or returned.
    """

    migration: Migration
    up: Fingerprint
    down: Fingerprint | None
    volatile: Mapping[str, frozenset[str]]
    unstable: frozenset[str]
    strains: Mapping[str, Strain]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Better:
    """A script that was proved to be easier, and what was measured to be better."""

    known: Known
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Useless:
    """Why a remedy does not help, though it may be had."""

    reason: str


Result: TypeAlias = Better | Useless | Refusal
Meter: TypeAlias = Callable[[Session], Callable[[Statement], Profile]]
"""For a session, what runs statements on it and measures them."""


def all_costs(session: Session) -> Callable[[Statement], Profile]:
    """A meter of everything, which has queries planned as on tables too large to be read in full."""
    return CostMeter(session).measure


def only_rows(session: Session) -> Callable[[Statement], Profile]:
    """A meter of rows and time, under which all runs as PostgreSQL likes."""

    def measure(statement: Statement) -> Profile:
        results, timing = run_timed(session, statement.text)
        rows = sum(result.rowcount for result in results)
        return Profile(statement.operation, statement.index, statement.text, (timing.undisturbed,), rows=rows)

    return measure


def measured(setting: Setting, base: BaseState, migration: Migration, *, meter: Meter = all_costs) -> Known:
    """The up script of ``migration`` as it is, run twice.

    Raises:
        ProjectError: it fails.
    """
    try:
        with stage_of(setting, base, migration) as first, stage_of(setting, base, migration) as second:
            first.apply(())
            steps = tuple(_steps(second, migration, meter))
            volatile = volatile_columns(first.session, second.session)
            return Known(
                migration,
                up=read_stable(first.session, volatile),
                unstable=unstable_functions(first.session),
                down=_way_back(first, migration, volatile),
                volatile=volatile,
                strains=strains(steps),
                rows=_rows(steps),
            )
    except (SqlError, StatementFailed) as failure:
        raise ProjectError(f"{migration.title} fails as it is: {failure}") from failure


def try_out(setting: Setting, base: BaseState, known: Known, proposal: Relief | Refusal) -> Result:
    """Whether the proposal leads to the same states with weaker locks, or shorter ones."""
    match proposal:
        case Refusal():
            return proposal
        case Relief():
            changed = with_relief(setting, base, known, proposal)
    if isinstance(changed, Refusal):
        return changed
    words = gains(known.strains, changed.strains)
    return Better(changed, words) if words else Useless("measured, it is no easier on any table")


def with_relief(
    setting: Setting, base: BaseState, known: Known, relief: Relief, *, meter: Meter = all_costs
) -> Known | Refusal:
    """The script with ``relief``, if it leads to the states that are known."""
    try:
        migration = _read_again(setting, apply_edits(known.migration.up.source, relief.edits))
        with stage_of(setting, base, migration) as stage:
            steps = tuple(_steps(stage, migration, meter))
            found = differences(known.up, read_stable(stage.session, known.volatile))
            down = _way_back(stage, migration, known.volatile)
    except FAILURES as failure:
        return Refusal(relief.statement, f"tried so, it fails: {failure}")
    if found or (known.down is not None and down is None):
        return Refusal(relief.statement, f"tried so, {found[0] if found else 'its down script fails'}")
    if known.down and down and (undone := differences(known.down, down)):
        return Refusal(relief.statement, f"tried so, after its down script {undone[0]}")
    return replace(known, migration=migration, strains=strains(steps), rows=_rows(steps))


@contextmanager
def stage_of(setting: Setting, base: BaseState, migration: Migration) -> Generator[CloneStage]:
    """A clone of ``base`` for the up script of ``migration``."""
    stage = CloneStage(setting.workbench, setting.sessions, migration, role=Role.UP, template=base.database)
    with closing(stage), stage.session.deadline(setting.config.mutation.timeout_seconds):
        yield stage


def _steps(stage: CloneStage, migration: Migration, meter: Meter) -> Iterator[Step]:
    """Runs the up script and measures each statement."""
    measure = meter(stage.session)
    measured: list[tuple[Profile, str]] = []

    def run(statement: Statement) -> None:
        [[timeout]] = stage.session.query("SELECT current_setting('lock_timeout')")
        # From within a transaction all locks are seen for sure, from outside only the first.
        wrapped = not stage.session.in_transaction and _fits_block(statement)
        if wrapped:
            stage.session.begin()
        measured.append((measure(statement), str(timeout)))
        if wrapped:
            stage.session.commit()

    stage.apply_each((), run)
    for (profile, timeout), number in zip(measured, transactions(migration), strict=True):
        yield Step(profile, number, timeout)


def _rows(steps: Sequence[Step]) -> tuple[int, ...]:
    return tuple(step.profile.rows for step in steps)


def _fits_block(statement: Statement) -> bool:
    """Whether a transaction block around it changes nothing."""
    return statement.kind not in ("CALL", "SET") and as_transactional(statement.text) == statement.text


def _way_back(stage: CloneStage, migration: Migration, volatile: Mapping[str, frozenset[str]]) -> Fingerprint | None:
    if migration.down is None:
        return None
    try:
        stage.undo(migration)
    except StatementFailed:
        return None
    return read_stable(stage.session, volatile)


def _read_again(setting: Setting, source: str) -> Migration:
    """The migration as its tool would read it with another text of its up script."""
    path = setting.migration.up.path
    history = find_history(setting.config, near=path, texts={path: source})
    return next(each for each in history.migrations if each.version == setting.migration.version)
