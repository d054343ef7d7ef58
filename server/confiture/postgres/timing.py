"""How long a text takes on the clock, and how long its backend computes."""

import re
import time
from pathlib import Path

from confiture.model.profile import Timing
from confiture.postgres.results import ResultSet
from confiture.postgres.session import Session

_WORK = "SELECT sum(length(md5(g::text))) FROM generate_series(1, 2000) AS g"
_TIMES = 5
_FIELDS = 3
"""Of a file schedstat: nanoseconds on a processor, nanoseconds queued for one, and how often."""


def run_timed(session: Session, text: str) -> tuple[tuple[ResultSet, ...], Timing]:
    """Runs ``text`` and returns what came back and how long it took, the round trip included.

    Raises:
        SqlError: PostgreSQL refused it.
    """
    before = _scheduled_seconds(session)
    started = time.perf_counter()
    results = session.run(text)
    wall = time.perf_counter() - started
    after = _scheduled_seconds(session)
    if before is None or after is None:
        return results, Timing(wall)
    return results, Timing(wall, after[0] - before[0], after[1] - before[1])


def measure_pace(session: Session) -> float:
    """Seconds that this machine takes for a fixed piece of work, the least of a few times."""
    timings = [run_timed(session, _WORK)[1] for _ in range(_TIMES)]
    return min(timing.wall if timing.cpu is None else timing.cpu for timing in timings)


def own_memory(session: Session) -> int | None:
    """Bytes that the session's backend has for itself, without what it shares; None where this system does not tell.

    Source: https://docs.kernel.org/filesystems/proc.html (RssAnon in /proc/<pid>/status).
    """
    status = _read(session, f"{session.backend_pid}/status")
    found = re.search(r"^RssAnon:\s+(\d+) kB$", status or "", re.MULTILINE)
    return int(found[1]) * 1024 if found else None


def _scheduled_seconds(session: Session) -> tuple[float, float] | None:
    """For how long the session's backend had the processor, and it and we queued for one; None where nobody tells.

    Source: https://docs.kernel.org/scheduler/sched-stats.html (/proc/<pid>/schedstat).
    """
    backend = (_read(session, f"{session.backend_pid}/schedstat") or "").split()
    ours = (_read(session, "thread-self/schedstat") or "").split()
    if len(backend) < _FIELDS or len(ours) < _FIELDS:
        return None
    return int(backend[0]) / 1e9, (int(backend[1]) + int(ours[1])) / 1e9


def _read(session: Session, name: str) -> str | None:
    """A file about a process. A server that the user named can run elsewhere, where numbers mean other processes."""
    if not session.server.private:
        return None
    try:
        return Path("/proc", name).read_text("ascii")
    except (OSError, ValueError):
        return None
