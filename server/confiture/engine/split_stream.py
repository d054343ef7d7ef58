"""Judging all mutants of a migration: its true statements run once, each mutant branches off where it differs.

BEGIN; SAVEPOINT; statements before the 1st mutated one; SAVEPOINT
  mutant, rest of the script, tests, later history, more tests; ROLLBACK TO SAVEPOINT    (per mutant)
the true statements up to the next mutated one; SAVEPOINT
  …
the rest of the up script, then the same with the down script
ROLLBACK
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from itertools import chain, islice
from typing import TypeAlias

from confiture.engine.clone_stage import CloneStage
from confiture.engine.interrupt import Sessions
from confiture.engine.judge import judge
from confiture.engine.setting import Setting
from confiture.engine.stage import transactional
from confiture.engine.transaction_stage import TransactionStage
from confiture.engine.trial import Trial
from confiture.model.migration import Role
from confiture.model.mutant import Mutant
from confiture.model.verdict import Judgement
from confiture.postgres.bloat import bloated_tables, vacuum
from confiture.postgres.deferred import with_deferred
from confiture.postgres.sequences import restoring_command
from confiture.postgres.session import Session

_LEG = 64
"""Mutants per connection: a backend keeps memory for every plan that it made, and slows down with it."""

_Place: TypeAlias = tuple[Role, int]
"""A script and an offset in it."""
_START: _Place = Role.UP, 0


def split_stream(
    sessions: Sessions, trial: Trial, mutants: Iterator[Mutant], *, session: Session
) -> Iterator[Judgement]:
    """Judges ``mutants`` in transactions of the session's database that are all rolled back.

    Args:
        sessions: of the run.
        trial: what they are judged against.
        mutants: best in the order of the scripts and of their statements, since each step back begins anew; others may
            take from them too.
        session: for the first of them; its database is in the state that the up script finds, and left so.
    """
    with ExitStack() as successors:

        def successor() -> Session:
            successors.close()
            return successors.enter_context(sessions.open(session.database))

        if session.closed:
            session = successor()
        restore = restoring_command(session)
        bloated: tuple[str, ...] | None = None
        for first in mutants:
            if bloated is not None:
                session = successor()
                _run(session, restore)
                vacuum(session, bloated)
            bloated = yield from _leg(session, trial, chain([first], islice(mutants, _LEG - 1)), restore=restore)
        _run(successor() if session.closed else session, restore)


def _leg(
    session: Session, trial: Trial, mutants: Iterable[Mutant], *, restore: str | None
) -> Generator[Judgement, None, tuple[str, ...]]:
    """One connection's share of ``mutants``; it ends early when a statement could only be stopped with its backend.

    Returns the tables in which the transaction leaves many dead rows.
    """
    deferring, states = trial.deferring, trial.states()
    session.begin()
    _run(session, "SAVEPOINT confiture_start", "SAVEPOINT confiture_mutant")
    here, restore_here = _START, restore
    for mutant in mutants:
        script = trial.migration.script(mutant.role)
        there = mutant.role, script.start_of(mutant.statement)
        back = _back_to("confiture_mutant", restore_here)
        if there != here:
            if _is_behind(there, here):
                here, back = _START, _back_to("confiture_start", restore)
            else:
                back.append("RELEASE SAVEPOINT confiture_mutant")
            _run(session, *back, *_between(trial, here, there, deferring=deferring))
            here, restore_here, back = there, restoring_command(session), ["SAVEPOINT confiture_mutant"]
        stage = TransactionStage(
            session, script, first=mutant.statement, deferring=deferring, before=back, states=states
        )
        yield Judgement(mutant, judge(stage, trial, mutant))
        if session.closed:
            return ()
    session.rollback_to("confiture_mutant")
    bloated = bloated_tables(session)
    session.rollback()
    return bloated


def _is_behind(place: _Place, other: _Place) -> bool:
    """Whether ``place`` was met before ``other``."""
    (role, offset), (other_role, other_offset) = place, other
    return offset < other_offset if role is other_role else role is Role.UP


def _back_to(savepoint: str, restore: str | None) -> list[str]:
    """Commands that lead back to ``savepoint``, sequences included."""
    return [f"ROLLBACK TO SAVEPOINT {savepoint}", *([restore] if restore else [])]


def _run(session: Session, *commands: str | None) -> None:
    if given := [command for command in commands if command]:
        session.run("\n;\n".join(given))


def _between(trial: Trial, start: _Place, end: _Place, *, deferring: bool) -> Iterator[str]:
    """The true statements from one place to a later one."""
    (role, offset), (last, until) = start, end
    if role is not last:
        yield with_deferred(transactional(trial.migration.script(role))[offset:], again=deferring)
        offset = 0
    yield transactional(trial.migration.script(last))[offset:until]


def judge_on_clones(setting: Setting, trial: Trial, mutants: Iterable[Mutant], *, template: str) -> Iterator[Judgement]:
    """Judges ``mutants``, each on a clone of ``template``, delivered as the migration tool does."""
    for mutant in mutants:
        stage = CloneStage(setting.workbench, setting.sessions, trial.migration, role=mutant.role, template=template)
        with closing(stage):
            yield Judgement(mutant, judge(stage, trial, mutant))
