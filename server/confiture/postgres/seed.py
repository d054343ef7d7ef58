"""Rows for tables that have none, so that statements on data, and their costs, mean something."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import count
from types import MappingProxyType
from typing import LiteralString, cast

from psycopg import sql

from confiture.model.schema import Constraint, Schema, Table
from confiture.postgres.errors import SqlError
from confiture.postgres.seed_details import Details, Place, read_details
from confiture.postgres.seed_keys import LikelyKeys
from confiture.postgres.seed_table import TableFiller
from confiture.postgres.seed_values import fits_length
from confiture.postgres.session import Session

_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_MOST_REFUSED = 5
"""Rows of one table that PostgreSQL may refuse whatever their values are, before the others are given up."""


def generate_rows(
    session: Session, schema: Schema, *, rows_per_table: int = 20, told: Mapping[str, tuple[str, ...]] = _NOTHING
) -> tuple[str, ...]:
    """Fills the empty tables of ``schema`` and returns what could not be filled, and why, in sentences.

    Values come from the catalog: types, enum labels, keys, literals in CHECK constraints; parents come before
    their children. Whether a row is right is for PostgreSQL to say: values are tried until it takes them. The
    same schema always gets the same rows, but for what its own triggers and functions make up. Tables that
    have rows are left alone, unless an empty one needs a row of theirs for each of its own; a key into them
    takes its values from there.

    Args:
        session: of a fresh database. Outside a transaction, the rows are committed at the end.
        schema: as `read_schema` found it just now.
        rows_per_table: at most; a UNIQUE boolean has two.
        told: values that columns of these names may well have, because a script asks for them.
    """
    own_transaction = not session.in_transaction
    if own_transaction:
        session.begin()
    try:
        notes = _fill(session, schema, rows_per_table, told)
    except BaseException:
        if own_transaction and not session.closed:
            session.rollback()
        raise
    if own_transaction:
        session.commit()
    return notes


def _fill(
    session: Session, schema: Schema, rows_per_table: int, told: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    session.query("SET CONSTRAINTS ALL IMMEDIATE")
    details = read_details(session)
    takers = {name: table for name, table in schema.tables.items() if details.takes_rows(name)}
    wanting = {name: table for name, table in takers.items() if table.rows == 0} | _used_up(takers, rows_per_table)
    notes: list[str] = []
    fits: dict[tuple[str, str], bool] = {}
    likely = LikelyKeys(schema)
    for name in parents_first(wanting, likely):
        table = wanting[name]
        if table.rows == 0 and _has_rows(session, details.places[name]):  # a trigger of another table wrote them
            continue
        wanted = rows_per_table - table.rows
        reason = _fill_table(
            session, table, schema=schema, details=details, likely=likely, rows=wanted, fits=fits, told=told
        )
        if reason and table.rows == 0:
            notes.append(f"{name} has no rows: {reason}")
    return tuple(notes)


def _used_up(tables: Mapping[str, Table], wanted: int) -> dict[str, Table]:
    """Tables with few rows of the user's, each of which an empty table can refer to only once."""
    found: dict[str, Table] = {}
    children = [table for table in tables.values() if table.rows == 0]
    while children:
        parents = {name for child in children for name in _referred_to_once(child)} & tables.keys() - found.keys()
        children = [tables[name] for name in sorted(parents) if 0 < tables[name].rows < wanted]
        found |= {table.name: table for table in children}
    return found


def _referred_to_once(table: Table) -> set[str]:
    sets = [set(one.columns) for one in table.constraints if one.kind in ("PRIMARY KEY", "UNIQUE")]
    sets += [set(index.columns) for index in table.indexes if index.unique]
    keys = (constraint for constraint in table.constraints if constraint.kind == "FOREIGN KEY")
    return {key.referenced_table for key in keys if key.referenced_table and set(key.columns) in sets}


def _has_rows(session: Session, place: Place) -> bool:
    return bool(session.read(sql.SQL("SELECT true FROM {} LIMIT 1").format(place.identifier)))


