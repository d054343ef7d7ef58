"""Performance profiling: what an operation takes, and whether it takes longer than it used to."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import mean, median
from typing import Any

from confiture.config import Config
from confiture.engine.baselines import BaselineStore
from confiture.errors import ProjectError
from confiture.model.profile import Baseline, Environment, Profile
from confiture.oracles.budgets import breaches_of
from confiture.postgres.borrowed import Connection
from confiture.postgres.server import open_server
from confiture.testing.frameworks.measure import Measured, measure, measure_on_scratch
from confiture.testing.settings import not_negative, positive, project_config

_SAMPLES_KEPT = 50
_ANYWHERE = Environment("", "", 0)


@dataclass(frozen=True, slots=True)
class PerformanceProfile:
    """What one operation took.

    Attributes:
        operation: its name.
        duration_seconds: wall time, the round trip to the server included.
        timestamp: when, as ISO 8601 in UTC.
        success: it ended without an error and in time.
        memory_mb: what its backend held afterwards, in MiB; None where the role may not know.
        query_plan: EXPLAIN of its queries and data changes, as planned before it ran; None for all else.
        error: why it failed, with the SQLSTATE.
        over_budget: the limits that it broke, such as ``PERF_CREATE_TABLE_THRESHOLD``, in words.
    """

    operation: str
    duration_seconds: float
    timestamp: str
    success: bool = True
    memory_mb: float | None = None
    query_plan: str | None = None
    error: str | None = None
    over_budget: tuple[str, ...] = ()

    def is_regression(self, baseline_seconds: float, threshold_pct: float = 20.0) -> bool:
        """Whether it took more than ``threshold_pct`` percent longer than ``baseline_seconds``.

        Raises:
            ValueError: the baseline is not above 0, or the threshold is negative.
        """
        return self.calculate_regression(baseline_seconds) > not_negative(threshold_pct, "threshold_pct")

    def calculate_regression(self, baseline_seconds: float) -> float:
        """By how many percent it took longer than ``baseline_seconds``; negative when it was faster.

        Raises:
            ValueError: the baseline is not above 0.
        """
        return 100 * (self.duration_seconds / positive(baseline_seconds, "baseline_seconds") - 1)

    def get_summary(self) -> str:
        """The profile in a line, with what is wrong below it."""
        memory = "" if self.memory_mb is None else f", {self.memory_mb:.1f} MiB"
        lines = [f"{self.operation}: {1000 * self.duration_seconds:.1f} ms{memory}{'' if self.success else ', failed'}"]
        lines += [f"  {self.error}"] if self.error else []
        lines += [f"  {breach}" for breach in self.over_budget]
        return "\n".join(lines)


class PerformanceBaseline:
    """What operations used to take: the last 50 samples of each, of which the median counts."""

    def __init__(self, path: Path | str | None = None) -> None:
        """Makes a baseline.

        Args:
            path: the file that keeps it, and may not exist yet; in memory by default. Several processes may share it.
        """
        self._store = BaselineStore(Path(path)) if path is not None else None
        self._memory: dict[str, Baseline] = {}

    def add_profile(self, operation_name: str, duration_seconds: float) -> None:
        """Adds a sample to what is known of an operation.

        Raises:
            ValueError: the name is empty, or the duration negative.
            ProjectError: the file cannot be read or written.
        """
        if not operation_name.strip():
            raise ValueError("operation_name must not be empty")
        sample = not_negative(duration_seconds, "duration_seconds")

        def added(known: Mapping[str, Baseline]) -> dict[str, Profile]:
            samples = known[operation_name].profile.samples if operation_name in known else ()
            return {operation_name: Profile(operation_name, 0, "", (*samples, sample)[-_SAMPLES_KEPT:])}

        known = self._known()
        if self._store is not None:
            self._store.update(added, _ANYWHERE)
        else:
            self._memory[operation_name] = Baseline(added(known)[operation_name], _ANYWHERE, _now())

    def get_baseline(self, operation: str) -> PerformanceProfile | None:
        """What ``operation`` used to take, or None when it is not known."""
        return _profiles(self._known()).get(operation)

    def detect_regression(self, operation: str, current_seconds: float, threshold_pct: float = 20.0) -> bool:
        """Whether ``operation`` takes more than ``threshold_pct`` percent longer than it used to.

        False for an operation that is not known, or that took no time.

        Raises:
            ValueError: a number is negative.
        """
        current = not_negative(current_seconds, "current_seconds")
        threshold = not_negative(threshold_pct, "threshold_pct")
        known = _profiles(self._known()).get(operation)
        if known is None or known.duration_seconds == 0:
            return False
        return replace(known, duration_seconds=current).is_regression(known.duration_seconds, threshold)

    def get_all_baselines(self) -> dict[str, PerformanceProfile]:
        """What each operation used to take.

        Raises:
            ProjectError: the file cannot be read.
        """
        return _profiles(self._known())

    def get_statistics(self) -> dict[str, Any]:
        """``min``, ``max`` and ``average`` of all samples in seconds, 0.0 where there is none, and their ``count``.

        ``operations`` holds the same, and the ``median``, for each operation.
        """
        samples = {name: baseline.profile.samples for name, baseline in self._known().items()}
        every = [sample for some in samples.values() for sample in some]
        return {**_statistics(every), "operations": {name: _statistics(some) for name, some in samples.items()}}

    def _known(self) -> Mapping[str, Baseline]:
        """What is known; a damaged file is set aside first, with a warning that points to the caller of our caller."""
        if self._store is None:
            return self._memory
        try:
            return self._store.load()
        except ProjectError:
            with self._store.alone():
                return _set_aside(self._store)


def _profiles(known: Mapping[str, Baseline]) -> dict[str, PerformanceProfile]:
    return {
        name: PerformanceProfile(name, median(baseline.profile.samples), baseline.accepted)
        for name, baseline in known.items()
    }


def _set_aside(store: BaselineStore) -> dict[str, Baseline]:
    """Renames the file of ``store`` if it is damaged, and says so; what it holds if it is not. To be called alone.

    Raises:
        ProjectError: the file cannot be opened or renamed.
    """
    try:
        return dict(store.load())
    except ProjectError as error:
        if isinstance(error.__cause__, OSError):
            raise
        kept = next(path for n in count(1) if not (path := _aside(store.path, n)).exists())
        try:
            store.path.rename(kept)
        except OSError:
            raise error from None
        damage = f"{store.path}: the baselines cannot be read ({error.__cause__})"
        warnings.warn(f"{damage}; the file was kept as {kept}, and a new one is begun.", stacklevel=4)
        return {}


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.damaged-{number}")


def _statistics(samples: Sequence[float]) -> dict[str, float]:
    some = samples or [0.0]
    return {"min": min(some), "max": max(some), "average": mean(some), "median": median(some), "count": len(samples)}


class MigrationPerformanceProfiler:
    """Measures operations of migrations on a connection of the caller, or on a scratch database."""

    def __init__(self, baseline: PerformanceBaseline | None = None) -> None:
        """Makes a profiler.

        Args:
            baseline: what `get_baseline` returns; it is not changed. By default it gathers what the profiler measures.
        """
        self._given = baseline
        self._gathered = PerformanceBaseline()

    def profile_operation(
        self,
        operation: str,
        sql: str,
        db_connection: Connection | None = None,
        timeout_seconds: float | None = None,
    ) -> PerformanceProfile:
        """Runs ``sql``, one statement or several, and measures it.

        On a connection it runs as ``db_connection.execute`` would run it: in the present transaction, which it begins
        where psycopg would, and neither commits nor rolls back. After an error, or when the time is over, that
        transaction waits for its rollback, as after ``execute``. Without a connection it runs in autocommit mode in an
        empty scratch database of its own.

        Args:
            operation: its name.
            sql: what to run.
            db_connection: a psycopg 3 connection.
            timeout_seconds: ends what runs by then; no limit by default.

        Returns:
            A profile, of an operation that fails too: then ``success`` is False and ``error`` says why.

        Raises:
            ValueError: the timeout is not above 0.
            ConfigError: a setting, such as ``PERF_CREATE_TABLE_THRESHOLD``, is wrong.
            ProjectError: without a connection, the SQL reaches outside its scratch database.
            DatabaseError: the connection is closed or was lost, or there is no server.
        """
        seconds = None if timeout_seconds is None else positive(timeout_seconds, "timeout_seconds")
        config = project_config()
        now = _now()
        if db_connection is not None:
            measured = measure(db_connection, sql, seconds=seconds)
        else:
            with open_server(config.postgres) as server:
                measured = measure_on_scratch(server, sql, seconds=seconds)
        profile = PerformanceProfile(
            operation=operation,
            duration_seconds=measured.seconds,
            timestamp=now,
            success=measured.error is None,
            memory_mb=measured.memory_mb,
            query_plan=measured.query_plan,
            error=measured.error,
            over_budget=_over_budget(measured, config),
        )
        if profile.success and operation.strip():
            self._gathered.add_profile(operation, profile.duration_seconds)
        return profile

    def get_baseline(self) -> PerformanceBaseline | None:
        """The baseline that was given, else what was measured so far; None before the first success."""
        return self._given or (self._gathered if self._gathered.get_all_baselines() else None)


def _over_budget(measured: Measured, config: Config) -> tuple[str, ...]:
    """The limits that a single statement breaks; of several, nobody knows which took how long."""
    if len(measured.statements) != 1 or measured.error:
        return ()
    [statement] = measured.statements
    profile = Profile(statement.operation, 0, statement.text, (measured.seconds,), rows=measured.rows)
    return breaches_of(statement, profile, config)
