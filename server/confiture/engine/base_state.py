"""Base states: scratch databases after all migrations before the one in question, and the seed rows."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from confiture.engine.deliver import deliver
from confiture.engine.interrupt import Sessions
from confiture.engine.project import Project
from confiture.engine.steps import Step, steps_before
from confiture.model.schema import Schema
from confiture.postgres.catalog import read_schema
from confiture.postgres.fingerprint import Fingerprint, read_fingerprint
from confiture.postgres.scratch import Scratch
from confiture.postgres.seed import generate_rows
from confiture.postgres.session import Session
from confiture.sql.content import content_key
from confiture.sql.told import values_told

_KEPT = 12
"""Base states kept per server; the least recently used one goes first."""
_SEED_SECONDS = 60.0
_STOPS = 4
"""States kept on the way to a new one."""
_WORTH_KEEPING = 25
"""Scripts that take longer to run again than a database takes to copy."""


@dataclass(frozen=True, slots=True)
class BaseState:
    """A template database with what is in it.

    Attributes:
        key: changes with the content of all that made it.
        database: to be cloned, never to be connected to.
        rows: how many rows all its tables have.
        notes: what could not be seeded, for people.
    """

    key: str
    database: str
    schema: Schema
    fingerprint: Fingerprint
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.schema.tables.values())


@dataclass(frozen=True, slots=True)
class MadeUp:
    """Rows that are generated for empty tables.

    Attributes:
        count: for each table.
        told: values that the migration asks for, by columns.
    """

    count: int
    told: Mapping[str, tuple[str, ...]]

    def generate(self, session: Session) -> tuple[str, ...]:
        """See `generate_rows`."""
        return generate_rows(session, read_schema(session), rows_per_table=self.count, told=self.told)


class BaseStates:
    """The base states of one server, by the content of all that made them."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._states: OrderedDict[str, BaseState] = OrderedDict()

    def before(
        self, project: Project, index: int, *, sessions: Sessions, made_up: int, needed: Sequence[Step] = ()
    ) -> BaseState:
        """The state that migration ``index`` of the history finds.

        It starts from the longest prefix of the history that is still there.

        Args:
            project: has the history and the seed rows.
            index: place in the history.
            sessions: of the run.
            made_up: rows that are generated for each empty table.
            needed: what comes after the history because the tests need it.

        Raises:
            StatementFailed: an earlier migration or a seed fails.
        """
        steps = (*steps_before(project, index), *needed)
        rows = MadeUp(made_up, values_told(project.history.migrations[index].up)) if made_up else None
        keys = prefix_keys(steps, rows=rows)
        if keys[-1] in self._states:
            return self._use(keys[-1])
        timeout = project.config.mutation.timeout_seconds
        start = next((count for count in range(len(steps), 0, -1) if keys[count - 1] in self._states), 0)
        state = self._use(keys[start - 1]) if start else None
        build = partial(self._build, sessions=sessions, timeout_seconds=timeout)
        for stop in (*_halves(start, len(steps)), len(steps)) if start < len(steps) else ():
            state = build(keys[stop - 1], steps[start:stop], template=state, rows=None)
            start = stop
        if keys[-1] not in self._states:
            build(keys[-1], (), template=state, rows=rows)
        return self._states[keys[-1]]

    def _use(self, key: str) -> BaseState:
        self._states.move_to_end(key)
        return self._states[key]

    def _build(
        self,
        key: str,
        steps: Sequence[Step],
        *,
        template: BaseState | None,
        rows: MadeUp | None,
        sessions: Sessions,
        timeout_seconds: float,
    ) -> BaseState:
        database = self._scratch.create(template.database if template else None)
        try:
            with sessions.open(database) as session:
                for step in steps:
                    with session.deadline(timeout_seconds):
                        deliver(session, step.script, step.delivery)
                with session.deadline(max(timeout_seconds, _SEED_SECONDS)):  # triggers of the user may hang
                    notes = rows.generate(session) if rows else ()
                state = BaseState(key, database, read_schema(session), read_fingerprint(session), notes)
        except BaseException:
            self._scratch.drop(database)
            raise
        self._keep(state)
        return state

    def _keep(self, state: BaseState) -> None:
        self._states[state.key] = state
        while len(self._states) > _KEPT:
            _, oldest = self._states.popitem(last=False)
            self._scratch.drop(oldest.database)


def _halves(start: int, end: int) -> list[int]:
    """Places between ``start`` and ``end`` at which a state is kept: half way, half of the rest, and so on.

    An edit in the middle of the history finds a state not far before it, and one near the end a near one.
    """
    stops: list[int] = []
    while end - start >= 2 * _WORTH_KEEPING and len(stops) < _STOPS:
        start += (end - start) // 2
        stops.append(start)
    return stops


def prefix_keys(steps: Sequence[Step], *, rows: MadeUp | None) -> list[str]:
    """A key per prefix of ``steps`` that changes with the content of any of its scripts; the last one is of all.

    Generated rows are part of the state, so that no prefix but the whole serves as a start then.
    """
    digest = hashlib.sha256()
    keys: list[str] = []
    for step in steps:
        digest.update(f"{step.delivery.value}\0{content_key(step.script.text)}\0".encode())
        keys.append(digest.hexdigest())
    complete = f"{digest.hexdigest()} {rows}"
    return [*keys, complete] if rows or not keys else keys
