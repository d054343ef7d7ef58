"""What statements cost on more rows than the project has: measured on a few sizes, worked out for production's."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from confiture.engine import findings
from confiture.engine.base_state import BaseState
from confiture.engine.deliver import StatementFailed, measure
from confiture.engine.growth import LEAST_POINTS, predict, shape_of
from confiture.engine.locks import transactions, until_end
from confiture.engine.production import production_rows
from confiture.engine.setting import Setting
from confiture.errors import ProjectError
from confiture.model.event import Event, Found, Progress
from confiture.model.finding import Finding
from confiture.model.growth import Growth, Point, Projection, rows_in_words
from confiture.model.profile import Profile
from confiture.model.script import Statement
from confiture.oracles.budgets import budget_of
from confiture.postgres.catalog import read_schema
from confiture.postgres.errors import NO_ROOM, SqlError
from confiture.postgres.grow import grow
from confiture.postgres.room import database_bytes, free_bytes
from confiture.postgres.session import Session
from confiture.postgres.timing import run_timed

_COPIES = 4
"""Of the rows that are there at once: the template, its clone, what the statement rewrites, and WAL."""
_PLAIN_PLANS = """
SET jit = off; SET max_parallel_workers_per_gather = 0; SET max_parallel_maintenance_workers = 0
"""
"""Workers and compilers come in at some size, and no curve could be fitted through their coming in."""


@dataclass(frozen=True, slots=True)
class _Size:
    """A template database and the rows of its tables."""

    factor: int
    database: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the up script on one size: for each statement its seconds, those its locks are held, and its WAL."""

    size: _Size
    seconds: Sequence[float]
    held: Sequence[float]
    wal: Sequence[int]


def measure_growth(
    setting: Setting, base: BaseState, profiles: Sequence[Profile]
) -> Generator[Event, None, Mapping[int, Growth]]:
    """By index of the statement, how its time grows with the rows of its table.

    The sizes take turns, so that a machine that is busy for a while disturbs all of them alike.
    """
    tables = frozenset(lock.table for profile in profiles for lock in profile.locks)
    try:
        wanted = production_rows(setting.config)
    except ProjectError as error:
        yield Found(findings.statistics_unusable(setting.migration, str(error)))
        wanted = dict[str, int]()
    if not tables:
        return {}
    runs: list[_Run] = []
    with ExitStack() as stack:
        sizes = yield from _sizes(setting, base, tables, stack=stack)
        for number in range(setting.config.scale.repeats):
            for size in tuple(sizes):
                yield Progress(
                    f"Measuring at {size.factor}×, run {number + 1} of {setting.config.scale.repeats}",
                )
                try:
                    runs.append(_run(setting, size))
                except StatementFailed as failure:
                    yield Found(_failed(failure, size))
                    del sizes[sizes.index(size) :]
                    break
    growths = {
        profile.statement: growth
        for profile in profiles
        if (growth := _growth(setting, profile, runs, wanted=wanted)) is not None
    }
    yield from _found(setting, profiles, growths)
    return growths


def _sizes(
    setting: Setting, base: BaseState, tables: frozenset[str], *, stack: ExitStack
) -> Generator[Event, None, list[_Size]]:
    """A template for each factor, smallest first, until there is no more room."""
    scale, sizes = setting.config.scale, list[_Size]()
    notes = ()
    needed: float = 0.0
    for factor in scale.factors:
        rows = scale.rows * factor
        yield Progress(f"Growing tables to {rows_in_words(rows)}")
        database = stack.enter_context(setting.workbench.clone(base.database))
        with setting.sessions.open(database) as session, session.deadline(setting.config.mutation.timeout_seconds):
            free = free_bytes(session)
            needed *= factor
            if free is not None and needed > free:
                reason = f"about {needed / 1e6:.0f} MB would be needed, {free / 1e6:.0f} MB are free"
                yield Found(findings.no_room(setting.migration, factor, reason))
                break
            try:
                notes = grow(session, tables, rows=rows)
            except SqlError as error:
                yield Found(findings.no_room(setting.migration, factor, str(error)))
                break
            needed = _COPIES * database_bytes(session) / factor
            counted = {name: table.rows for name, table in read_schema(session).tables.items() if name in tables}
        sizes.append(_Size(factor, database, counted))
    if notes:
        yield Found(findings.not_grown(setting.migration, notes))
    return sizes


