"""What decides the value of a column: a choice of a few values, or a series in which each is new."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from confiture.model.schema import Table
from confiture.postgres.seed_values import series

MOST_TRIES = 400


@dataclass(frozen=True, slots=True)
class Variety:
    """How rows are made that differ in all that a script speaks of.

    Attributes:
        telling: values that it speaks of; they are as frequent as all others together.
        first_id: where columns that PostgreSQL would count begin.
        chance: picks the values.
    """

    telling: tuple[str, ...]
    first_id: int
    chance: Random


class Choice:
    """What decides the value of one column, or of the columns of foreign keys together.

    Attributes:
        columns: their names.
        values: to pick from; a tuple has a value for each of `columns`.
        series: ways to make ever new values, the plainest first; while there is one, it counts instead of `values`.
        spare: the row can do without: the columns may be null or have defaults.
    """

    def __init__(self, columns: tuple[str, ...], values: list[tuple[str | None, ...]], *, spare: bool) -> None:
        self.columns = columns
        self.values = values
        self.series: list[Callable[[int], str]] = []
        self.spare = spare

    def at(self, number: int, *, style: int = 0) -> tuple[str | None, ...]:
        """The value for the row ``number``."""
        if self.series:
            return (self.series[style % len(self.series)](number),)
        return self.values[number % len(self.values)]

    @property
    def width(self) -> int:
        """How many values there are to try, at least one."""
        return MOST_TRIES if self.series else max(len(self.values), 1)

    @property
    def null(self) -> int | None:
        """Where the null stands among the values."""
        nulls = (place for place, value in enumerate(self.values) if set(value) == {None})
        return None if self.series else next(nulls, None)


def in_series(base: str, column: str, style: int) -> Callable[[int], str]:
    """The values of one style of `series`, by the number of the row."""
    return partial(_in_style, base, column, style)


def first_of(values: Sequence[str], rest: Callable[[int], str]) -> Callable[[int], str]:
    """``values`` one by one, and then those of ``rest``."""
    return partial(_first_of, values, rest)


def _in_style(base: str, column: str, style: int, number: int) -> str:
    return series(base, number, column=column)[style]


def _first_of(values: Sequence[str], rest: Callable[[int], str], number: int) -> str:
    return values[number] if number < len(values) else rest(number - len(values))


def serial_columns(table: Table) -> set[str]:
    """Columns whose values should all differ: one of each unique set, unless it holds a foreign key.

    Of an exclusion constraint that is its last column, which usually is the range.
    """
    keys = [constraint.columns for constraint in table.constraints if constraint.kind in ("PRIMARY KEY", "UNIQUE")]
    keys += [named_columns(table, index.columns) for index in table.indexes if index.unique]
    keys += [constraint.columns[-1:] for constraint in table.constraints if constraint.kind == "EXCLUDE"]
    referring = {name for key in table.constraints if key.kind == "FOREIGN KEY" for name in key.columns}
    return {columns[0] for columns in keys if columns and not referring & set(columns)}


def named_columns(table: Table, expressions: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that the key columns and expressions of an index speak of."""
    words = {word for expression in expressions for word in (expression, *re.findall(r"\w+", expression))}
    return tuple(column.name for column in table.columns if column.name in words)
