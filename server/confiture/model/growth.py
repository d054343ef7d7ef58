"""How what a statement costs grows with the rows of its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Shape(Enum):
    """What time grows like, where n is the number of rows."""

    CONSTANT = "constant"
    LINEAR = "n"
    LOG_LINEAR = "n log n"
    WORSE = "n²"


@dataclass(frozen=True, slots=True)
class Point:
    """What runs with one number of rows took.

    Attributes:
        rows: of the statement's main table, before it ran.
        seconds: one for each run; never empty.
    """

    rows: int
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number that was not measured, between two that it should not leave."""

    low: float
    middle: float
    high: float

    def in_seconds(self) -> str:
        """As people read a time: ``3 min (2–5)``."""
        return self._in(((3600.0, "h"), (60.0, "min"), (1.0, "s"), (0.001, "ms")))

    def in_bytes(self) -> str:
        """As people read an amount: ``3.2 GB (2.9–3.5)``."""
        return self._in(((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")))

    def _in(self, units: Sequence[tuple[float, str]]) -> str:
        size, unit = next((each for each in units if self.middle >= each[0]), units[-1])
        low, middle, high = (_rounded(value / size) for value in (self.low, self.middle, self.high))
        return f"{middle} {unit} ({low}–{high})"


def rows_in_words(rows: int) -> str:
    """``40 M rows``, ``200 k rows``, ``1 row``."""
    for size, unit in ((1_000_000_000, " G"), (1_000_000, " M"), (10_000, " k")):
        if rows >= size:
            return f"{_rounded(rows / (1_000 if size == 10_000 else size))}{unit} rows"
    return "1 row" if rows == 1 else f"{rows} rows"


def _rounded(value: float) -> str:
    """Two digits that count: ``3.2``, ``17``, ``120``."""
    if value >= 100:
        return f"{float(f'{value:.2g}'):.0f}"
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Projection:
    """What a statement is expected to do to a table of a size that was not measured.

    Attributes:
        rows: of the table.
        seconds: that the statement takes.
        held: seconds for which its locks are held, to the end of its transaction.
        wal_bytes: that it writes.
    """

    rows: int
    seconds: Estimate
    held: Estimate
    wal_bytes: Estimate


@dataclass(frozen=True, slots=True)
class Growth:
    """How one statement's time grows.

    Attributes:
        table: whose rows count.
        points: what was measured, fewest rows first.
        shape: the simplest one that fits.
        error: how far its fit misses the points, as a part of them.
        production: what follows for the size that the table has there; None where that is not known.
        planned: PostgreSQL chooses how to do it, and may choose another way at a size that was not measured.
    """

    table: str
    points: tuple[Point, ...]
    shape: Shape
    error: float
    production: Projection | None = None
    planned: bool = False
