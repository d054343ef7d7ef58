"""Sees the locks of a statement that runs outside a transaction, and so gives them back before anyone can ask."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace

from psycopg import sql

from confiture.errors import ConnectionLostError
from confiture.model.profile import LockMode, Timing
from confiture.postgres.errors import Interrupted, SqlError
from confiture.postgres.results import ResultSet
from confiture.postgres.session import Session
from confiture.postgres.timing import run_timed

_LOCKS_OF = """
SELECT l.relation::text, coalesce(l.mode, ''), pg_blocking_pids(%s) && %s::int[] FROM (SELECT) AS always
LEFT JOIN pg_locks l ON l.locktype = 'relation' AND l.pid = %s
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_MODES = {f"{mode.label.title().replace(' ', '')}Lock": mode for mode in LockMode}


@dataclass(slots=True)
class Watched:
    """What a second connection saw while a statement ran.

    Attributes:
        locks: table oid and mode of each lock that it had or waited for.
        timing: how long it ran, without the time that we stood in its way.
    """

    results: tuple[ResultSet, ...] = ()
    locks: set[tuple[str, LockMode]] = field(default_factory=set[tuple[str, LockMode]])
    timing: Timing = field(default_factory=lambda: Timing(0.0))
    blocked_seconds: float = 0.0


def run_watched(session: Session, text: str, *, tables: Sequence[sql.Identifier]) -> Watched:
    """Runs ``text`` on ``session``, in autocommit mode, and notes the locks that it takes or waits for.

    A guard first takes SHARE ROW EXCLUSIVE on ``tables``, which conflicts with every lock under which a table is
    written, changed or indexed, also those of CONCURRENTLY. So the statement has to wait once, its first such lock
    is surely seen, and the guard steps aside. Before it does, another guard takes ACCESS SHARE, which makes the
    statement wait once more for ACCESS EXCLUSIVE. They relieve each other, because CONCURRENTLY also waits for the
    end of transactions. Other later locks are polled for.

    Raises:
        SqlError: the statement failed.
    """
    watched, done = Watched(), threading.Event()
    with Session(session.server, session.database) as first, Session(session.server, session.database) as second:
        guards = _Guards((first, second), tables)
        thread = threading.Thread(
            target=_watch, args=(guards, session.backend_pid, done.is_set, watched), name="confiture-locks"
        )
        thread.start()
        try:
            watched.results, timing = run_timed(session, text)
        finally:
            done.set()
            thread.join()
    # On a busy machine the guards seem to have stood in the way for longer than the statement took.
    watched.timing = replace(timing, wall=timing.wall - watched.blocked_seconds)
    return watched


def lock_modes(names: str) -> frozenset[LockMode]:
    """The table lock modes among ``names``, written as ``pg_locks`` does: ``AccessShareLock``."""
    return frozenset(_MODES[name] for name in names.split() if name in _MODES)


class _Guards:
    """Two sessions of which one stands in the way of a statement."""

    def __init__(self, sessions: tuple[Session, Session], tables: Sequence[sql.Identifier]) -> None:
        self.on_duty, self._off_duty = sessions
        self.pids = [session.backend_pid for session in sessions]
        self._tables = sql.SQL(", ").join(tables)
        self._any = bool(tables)
        self.on_duty.begin()
        if self._any:
            self.on_duty.query(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(self._tables))

    def relieve(self) -> None:
        """Lets the statement go on, to wait for the other guard if it wants to keep readers out."""
        if self._any:
            self._off_duty.begin()
            # Refused where the statement already waits for more than we would let it have.
            with suppress(SqlError):
                self._off_duty.query(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE NOWAIT").format(self._tables))
        self.on_duty.rollback()
        self.on_duty, self._off_duty = self._off_duty, self.on_duty
        if self.on_duty.failed:
            self.on_duty.rollback()

    def leave(self) -> None:
        """Lets go of everything at once: closed connections keep their locks until their backends notice."""
        self.on_duty.rollback()
        self._off_duty.rollback()


def _watch(guards: _Guards, pid: int, done: Callable[[], bool], watched: Watched) -> None:
    """Polls until the statement is done. Whatever happens here, the guards let go of their locks."""
    blocked_since: float | None = None
    with ExitStack() as duty, suppress(SqlError, Interrupted, ConnectionLostError):
        duty.callback(guards.leave)
        while not done():
            rows = guards.on_duty.query(_LOCKS_OF, [pid, guards.pids, pid])
            watched.locks.update((str(table), mode) for table, name, _ in rows for mode in lock_modes(str(name)))
            if blocked_since is not None:
                guards.relieve()
                watched.blocked_seconds += time.perf_counter() - blocked_since
                blocked_since = None
            elif any(blocked for *_, blocked in rows):
                blocked_since = time.perf_counter()  # Look once more: it waits now, so the list is complete.