def _run(setting: Setting, size: _Size) -> _Run:
    migration = setting.migration
    with _session(setting, size.database) as session:
        profiles = measure(session, migration.up, migration.delivery, meter=lambda s: _measured(session, s))
    seconds = [profile.seconds for profile in profiles]
    held = until_end(seconds, transactions(migration))
    return _Run(size, seconds, held, [profile.wal_bytes for profile in profiles])


@contextmanager
def _session(setting: Setting, template: str) -> Generator[Session]:
    with (
        setting.place(template) as session,
        session.deadline(setting.config.mutation.timeout_seconds),
    ):
        session.query(_PLAIN_PLANS)
        yield session


def _measured(session: Session, statement: Statement) -> Profile:
    """Time and WAL only, planned as PostgreSQL likes: looking for more would cost time of its own."""
    before = _wal(session)
    _, timing = run_timed(session, statement.text)
    wal = 0 if session.failed else _wal(session) - before
    return Profile(statement.operation, statement.index, statement.text, (timing.undisturbed,), wal_bytes=max(wal, 0))


def _wal(session: Session) -> int:
    [(position,)] = session.query("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
    return int(str(position))


def _failed(failure: StatementFailed, size: _Size) -> Finding:
    rows = size.rows.get(failure.statement.table or "") or max(size.rows.values(), default=0)
    if failure.error.sqlstate.startswith(NO_ROOM):
        what = f"there was no room for it at {size.factor}×, with {rows_in_words(rows)}"
        return findings.failed(failure, code="no-room", what=what)
    return findings.failed(failure, code="fails-at-scale", what=f"fails at {size.factor}×, with {rows_in_words(rows)}")


def _growth(setting: Setting, profile: Profile, runs: Sequence[_Run], *, wanted: Mapping[str, int]) -> Growth | None:
    """None where too few sizes could be measured, or the statement touches no table that could grow."""
    table = _main_table(setting, profile, runs, wanted=wanted)
    if table is None:
        return None
    index = profile.statement
    points = _points([(run.size.rows[table], run.seconds[index]) for run in runs])
    if len(points) < LEAST_POINTS:
        return None
    shape, error = shape_of(points)
    projection = None
    if rows := wanted.get(table):
        projection = Projection(
            rows,
            seconds=predict(points, rows),
            held=predict(_points([(run.size.rows[table], run.held[index]) for run in runs]), rows),
            wal_bytes=predict(_points([(run.size.rows[table], max(run.wal[index], 1)) for run in runs]), rows),
        )
    return Growth(table, points, shape, error, projection, planned=_is_planned(profile))


def _is_planned(profile: Profile) -> bool:
    """DML, and DDL that joins tables, as the check of a foreign key does."""
    return bool(profile.plan) or len({lock.table for lock in profile.locks}) > 1


def _main_table(setting: Setting, profile: Profile, runs: Sequence[_Run], *, wanted: Mapping[str, int]) -> str | None:
    """The table that the statement names, else the largest that it locks."""
    locked = {lock.table for lock in profile.locks}
    grown = {table for table in locked if len({run.size.rows.get(table, 0) for run in runs}) >= LEAST_POINTS}
    named = setting.migration.up.statements[profile.statement].table
    if named in grown:
        return named
    return max(sorted(grown), key=lambda table: wanted.get(table, 0), default=None)


def _points(measured: Sequence[tuple[int, float]]) -> tuple[Point, ...]:
    sizes = sorted({rows for rows, _ in measured})
    return tuple(Point(size, tuple(value for rows, value in measured if rows == size)) for size in sizes)


def _found(setting: Setting, profiles: Sequence[Profile], growths: Mapping[int, Growth]) -> Iterator[Event]:
    """Locks that would stop the application for too long, and budgets that would be broken."""
    up, numbers = setting.migration.up, transactions(setting.migration)
    for profile in profiles:
        growth = growths.get(profile.statement)
        if growth is None or growth.production is None:
            continue
        statement, expected = up.statements[profile.statement], growth.production
        blocking = [lock for lock in profile.locks if lock.mode.blocks]
        if blocking and expected.held.middle >= setting.config.scale.longest_block_seconds:
            strongest = max(blocking, key=lambda lock: lock.mode)
            here = statement.index
            planned = any(each.planned and numbers[i] == numbers[here] for i, each in growths.items() if i >= here)
            yield Found(findings.blocks_for_long(statement, up, expected, strongest, planned=planned))
        limit = budget_of(statement, setting.config).max_seconds
        if limit is not None and expected.seconds.low > limit:
            words = f"takes about {expected.seconds.in_seconds()} at {rows_in_words(expected.rows)}"
            yield Found(findings.over_budget(statement, up, (f"{words}, over the budget of {limit:g} s",)))
