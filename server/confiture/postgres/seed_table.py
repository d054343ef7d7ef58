"""Makes up the rows of one table, and learns from what PostgreSQL refuses."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from math import prod
from random import Random

from psycopg import sql

from confiture.model.schema import Column, Table
from confiture.postgres.errors import SqlError
from confiture.postgres.seed_details import Details
from confiture.postgres.seed_values import literals_in, pool, series

_MOST_TRIES = 400
_NULLS = 3
"""Where rows are to differ, one of so many values is null."""
_PLAIN_NUMBERS = frozenset({"1", "2", "10", "100"})
"""That every pool of numbers has."""
_NULL_VIOLATION, _CHECK_VIOLATION = "23502", "23514"


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


class _Choice:
    """What decides the value of one column, or of the columns of a foreign key together."""

    def __init__(self, columns: tuple[str, ...], values: list[tuple[str | None, ...]]) -> None:
        self.columns = columns
        self.values = values
        self.series: list[Callable[[int], str]] = []

    def at(self, number: int) -> tuple[str | None, ...]:
        """The value for the row ``number``."""
        if self.series:
            return (self.series[0](number),)
        return self.values[number % len(self.values)]

    @property
    def width(self) -> int:
        """How many values there are to try."""
        return _MOST_TRIES if self.series else len(self.values)


class TableFiller:
    """Rows of one table, one after the other: `start_row`, then `statement` and `adjust` until it is taken."""

    def __init__(
        self,
        table: Table,
        *,
        enums: Mapping[str, tuple[str, ...]],
        details: Details,
        parents: Mapping[str, Sequence[tuple[str, ...]]],
        variety: Variety | None = None,
    ) -> None:
        self._variety = variety
        self._table = table
        self._place = details.places[table.name]
        self._details = details
        self._enums = enums
        self._groups = _groups(table)
        self._serial = _serial_columns(table)
        self._choices: dict[str, _Choice] = {}
        for constraint in table.constraints:
            keys = parents.get(constraint.name)
            if keys is not None and not self._choices.keys() & set(constraint.columns):
                self._choose_together(constraint.columns, keys)
        for column in table.columns:
            if column.name not in self._choices and not _made_by_server(column):
                self._choose(column)
            elif variety and _made_by_server(column) and not column.generated:
                self._count(column, variety)
        self._number = 0
        self._shifts: dict[int, int] = {}
        self._tries: dict[str, int] = {}

    def keep_fitting(self, fits: Callable[[str, str], bool]) -> None:
        """Drops the values that are none of their column's type, as ``fits(type, value)`` says."""
        for column in self._table.columns:
            choice = self._choices.get(column.name)
            if choice and len(choice.columns) == 1 and not self._is_key(choice):
                choice.values = [value for value in choice.values if value[0] is None or fits(column.type, value[0])]
                choice.series = [style for style in choice.series if fits(column.type, style(0))]

    def offer_parents(self, columns: tuple[str, ...], keys: Sequence[tuple[str, ...]]) -> None:
        """New values for the foreign key on ``columns``: those of the table's own rows so far."""
        choice = self._choices.get(columns[0])
        if keys and choice and choice.columns == columns:
            choice.values = [*self._with_null((), columns), *keys]

    def start_row(self, number: int) -> None:
        """Begins with the row ``number``, counted from 0."""
        self._number = number
        self._shifts = {}
        self._tries = {}
        if self._variety:
            varied = (choice for choice in self._distinct() if choice.values and not choice.series)
            self._shifts = {id(choice): self._variety.chance.randrange(choice.width) for choice in varied}

    def values(self) -> Mapping[str, str | None]:
        """The row as it is now; columns without any value are left to their defaults."""
        values: dict[str, str | None] = {}
        for choice in self._distinct():
            if choice.values or choice.series:
                values |= zip(choice.columns, choice.at(self._number + self._shifts.get(id(choice), 0)), strict=True)
        return values

    def statement(self) -> sql.Composed:
        """The INSERT of the row as it is now."""
        values = self.values()
        if not values:
            return sql.SQL("INSERT INTO {} DEFAULT VALUES").format(self._place.identifier)
        return sql.SQL("INSERT INTO {} ({}){} VALUES ({})").format(
            self._place.identifier,
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(" OVERRIDING SYSTEM VALUE" if self._variety else ""),
            sql.SQL(", ").join(map(sql.Literal, values.values())),
        )

    def adjust(self, error: SqlError) -> bool:
        """Changes the row after PostgreSQL refused it with ``error``; False when there is nothing left to try."""
        constraint = error.constraint or error.column or ""
        columns = (error.column,) if error.column else self._groups.get(constraint, ())
        if not columns and error.sqlstate == _CHECK_VIOLATION:
            columns = self._place.partition_key
        involved = [choice for choice in self._distinct() if set(choice.columns) & set(columns)]
        if not involved:
            return False
        if len(involved) == 1 and error.sqlstate in (_NULL_VIOLATION, _CHECK_VIOLATION):
            return self._forget(involved[0])
        return self._advance(constraint, involved)

    def _forget(self, choice: _Choice) -> bool:
        """The value of ``choice`` alone is wrong, now and for every later row."""
        if choice.series:
            del choice.series[0]
        elif choice.values:
            wrong = choice.at(self._number + self._shifts.get(id(choice), 0))
            choice.values = [value for value in choice.values if value != wrong]
        return bool(choice.values or choice.series)

    def _advance(self, constraint: str, involved: Sequence[_Choice]) -> bool:
        """The next combination of the values of ``involved``."""
        tried = self._tries[constraint] = self._tries.get(constraint, 0) + 1
        widths = [max(choice.width, 1) for choice in involved]
        if tried >= min(prod(widths), _MOST_TRIES):
            return False
        combination = next(islice(product(*map(range, widths)), tried, None))
        self._shifts |= {id(choice): shift for choice, shift in zip(involved, combination, strict=True)}
        return True

    def _choose_together(self, columns: tuple[str, ...], keys: Sequence[tuple[str, ...]]) -> None:
        choice = _Choice(columns, self._with_null(keys, columns))
        self._choices |= dict.fromkeys(columns, choice)

    def _with_null(self, keys: Sequence[tuple[str, ...]], columns: tuple[str, ...]) -> list[tuple[str | None, ...]]:
        found = [self._table.column(name) for name in columns]
        nullable = all(column is not None and not column.not_null for column in found)
        return [*keys, *([(None,) * len(columns)] if nullable else [])]

    def _choose(self, column: Column) -> None:
        base, checks = self._details.base_type(column.type)
        about = [constraint.definition for constraint in self._table.constraints if column.name in constraint.columns]
        about += [
            index.predicate for index in self._table.indexes if index.predicate and column.name in index.predicate
        ]
        about += [column.default] if column.default else []
        about += self._place.bounds if column.name in self._place.partition_key else ()
        labels = self._enums.get(base.removesuffix("[]"), ())
        candidates = pool(base, column=column.name, labels=labels, literals=literals_in((*about, *checks)))
        telling: list[str] = []
        if self._variety:
            told = pool(base, column=column.name, labels=labels, literals=self._variety.telling)
            telling = [value for value in told if value not in candidates]
            candidates = (*telling * (len(candidates) // max(1, len(telling))), *candidates)
        choice = _Choice((column.name,), [(value,) for value in candidates])
        if column.name in self._serial:
            styles = () if labels else range(len(series(base, 0, column=column.name)))
            choice.series = [partial(_in_style, base, column.name, style) for style in styles]
            if telling and choice.series:
                choice.series = [partial(_first_of, telling, style) for style in choice.series]
        elif not column.not_null:
            choice.values += [(None,)] * (1 + (len(choice.values) // _NULLS if self._variety else 0))
        self._choices[column.name] = choice

    def _count(self, column: Column, variety: Variety) -> None:
        """Gives ids to a column that PostgreSQL would count: those that the script speaks of, then one by one."""
        told = [value for value in pool("bigint", column="", labels=(), literals=variety.telling) if int(value) > 0]
        ids = [value for value in told if value not in _PLAIN_NUMBERS]
        choice = _Choice((column.name,), [])
        choice.series = [partial(_first_of, ids, lambda number: str(variety.first_id + number))]
        self._choices[column.name] = choice

    def _is_key(self, choice: _Choice) -> bool:
        return any(
            constraint.kind == "FOREIGN KEY" and constraint.columns == choice.columns
            for constraint in self._table.constraints
        )

    def _distinct(self) -> list[_Choice]:
        return list(dict.fromkeys(self._choices.values()))


def _in_style(base: str, column: str, style: int, number: int) -> str:
    return series(base, number, column=column)[style]


def _first_of(values: Sequence[str], rest: Callable[[int], str], number: int) -> str:
    """``values`` one by one, and then those of ``rest``."""
    return values[number] if number < len(values) else rest(number - len(values))


def _made_by_server(column: Column) -> bool:
    return column.counted or column.generated


def _serial_columns(table: Table) -> set[str]:
    """Columns whose values should all differ: one of each unique set, unless it holds a foreign key."""
    keys = [constraint.columns for constraint in table.constraints if constraint.kind in ("PRIMARY KEY", "UNIQUE")]
    keys += [_named(table, index.columns) for index in table.indexes if index.unique]
    referring = {name for key in table.constraints if key.kind == "FOREIGN KEY" for name in key.columns}
    return {columns[0] for columns in keys if columns and not referring & set(columns)}


def _groups(table: Table) -> dict[str, tuple[str, ...]]:
    """Which columns each constraint or unique index speaks of."""
    found = {constraint.name: constraint.columns for constraint in table.constraints}
    return found | {index.name: _named(table, index.columns) for index in table.indexes if index.unique}


def _named(table: Table, expressions: tuple[str, ...]) -> tuple[str, ...]:
    words = {word for expression in expressions for word in (expression, *re.findall(r"\w+", expression))}
    return tuple(column.name for column in table.columns if column.name in words)
