"""What to say of a table's rows that differ between a mutant and the original."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

from confiture.engine.killing.claim import Claim, literal, select
from confiture.engine.names import Name
from confiture.postgres.rows import Row, RowColumn, Rows
from confiture.sql.spelling import quoted

Stable: TypeAlias = Callable[[RowColumn, str | None], bool]
"""Whether a value may stand in a test: it comes from the project, not from the clock or from rows that we made up."""

_MOST_KEYS = 5
_MOST_CONDITIONS = 3
_MOST_TRIED = 10
_NUMBERS = re.compile(r"smallint|integer|bigint|numeric|real|double precision|oid")
_SPOKEN = re.compile(r"-?[\w.]+")
"""What needs no quotes in a sentence."""
_NOT_COMPARABLE = re.compile(r"json$|xml|point|line|lseg|box|path|polygon|circle|real|double precision|tsvector|money")


def row_claims(name: Name, original: Rows, mutant: Rows, *, stable: Stable, countable: bool) -> Iterator[Claim]:
    """Claims that hold for the rows of ``original``, and probably not for those of ``mutant``; the best come first."""
    if [column.name for column in original.columns] != [column.name for column in mutant.columns]:
        return
    yield from _of_changed_rows(name, original, mutant, stable)
    lost, extra = _difference(original, mutant)
    for row in lost[:_MOST_TRIED]:
        yield from _there(name, original, row, stable)
    for row in extra[:_MOST_TRIED]:
        yield from _absent(name, original, row, stable)
    if countable and len(original.rows) != len(mutant.rows):
        count = len(original.rows)
        yield Claim(
            f"{name.words} has {count} rows" if count else f"{name.words} is empty",
            select(f"count(*) = {count}", f"FROM {name.written}"),
        )


def _of_changed_rows(name: Name, original: Rows, mutant: Rows, stable: Stable) -> Iterator[Claim]:
    """Of rows that both have, by their key."""
    keys = [index for index, column in enumerate(original.columns) if column.key]
    if not keys:
        return
    others = {_at(row, keys): row for row in mutant.rows}
    pairs = [(row, others[_at(row, keys)]) for row in original.rows if _at(row, keys) in others]
    for index, column in enumerate(original.columns):
        differing = [row for row, other in pairs if row[index] != other[index]]
        if not differing or _NOT_COMPARABLE.match(column.type):
            continue
        if all(row[index] is not None for row in original.rows) and any(row[index] is None for row in mutant.rows):
            yield Claim(
                f"Every row of {name.words} has a {column.name}",
                select(f"{quoted(column.name)} IS NOT NULL", f"FROM {name.written}"),
                many=True,
            )
        value = differing[0][index]
        same = sorted((row for row in differing if row[index] == value), key=lambda row: _order(_at(row, keys)))
        same = same[:_MOST_KEYS]
        if stable(column, value) and all(stable(original.columns[key], row[key]) for row in same for key in keys):
            where, words = _which([original.columns[key] for key in keys], [_at(row, keys) for row in same])
            yield Claim(
                f"{name.words}.{column.name} is {_spoken(value)} where {words}",
                select(_equals(column, value), f"FROM {name.written}\nWHERE {where}"),
                many=len(same) > 1,
            )


def _which(columns: Sequence[RowColumn], keys: Sequence[Row]) -> tuple[str, str]:
    """The condition that selects the rows with these ``keys``, and how people say it."""
    if len(columns) == 1:
        values = [_constant(columns[0], key[0]) for key in keys]
        if len(values) > 1:
            where = f"{quoted(columns[0].name)} IN ({', '.join(values)})"
            return where, f"{columns[0].name} is {' or '.join(filter(None, (_spoken(key[0]) for key in keys)))}"
    where = " AND ".join(_equals(column, value) for column, value in zip(columns, keys[0], strict=True))
    words = " and ".join(f"{column.name} is {_spoken(value)}" for column, value in zip(columns, keys[0], strict=True))
    return where, words


def _difference(original: Rows, mutant: Rows) -> tuple[list[Row], list[Row]]:
    """The rows, without what PostgreSQL made up, that are lost and that are too many."""
    ours = Counter(_content(row, original) for row in original.rows)
    theirs = Counter(_content(row, mutant) for row in mutant.rows)
    lost, extra = ours - theirs, theirs - ours
    return (
        [row for row in original.rows if _content(row, original) in lost],
        [row for row in mutant.rows if _content(row, mutant) in extra],
    )


def _content(row: Row, rows: Rows) -> Row:
    return tuple(value for value, column in zip(row, rows.columns, strict=True) if not column.generated)


def _there(name: Name, original: Rows, row: Row, stable: Stable) -> Iterator[Claim]:
    """That ``row`` is in the table, said by as few columns as it takes."""
    for chosen in _descriptions(original, row, stable):
        count = sum(_at(other, chosen) == _at(row, chosen) for other in original.rows)
        where, words = _which([original.columns[index] for index in chosen], [_at(row, chosen)])
        has = "a row" if count == 1 else f"{count} rows"
        yield Claim(
            f"{name.words} has {has} where {words}",
            select(f"count(*) = {count}", f"FROM {name.written}\nWHERE {where}"),
        )


def _absent(name: Name, original: Rows, row: Row, stable: Stable) -> Iterator[Claim]:
    """That ``row`` is not in the table."""
    for chosen in _descriptions(original, row, stable):
        if any(_at(other, chosen) == _at(row, chosen) for other in original.rows):
            continue
        where, words = _which([original.columns[index] for index in chosen], [_at(row, chosen)])
        yield Claim(
            f"{name.words} has no row where {words}",
            select("count(*) = 0", f"FROM {name.written}\nWHERE {where}"),
        )


def _descriptions(rows: Rows, row: Row, stable: Stable) -> Iterator[tuple[int, ...]]:
    """Places of columns whose values describe ``row``, few before many and keys first."""
    usable = [
        index
        for index, column in enumerate(rows.columns)
        if not column.generated and stable(column, row[index]) and not _NOT_COMPARABLE.match(column.type)
    ]
    usable.sort(key=lambda index: (not rows.columns[index].key, row[index] is None))
    for size in range(1, _MOST_CONDITIONS + 1):
        yield from list(combinations(usable, size))[:_MOST_TRIED]


def _at(row: Row, places: Sequence[int]) -> Row:
    return tuple(row[place] for place in places)


def _order(key: Row) -> tuple[tuple[int, str], ...]:
    """Sorts numbers by value."""
    return tuple((len(text or "") if (text or "").isdecimal() else 0, text or "") for text in key)


def _equals(column: RowColumn, value: str | None) -> str:
    if value is None:
        return f"{quoted(column.name)} IS NULL"
    if column.type == "boolean":
        return quoted(column.name) if value == "true" else f"NOT {quoted(column.name)}"
    return f"{quoted(column.name)} = {_constant(column, value)}"


def _constant(column: RowColumn, value: str | None) -> str:
    text = value or ""
    return text if _NUMBERS.match(column.type) and re.fullmatch(r"-?\d+(\.\d+)?", text) else literal(text)


def _spoken(value: str | None) -> str:
    return "null" if value is None else value if _SPOKEN.fullmatch(value) else repr(value)
