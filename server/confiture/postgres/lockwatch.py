"""Sees the locks of a statement that runs outside a transaction, and so gives them back before anyone can ask."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from psycopg import sql

from confiture.errors import ConnectionLostError
from confiture.model.profile import LockMode, Timing
from confiture.postgres.errors import Interrupted, SqlError
from confiture.postgres.results import ResultSet
from confiture.postgres.session import Session
from confiture.postgres.timing import run_timed

_LOCKS_OF = """
SELECT l.relation::text, l.mode, pg_backend_pid() = ANY (pg_blocking_pids(%s)) FROM pg_locks l
WHERE l.locktype = 'relation' AND l.pid = %s
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

    A helper connection first takes SHARE on ``tables``, which conflicts with every lock under which a table is
    written or changed, also those of CONCURRENTLY. So the statement has to wait once, its first such lock is
    surely seen, and the helper steps aside. Locks that it takes later are polled for.

    Raises:
        SqlError: the statement failed.
    """
    watched, done = Watched(), threading.Event()
    with Session(session.server, session.database) as helper:
        helper.begin()
        if tables:
            helper.query(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.SQL(", ").join(tables)))
        arguments = (helper, session.backend_pid, done.is_set, watched)
        thread = threading.Thread(target=_watch, args=arguments, name="confiture-locks")
        thread.start()
        try:
            watched.results, timing = run_timed(session, text)
        finally:
            done.set()
            thread.join()
    watched.timing = replace(timing, wall=timing.wall - watched.blocked_seconds)
    return watched


def lock_modes(names: str) -> frozenset[LockMode]:
    """The table lock modes among ``names``, written as ``pg_locks`` does: ``AccessShareLock``."""
    return frozenset(_MODES[name] for name in names.split() if name in _MODES)


def _watch(helper: Session, pid: int, done: Callable[[], bool], watched: Watched) -> None:
    """Polls until the statement is done. Whatever happens here, the helper lets go of its locks."""
    blocked_since: float | None = None
    with helper, suppress(SqlError, Interrupted, ConnectionLostError):
        while not done():
            rows = helper.query(_LOCKS_OF, [pid, pid])
            watched.locks.update((str(table), mode) for table, name, _ in rows for mode in lock_modes(str(name)))
            if blocked_since is not None and helper.in_transaction:
                watched.blocked_seconds = time.perf_counter() - blocked_since
                helper.rollback()
            elif blocked_since is None and any(blocked for *_, blocked in rows):
                blocked_since = time.perf_counter()  # Look once more: it waits now, so the list is complete.
