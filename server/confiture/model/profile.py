"""What statements cost."""

import re
from dataclasses import dataclass, field
from enum import IntEnum

from confiture.model.growth import Growth


class LockMode(IntEnum):
    """Table lock modes, weakest first.

    Source: https://www.postgresql.org/docs/current/explicit-locking.html
    """

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    @property
    def label(self) -> str:
        """As the manual writes it: ``ACCESS EXCLUSIVE``."""
        return self.name.replace("_", " ")

    @property
    def blocks(self) -> tuple[str, ...]:
        """The commands of an application that wait for a table locked so."""
        if self is LockMode.ACCESS_EXCLUSIVE:
            return ("SELECT", "INSERT", "UPDATE", "DELETE")
        if self is LockMode.EXCLUSIVE:
            return ("INSERT", "UPDATE", "DELETE", "SELECT FOR UPDATE")
        return ("INSERT", "UPDATE", "DELETE") if self >= LockMode.SHARE else ()

    @classmethod
    def named(cls, text: str) -> "LockMode | None":
        """The mode that ``text`` names in any of its spellings: ``AccessExclusiveLock``, ``access exclusive``."""
        wanted = re.sub(r"[\s_]|lock$", "", text.strip().lower())
        return next((mode for mode in cls if mode.name.replace("_", "").lower() == wanted), None)


@dataclass(frozen=True, slots=True, order=True)
class Lock:
    """A lock on a table that existed before the migration.

    Attributes:
        held_seconds: from the start of the statement to the end of its transaction; 0 where nobody asked.
    """

    table: str
    mode: LockMode
    held_seconds: float = field(default=0.0, compare=False)


_LEAST_SECONDS = 1e-6
"""Clocks can be that wrong; times are divided by one another."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one run took.

    Attributes:
        wall: seconds on the clock.
        cpu: seconds of the backend on the processor, without its parallel workers; None where it cannot be read.
        queued: seconds in which the backend, or we, could have gone on, but others had the processor.
    """

    wall: float
    cpu: float | None = None
    queued: float = 0.0

    @property
    def undisturbed(self) -> float:
        """Seconds on the clock that were the statement's own: computing, reading, writing, waiting for locks."""
        return max(self.wall - self.queued, self.cpu or 0.0, _LEAST_SECONDS)


@dataclass(frozen=True, slots=True)
class Profile:
    """The cost of one statement on the scratch database.

    Attributes:
        operation: `Statement.operation`.
        statement: index of the statement in its script.
        sql: its text.
        samples: seconds on the clock less those queued for the processor, in the order measured; never empty.
        rows: rows reported by the command, 0 for DDL.
        locks: strongest lock the statement took on each table that existed before.
        rewrites: tables that got a new file.
        scans: tables that existed before and were read in full.
        wal_bytes: WAL that the server wrote meanwhile, the least of the runs.
        cpu_seconds: least time of the backend on the processor; None where it cannot be read.
        blocks: pages of tables and indexes that were asked for.
        rewrite_reason: why tables were rewritten, in words; empty where PostgreSQL does not say.
        plan: of a statement that moves rows, as EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) printed it; else empty.
        disk_before: bytes of all tables and indexes before.
        disk_after: and after.
        memory_bytes: that the backend kept for itself afterwards; None where it cannot be read.
    """

    operation: str
    statement: int
    sql: str
    samples: tuple[float, ...]
    rows: int = 0
    locks: tuple[Lock, ...] = ()
    rewrites: tuple[str, ...] = ()
    scans: tuple[str, ...] = ()
    wal_bytes: int = 0
    cpu_seconds: float | None = None
    blocks: int = 0
    rewrite_reason: str = ""
    plan: str = field(default="", compare=False)
    disk_before: int = 0
    disk_after: int = 0
    memory_bytes: int | None = None

    @property
    def seconds(self) -> float:
        """The fastest sample: the estimator that varied least on identical runs."""
        return min(self.samples)


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a profile was measured; only equal ones compare times.

    Attributes:
        server: version of PostgreSQL.
        machine: its class, not its name.
        rows: how many rows all tables had before.
        pace: seconds that a fixed piece of work took at the time; 0 where it was not measured.
    """

    server: str
    machine: str
    rows: int
    pace: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A remembered profile.

    Attributes:
        accepted: ISO date when it was recorded or accepted.
    """

    profile: Profile
    environment: Environment
    accepted: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A profile beside its baseline.

    Attributes:
        ratio: new time over old time; None where times do not compare.
        regressed: the difference was proved, not suspected.
        reason: what was measured, for people.
        environment: where ``profile`` was measured, to accept it as a baseline; None where nobody asked.
        growth: how its time grows with the rows of its table; None where that was not measured.
        history: seconds of earlier runs on this machine, oldest first.
    """

    profile: Profile
    baseline: Baseline | None
    ratio: float | None = None
    regressed: bool = False
    reason: str = ""
    environment: Environment | None = None
    growth: Growth | None = None
    history: tuple[float, ...] = ()


_TIME = re.compile(r"(?P<number>\d+(?:\.\d+)?) ?(?P<unit>ms|s|min)")
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0}


def parse_seconds(text: str) -> float | None:
    """The seconds of a time such as ``200ms``, ``2s`` or ``1min``; None when it is none."""
    match = _TIME.fullmatch(text.strip())
    return float(match["number"]) * _UNITS[match["unit"]] if match else None


TOO_SLOW = "over the budget of"
"""Words of a breach of a time limit, and of no other."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits for one statement; None means no limit."""

    max_seconds: float | None = None
    max_lock: LockMode | None = None
    rewrite: bool = True
    scan: bool = True

    def breaches(self, profile: Profile) -> tuple[str, ...]:
        """Each limit that ``profile`` exceeds, in words."""
        found: list[str] = []
        if self.max_seconds is not None and profile.seconds > self.max_seconds:
            found.append(f"took {profile.seconds:.3g} s, {TOO_SLOW} {self.max_seconds:g} s")
        if self.max_lock is not None:
            found += [
                f"takes {lock.mode.label} on {lock.table}, above the budget of {self.max_lock.label}"
                for lock in profile.locks
                if lock.mode > self.max_lock
            ]
        if not self.rewrite:
            found += [f"rewrites {table}" for table in profile.rewrites]
        if not self.scan:
            found += [f"reads all of {table}" for table in profile.scans]
        return tuple(found)