def _fill_table(
    session: Session,
    table: Table,
    *,
    schema: Schema,
    details: Details,
    likely: LikelyKeys,
    rows: int,
    fits: dict[tuple[str, str], bool],
    told: Mapping[str, tuple[str, ...]],
) -> str | None:
    """Inserts rows one by one, and returns why there is none."""
    keys = [constraint for constraint in table.constraints if constraint.kind == "FOREIGN KEY"]
    limit = rows + table.rows
    parents = {key.name: parent_keys(session, key, details=details, limit=limit) for key in keys}
    for key in keys:
        if not parents[key.name] and _is_required(key, table):
            return f"it needs rows of {key.referenced_table}, which has none"
    meant = {
        key.columns[0]: [value for (value,) in parent_keys(session, key, details=details, limit=limit)]
        for key in likely.of(table)
    }
    filler = TableFiller(table, enums=schema.enums, details=details, parents=parents, likely=meant, told=told)
    filler.keep_fitting(lambda type_name, value: value_fits(session, type_name, value=value, known=fits))
    refused = 0
    for number in count():
        if number - refused == rows or refused > _MOST_REFUSED:
            return None
        if reason := insert_row(session, filler, number):
            if number == 0:
                return reason
            refused += 1
        for key in keys:
            if key.referenced_table == table.name:
                filler.offer_parents(key.columns, parent_keys(session, key, details=details, limit=limit))
    return None


def value_fits(session: Session, type_name: str, *, value: str, known: dict[tuple[str, str], bool]) -> bool:
    """Whether PostgreSQL reads ``value`` as ``type_name``; asked once for each."""
    if not fits_length(type_name, value):
        return False
    if (type_name, value) not in known:
        # format_type() printed and quoted the type's name, so it is ours although no literal.
        type_sql = sql.SQL(cast("LiteralString", type_name))
        try:
            session.read(sql.SQL("SELECT CAST({} AS {})").format(sql.Literal(value), type_sql))
        except SqlError:
            known[type_name, value] = False
        else:
            known[type_name, value] = True
    return known[type_name, value]


def insert_row(session: Session, filler: TableFiller, number: int) -> str | None:
    """Tries rows until PostgreSQL takes one; why it took none, else."""
    filler.start_row(number)
    while True:
        statement = filler.statement().as_string()
        try:
            session.run(f"SAVEPOINT confiture_row; {statement}; RELEASE SAVEPOINT confiture_row")
        except SqlError as error:
            session.run("ROLLBACK TO SAVEPOINT confiture_row; RELEASE SAVEPOINT confiture_row")
            if not filler.adjust(error):
                return f"{error.message} ({error.sqlstate})"
        else:
            filler.taken()
            return None


def parents_first(tables: Mapping[str, Table], likely: LikelyKeys) -> Sequence[str]:
    """Names of ``tables`` with referenced ones first.

    In a cycle, references that only names tell of do not count, and if that is not enough, keys that may be null.
    """
    for needed in (_wished, _needed, _required):
        graph = {name: sorted(needed(table, likely) & tables.keys()) for name, table in sorted(tables.items())}
        try:
            return tuple(TopologicalSorter(graph).static_order())
        except CycleError:
            continue
    return sorted(tables)


def _wished(table: Table, likely: LikelyKeys) -> set[str]:
    return _needed(table, likely) | {key.referenced_table for key in likely.of(table) if key.referenced_table}


def _needed(table: Table, _likely: LikelyKeys) -> set[str]:
    return {key.referenced_table for key in table.constraints if key.referenced_table} - {table.name}


def _required(table: Table, likely: LikelyKeys) -> set[str]:
    keys = tuple(key for key in table.constraints if _is_required(key, table))
    return _needed(replace(table, constraints=keys), likely)


def _is_required(key: Constraint, table: Table) -> bool:
    """Whether no column of ``key`` may be null: one that is frees the others."""
    return all((column := table.column(name)) and column.not_null for name in key.columns)


def parent_keys(session: Session, key: Constraint, *, details: Details, limit: int) -> list[tuple[str, ...]]:
    """Values that a foreign key may take, as text and in a stable order."""
    place, columns = details.places.get(key.referenced_table or ""), key.referenced_columns
    if place is None:
        return []
    listed = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(column)) for column in columns)
    query = sql.SQL("SELECT DISTINCT {} FROM {} WHERE ({}) IS NOT NULL ORDER BY {} LIMIT {}").format(
        listed,
        place.identifier,
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(map(sql.Literal, range(1, len(columns) + 1))),
        sql.Literal(limit),
    )
    return [tuple(str(value) for value in row) for row in session.read(query)]
