"""Makes up the rows of one table, and learns from what PostgreSQL refuses."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice, product, zip_longest
from math import prod
from random import Random

from psycopg import sql

from confiture.model.schema import Column, Table
from confiture.postgres.errors import SqlError
from confiture.postgres.seed_choice import (
    MOST_TRIES,
    Choice,
    Variety,
    first_of,
    in_series,
    named_columns,
    serial_columns,
)
from confiture.postgres.seed_details import Details
from confiture.postgres.seed_keys import shared_columns
from confiture.postgres.seed_values import literals_in, pool, series

_MOST_RECIPES = 60
"""How often a row is made in another way after an error that names no column of it."""
_UNEXPLAINED = ""
"""Stands for the constraint in such an error."""
_MORE_VALUES = 40
_TOLD = 10
"""So many rows have a value that a script asks for: it finds several, and leaves others."""
_EARLY = 3
"""Where the null stands among many values, so that some row has it."""
_NULLS = 3
"""Where rows are to differ, one of so many values is null."""
_PLAIN_NUMBERS = frozenset({"1", "2", "10", "100"})
"""That every pool of numbers has."""
_STRUCTURED = frozenset({"json", "jsonb"})
"""Types whose values are compared by what is in them."""
_OF_THE_STATEMENT = "42"
"""Class of SQLSTATE with which no row is right."""
_NULL_VIOLATION, _UNIQUE_VIOLATION, _CHECK_VIOLATION = "23502", "23505", "23514"


class _Recipe:
    """How a row is made of its choices.

    Attributes:
        shifts: how far on from its number the row looks for its value, by choice.
        styles: of series, by choice.
        left_out: choices whose columns get their defaults.
    """

    def __init__(self) -> None:
        self.shifts: dict[Choice, int] = {}
        self.styles: dict[Choice, int] = {}
        self.left_out: frozenset[Choice] = frozenset()


class TableFiller:
    """Rows of one table, one after the other: `start_row`, then `statement` and `adjust` until it is taken."""

    def __init__(
        self,
        table: Table,
        *,
        enums: Mapping[str, tuple[str, ...]],
        details: Details,
        parents: Mapping[str, Sequence[tuple[str, ...]]],
        likely: Mapping[str, Sequence[str]] | None = None,
        told: Mapping[str, tuple[str, ...]] | None = None,
        variety: Variety | None = None,
    ) -> None:
        self._variety = variety
        self._table = table
        self._place = details.places[table.name]
        self._details = details
        self._enums = enums
        self._likely = likely or {}
        self._told = told or {}
        self._groups = _groups(table)
        self._serial = serial_columns(table)
        self._fits: Callable[[str, str], bool] = lambda _type, _value: True
        self._choices: dict[str, Choice] = {}
        for shared in shared_columns(table, parents):
            values = [*shared.rows, *self._nulls(shared.columns)]
            self._choices |= dict.fromkeys(shared.columns, Choice(shared.columns, values, spare=False))
        self._keys = frozenset(self._choices.values())
        for column in table.columns:
            if column.name not in self._choices and not _made_by_server(column):
                self._choose(column)
            elif variety and _made_by_server(column) and not column.generated:
                self._count(column, variety)
        self._number = 0
        self._recipe = _Recipe()
        self._proved: _Recipe | None = None
        self._tries: dict[str, int] = {}

    def keep_fitting(self, fits: Callable[[str, str], bool]) -> None:
        """Drops the values that are none of their column's type, as ``fits(type, value)`` says."""
        self._fits = fits
        for column in self._table.columns:
            choice = self._choices.get(column.name)
            if choice and choice not in self._keys:
                choice.values = [value for value in choice.values if value[0] is None or fits(column.type, value[0])]
                choice.series = [style for style in choice.series if fits(column.type, style(0))]

    def offer_parents(self, columns: tuple[str, ...], keys: Sequence[tuple[str, ...]]) -> None:
        """New values for the foreign key on ``columns``: those of the table's own rows so far."""
        choice = self._choices.get(columns[0])
        if keys and choice and choice.columns == columns:
            choice.values = [*self._nulls(columns), *keys]

    def start_row(self, number: int) -> None:
        """Begins with the row ``number``, counted from 0."""
        self._number = number
        self._recipe = _Recipe()
        self._tries = {}
        if self._variety:
            varied = (choice for choice in self._distinct() if choice.values and not choice.series)
            self._recipe.shifts = {choice: self._variety.chance.randrange(choice.width) for choice in varied}

    def values(self) -> Mapping[str, str | None]:
        """The row as it is now; columns without any value are left to their defaults."""
        values: dict[str, str | None] = {}
        for choice in self._distinct():
            if (choice.values or choice.series) and choice not in self._recipe.left_out:
                values |= zip(choice.columns, self._value(choice), strict=True)
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
        if error.sqlstate.startswith(_OF_THE_STATEMENT):
            return False
        constraint = error.constraint or error.column or ""
        columns = (error.column,) if error.column else self._groups.get(constraint, ())
        if not columns and error.sqlstate == _CHECK_VIOLATION:
            columns = self._place.partition_key
        involved = [choice for choice in self._distinct() if set(choice.columns) & set(columns)]
        if not involved or (error.sqlstate == _NULL_VIOLATION and self._has_value(columns[0])):
            return self._cook_otherwise()
        self._recipe.left_out -= frozenset(involved)
        if len(involved) == 1 and error.sqlstate in (_NULL_VIOLATION, _CHECK_VIOLATION):
            return self._forget(involved[0])
        return self._advance(constraint, involved, sqlstate=error.sqlstate)

    def taken(self) -> None:
        """PostgreSQL took the row; if it was hard to find one, later ones may have its values, but other keys."""
        if self._tries.get(_UNEXPLAINED):
            self._proved = self._recipe
            fixed = (choice for choice in self._distinct() if choice not in self._keys and not choice.series)
            self._proved.shifts = {choice: self._number + self._proved.shifts.get(choice, 0) for choice in fixed}

    def _value(self, choice: Choice) -> tuple[str | None, ...]:
        number = self._number + self._recipe.shifts.get(choice, 0)
        return choice.at(number, style=self._recipe.styles.get(choice, 0))

    def _has_value(self, column: str) -> bool:
        """Whether the row gives ``column`` a value; if that is null in the end, a trigger of the user made it so."""
        return self.values().get(column) is not None

    def _cook_otherwise(self) -> bool:
        """The error says nothing of columns, as those of triggers: the row as it last worked, a bare one, any other."""
        tried = self._tries[_UNEXPLAINED] = self._tries.get(_UNEXPLAINED, 0) + 1
        if tried > _MOST_RECIPES:
            return False
        distinct, recipe = self._distinct(), _Recipe()
        if tried == 1:
            recipe.left_out = frozenset(choice for choice in distinct if choice.spare)
        elif tried == 2 and self._proved:
            recipe.styles, recipe.left_out = self._proved.styles, self._proved.left_out
            recipe.shifts = {choice: place - self._number for choice, place in self._proved.shifts.items()}
        else:
            chance = Random(tried)  # noqa: S311 - the same rows each time
            recipe.left_out = frozenset(choice for choice in distinct if choice.spare and chance.random() < 0.5)
            recipe.shifts = {choice: chance.randrange(choice.width) for choice in distinct if not choice.series}
            recipe.styles = {choice: chance.randrange(len(choice.series)) for choice in distinct if choice.series}
        self._recipe = recipe
        return True

    def _forget(self, choice: Choice) -> bool:
        """The value of ``choice`` alone is wrong, now and for every later row."""
        if choice.series:
            del choice.series[0]
        elif choice.values:
            wrong = self._value(choice)
            choice.values = [value for value in choice.values if value != wrong]
        return bool(choice.values or choice.series)

    def _advance(self, constraint: str, involved: Sequence[Choice], *, sqlstate: str) -> bool:
        """The next combination of the values of ``involved``."""
        tried = self._tries[constraint] = self._tries.get(constraint, 0) + 1
        widths = [choice.width for choice in involved]
        if tried >= min(prod(widths), MOST_TRIES):
            return sqlstate == _UNIQUE_VIOLATION and self._lengthen(involved)
        if prod(widths) > MOST_TRIES and sqlstate == _CHECK_VIOLATION:
            combination = [place - self._number for place in _random_places(involved, seed=f"{self._number} {tried}")]
        else:
            combination = next(islice(product(*map(range, widths)), tried, None))
        self._recipe.shifts |= zip(involved, combination, strict=True)
        return True

    def _lengthen(self, involved: Sequence[Choice]) -> bool:
        """All combinations are taken: one of ``involved`` gets new values, if its type has ever new ones."""
        for choice in involved:
            column = self._table.column(choice.columns[0])
            if column is None or choice in self._keys or choice.series:
                continue
            base, _ = self._details.base_type(column.type)
            more = [styles[0] for number in range(_MORE_VALUES) if (styles := series(base, number, column=column.name))]
            new = [(value,) for value in more if (value,) not in choice.values and self._fits(column.type, value)]
            if new:
                self._recipe.shifts[choice] = len(choice.values) - self._number
                choice.values += new
                return True
        return False

    def _nulls(self, columns: tuple[str, ...]) -> list[tuple[str | None, ...]]:
        found = [self._table.column(name) for name in columns]
        nullable = all(column is not None and not column.not_null for column in found)
        return [(None,) * len(columns)] if nullable else []

    def _choose(self, column: Column) -> None:
        base, checks = self._details.base_type(column.type)
        about = [constraint.definition for constraint in self._table.constraints if column.name in constraint.columns]
        about += [
            index.predicate for index in self._table.indexes if index.predicate and column.name in index.predicate
        ]
        about += [column.default] if column.default else []
        about += self._place.bounds if column.name in self._place.partition_key else ()
        labels = self._enums.get(base.removesuffix("[]"), ())
        told = () if base in _STRUCTURED else self._told.get(column.name, ())
        literals = (*told, *literals_in((*about, *checks)))
        candidates = pool(base, column=column.name, labels=labels, literals=literals)
        likely = self._likely.get(column.name, ())
        candidates = (*told * (_TOLD // max(len(told), 1)), *_by_turns(likely, candidates))
        telling: list[str] = []
        if self._variety:
            spoken = pool(base, column=column.name, labels=labels, literals=self._variety.telling)
            telling = [value for value in spoken if value not in candidates]
            candidates = (*telling * (len(candidates) // max(1, len(telling))), *candidates)
        spare = not column.not_null or column.default is not None
        choice = Choice((column.name,), [(value,) for value in candidates], spare=spare)
        if column.name in self._serial:
            styles = () if labels else range(len(series(base, 0, column=column.name)))
            choice.series = [in_series(base, column.name, style) for style in styles]
            if telling and choice.series:
                choice.series = [first_of(telling, style) for style in choice.series]
        elif not column.not_null and (likely or told):
            choice.values.insert(_EARLY, (None,))
        elif not column.not_null:
            choice.values += [(None,)] * (1 + (len(choice.values) // _NULLS if self._variety else 0))
        self._choices[column.name] = choice

    def _count(self, column: Column, variety: Variety) -> None:
        """Gives ids to a column that PostgreSQL would count: those that the script speaks of, then one by one."""
        told = [value for value in pool("bigint", column="", labels=(), literals=variety.telling) if int(value) > 0]
        ids = [value for value in told if value not in _PLAIN_NUMBERS]
        choice = Choice((column.name,), [], spare=False)
        choice.series = [first_of(ids, lambda number: str(variety.first_id + number))]
        self._choices[column.name] = choice

    def _distinct(self) -> list[Choice]:
        return list(dict.fromkeys(self._choices.values()))


def _random_places(involved: Sequence[Choice], *, seed: str) -> list[int]:
    """Any values, and nulls half of the time where these may be: rules often say which of several columns are set."""
    chance = Random(seed)  # noqa: S311 - the same rows each time
    places: list[int] = []
    for choice in involved:
        place = chance.randrange(choice.width)
        places.append(choice.null if choice.null is not None and chance.random() < 0.5 else place)
    return places


def _by_turns(some: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """The first of each, then the second of each, and so on."""
    pairs = zip_longest(some, others)
    return tuple(dict.fromkeys(value for pair in pairs for value in pair if value is not None))


def _made_by_server(column: Column) -> bool:
    return column.counted or column.generated


def _groups(table: Table) -> dict[str, tuple[str, ...]]:
    """Which columns each constraint or unique index speaks of."""
    found = {constraint.name: constraint.columns for constraint in table.constraints}
    return found | {index.name: named_columns(table, index.columns) for index in table.indexes if index.unique}
