"""Keeping rows in the up script that the down script cannot bring back otherwise."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from confiture.engine.names import Name, name_of
from confiture.model.schema import Column, Schema, Table
from confiture.postgres.fingerprint import ROWS_OF
from confiture.postgres.rows import Row, Rows
from confiture.sql.spelling import constant, quoted

_LINE = 100
_LONGEST_NAME = 63
"""Source: PostgreSQL's manual, 4.1.1 (identifiers)."""
_NOT_COMPARABLE = frozenset({"json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle"})


@dataclass(frozen=True, slots=True)
class ChangedTable:
    """A table whose rows are not what they were.

    Attributes:
        before: its definition and rows in the state before.
        between: its definition after the up script; None where that dropped it.
        after: its rows once the down script ran.
    """

    name: Name
    before: Table
    rows_before: Rows
    between: Table | None
    after: Rows


@dataclass(frozen=True, slots=True)
class Keep:
    """How the rows of one table are kept and restored; all are statements without semicolons.

    Attributes:
        object: key of the rows in fingerprints.
        first: at the beginning of the up script.
        last: at its end.
        down: in the down script.
    """

    object: str
    first: tuple[str, ...]
    last: tuple[str, ...]
    down: tuple[str, ...]


def keep_rows(table: ChangedTable, *, version: str) -> Keep | None:
    """Statements that keep what is lost of ``table``; None where rows cannot be told from each other."""
    kept = _kept_name(table.name, version)
    key = f"{ROWS_OF}{table.name.words}"
    if table.between is None or (table.rows_before.rows and not table.after.rows):
        first = f"CREATE TABLE {kept.written} AS TABLE {table.name.written}"
        return Keep(key, (first,), (), (_inserted_again(table, kept), *_counters(table), _dropped(kept)))
    columns = _key_of(table, table.between)
    if not columns:
        return None
    lost, changed = _what_is_lost(table, columns)
    if not (lost or changed):
        return None
    listed = ", ".join(map(quoted, _written(table.before) if lost else [*columns, *changed]))
    first = _lines(f"CREATE TABLE {kept.written} AS", f"SELECT {listed}", f"FROM {table.name.written}")
    last = _forget_unchanged(table, kept, columns, changed)
    down: list[str] = []
    if lost:
        same = _same(table.name, kept, columns)
        down += [_inserted_again(table, kept, unless=same), *_counters(table)]
    if changed:
        values = ", ".join(f"{quoted(name)} = {kept.written}.{quoted(name)}" for name in changed)
        same = _same(table.name, kept, columns)
        down.append(_lines(f"UPDATE {table.name.written}", f"SET {values}", f"FROM {kept.written}", f"WHERE {same}"))
    return Keep(key, (first,), (last,) if last else (), (*down, _dropped(kept)))


