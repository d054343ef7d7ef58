"""How long a text takes on the clock, and how long its backend computes."""

import time
from pathlib import Path

from confiture.model.profile import Timing
from confiture.postgres.results import ResultSet
from confiture.postgres.session import Session

_WORK = "SELECT sum(length(md5(g::text))) FROM generate_series(1, 2000) AS g"
_TIMES = 5


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


def _scheduled_seconds(session: Session) -> tuple[float, float] | None:
    """For how long the session's backend had the processor and queued for it; None where this system does not tell.

    A server that the user named can run elsewhere, where its process numbers mean other processes.
    Source: https://docs.kernel.org/scheduler/sched-stats.html (/proc/<pid>/schedstat).
    """
    if not session.server.private:
        return None
    try:
        had, queued, *_ = Path(f"/proc/{session.backend_pid}/schedstat").read_text("ascii").split()
        return int(had) / 1e9, int(queued) / 1e9
    except (OSError, ValueError):
        return None
