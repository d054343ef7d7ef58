"""Rows for tables that have none, so that statements on data, and their costs, mean something."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import LiteralString, cast

from psycopg import sql

from confiture.model.schema import Constraint, Schema, Table
from confiture.postgres.errors import SqlError
from confiture.postgres.seed_details import Details, read_details
from confiture.postgres.seed_table import TableFiller
from confiture.postgres.seed_values import fits_length
from confiture.postgres.session import Session


def generate_rows(session: Session, schema: Schema, *, rows_per_table: int = 20) -> tuple[str, ...]:
    """Fills the empty tables of ``schema`` and returns what could not be filled, and why, in sentences.

    Values come from the catalog: types, enum labels, keys, literals in CHECK constraints; parents come before
    their children. Whether a row is right is for PostgreSQL to say: values are tried until it takes them. The
    same schema always gets the same rows, but for what its own triggers and functions make up. Tables that
    have rows are left alone; a key into them takes its values from there.

    Args:
        session: of a fresh database. Outside a transaction, the rows are committed at the end.
        schema: as `read_schema` found it just now.
        rows_per_table: at most; a UNIQUE boolean has two.
    """
    own_transaction = not session.in_transaction
    if own_transaction:
        session.begin()
    try:
        notes = _fill(session, schema, rows_per_table)
    except BaseException:
        if own_transaction and not session.closed:
            session.rollback()
        raise
    if own_transaction:
        session.commit()
    return notes


def _fill(session: Session, schema: Schema, rows_per_table: int) -> tuple[str, ...]:
    session.query("SET CONSTRAINTS ALL IMMEDIATE")
    details = read_details(session)
    empty = {name: table for name, table in schema.tables.items() if table.rows == 0 and details.takes_rows(name)}
    notes: list[str] = []
    fits: dict[tuple[str, str], bool] = {}
    for name in parents_first(empty):
        reason = _fill_table(session, empty[name], schema=schema, details=details, rows=rows_per_table, fits=fits)
        if reason:
            notes.append(f"{name} has no rows: {reason}")
    return tuple(notes)


def _fill_table(
    session: Session,
    table: Table,
    *,
    schema: Schema,
    details: Details,
    rows: int,
    fits: dict[tuple[str, str], bool],
) -> str | None:
    """Inserts rows one by one, and returns why there is none."""
    keys = [constraint for constraint in table.constraints if constraint.kind == "FOREIGN KEY"]
    parents = {key.name: parent_keys(session, key, details=details, limit=rows) for key in keys}
    for key in keys:
        required = any((column := table.column(name)) and column.not_null for name in key.columns)
        if required and not parents[key.name]:
            return f"it needs rows of {key.referenced_table}, which has none"
    filler = TableFiller(table, enums=schema.enums, details=details, parents=parents)
    filler.keep_fitting(lambda type_name, value: value_fits(session, type_name, value=value, known=fits))
    for number in range(rows):
        reason = insert_row(session, filler, number)
        if reason and number == 0:
            return reason
        for key in keys:
            if key.referenced_table == table.name:
                filler.offer_parents(key.columns, parent_keys(session, key, details=details, limit=rows))
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
            return None


def parents_first(tables: Mapping[str, Table]) -> Sequence[str]:
    """Names of ``tables`` with referenced ones first; in a cycle, keys that may be null do not count."""
    for strict in (False, True):
        graph = {name: sorted(_needed(table, strict=strict) & tables.keys()) for name, table in sorted(tables.items())}
        try:
            return tuple(TopologicalSorter(graph).static_order())
        except CycleError:
            continue
    return sorted(tables)


def _needed(table: Table, *, strict: bool) -> set[str]:
    return {
        constraint.referenced_table
        for constraint in table.constraints
        if constraint.referenced_table and constraint.referenced_table != table.name
        if not strict or any((column := table.column(name)) and column.not_null for name in constraint.columns)
    }


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