def parents_first(keeps: Iterable[Keep], schema: Schema) -> list[Keep]:
    """``keeps`` in an order in which rows find those that they refer to."""
    by_table = {keep.object.removeprefix(ROWS_OF): keep for keep in keeps}
    graph: dict[str, list[str]] = {}
    for name in by_table:
        table = schema.table(name)
        referred = [each.referenced_table for each in table.constraints] if table else []
        graph[name] = [other for other in referred if other in by_table and other != name]
    try:
        return [by_table[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError:
        return list(by_table.values())


def _kept_name(name: Name, version: str) -> Name:
    suffix = f"_before_{version}".lower()
    return Name(name.schema, (f"{name.last[: _LONGEST_NAME - len(suffix)]}{suffix}",))


def _key_of(table: ChangedTable, between: Table) -> tuple[str, ...]:
    """Columns that identify a row before, between and after, and do not change."""
    for kind in ("PRIMARY KEY", "UNIQUE"):
        for constraint in table.before.constraints:
            found = [_usable(table.before.column(name), between.column(name)) for name in constraint.columns]
            if (
                constraint.kind == kind
                and all(found)
                and {c.name for c in table.after.columns} >= {*constraint.columns}
            ):
                return constraint.columns
    return ()


def _usable(before: Column | None, between: Column | None) -> bool:
    return before is not None and between is not None and before.not_null and before.type == between.type


def _what_is_lost(table: ChangedTable, key: Sequence[str]) -> tuple[bool, tuple[str, ...]]:
    """Whether rows are missing, and which columns of others have other values."""
    before, after = (_by_key(rows, key) for rows in (table.rows_before, table.after))
    pairs = [(row, after[at]) for at, row in before.items() if at in after]
    changed = [name for name in _written(table.before) if any(row.get(name) != other.get(name) for row, other in pairs)]
    return bool(before.keys() - after.keys()), tuple(name for name in changed if name not in key)


def _by_key(rows: Rows, key: Sequence[str]) -> dict[Row, Mapping[str, str | None]]:
    names = [column.name for column in rows.columns]
    found = (dict(zip(names, row, strict=True)) for row in rows.rows)
    return {tuple(row[name] for name in key): row for row in found}


def _written(table: Table) -> list[str]:
    """Columns that can be written."""
    return [column.name for column in table.columns if not column.generated]


def _forget_unchanged(table: ChangedTable, kept: Name, key: Sequence[str], changed: Sequence[str]) -> str | None:
    """Leaves in ``kept`` only what the up script changed or deleted; None where that cannot be told."""
    between = table.between
    columns = [(table.before.column(name), between.column(name) if between else None) for name in changed]
    for old, new in columns:
        if old is None or new is None or old.type != new.type or old.type in _NOT_COMPARABLE:
            return None
    own = table.name.written
    equal = [f"{own}.{quoted(name)} IS NOT DISTINCT FROM {kept.written}.{quoted(name)}" for name in changed]
    same = " AND ".join([_same(table.name, kept, key), *equal])
    return _lines(f"DELETE FROM {kept.written}", f"USING {own}", f"WHERE {same}")  # noqa: S608 - for the user's script


def _same(name: Name, kept: Name, key: Sequence[str]) -> str:
    return " AND ".join(f"{name.written}.{quoted(column)} = {kept.written}.{quoted(column)}" for column in key)


def _inserted_again(table: ChangedTable, kept: Name, *, unless: str | None = None) -> str:
    columns = ", ".join(map(quoted, _written(table.before)))
    overriding = " OVERRIDING SYSTEM VALUE" if any(column.identity for column in table.before.columns) else ""
    return _lines(
        f"INSERT INTO {table.name.written} ({columns}){overriding}",
        f"SELECT {columns}",
        f"FROM {kept.written}",
        *([f"WHERE NOT EXISTS (SELECT FROM {table.name.written} WHERE {unless})"] if unless else []),
    )


def _counters(table: ChangedTable) -> Iterator[str]:
    """Sequences go on behind the rows that are back."""
    for column in table.before.columns:
        if column.counted:
            sequence = f"pg_get_serial_sequence({constant(table.name.written)}, {constant(column.name)})"
            yield _lines(f"SELECT setval({sequence}, max({quoted(column.name)}))", f"FROM {table.name.written}")


def _lines(*clauses: str) -> str:
    """A statement, on one line if it is short."""
    line = " ".join(clauses)
    return line if len(line) <= _LINE else "\n".join(clauses)


def _dropped(kept: Name) -> str:
    return f"DROP TABLE {kept.written}"


def changed_tables(
    names: Iterable[str], rows: Mapping[str, tuple[Rows | None, Rows]], *, before: Schema, between: Schema
) -> Iterator[ChangedTable]:
    """Those of the tables ``names`` whose rows, before and after, were read."""
    for label in names:
        name, table = name_of(label, parts=1), before.table(label)
        rows_before, after = rows[label]
        if name and table and rows_before and rows_before.rows:
            yield ChangedTable(name, table, rows_before, between.table(label), after)
