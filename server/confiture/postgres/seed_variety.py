"""Rows that differ in all that a script speaks of, so that some of them show what it does with them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import cast

from psycopg import sql

from confiture.model.schema import Schema, Table
from confiture.postgres.seed import insert_row, parent_keys, parents_first, value_fits
from confiture.postgres.seed_choice import Variety
from confiture.postgres.seed_details import Details, read_details
from confiture.postgres.seed_keys import LikelyKeys
from confiture.postgres.seed_table import TableFiller
from confiture.postgres.session import Session
from confiture.sql.spelling import constant, quoted

_ROOM = 1_000
"""Ids that are given begin with the next multiple of this, so that sequences do not reach them soon."""
_MOST_PARENTS = 200


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """A row that PostgreSQL took.

    Attributes:
        table: as the `Schema` names it.
        values: by column, as text; the others have their defaults.
    """

    table: str
    values: tuple[tuple[str, str | None], ...]


def offer_rows(
    session: Session, schema: Schema, tables: Collection[str], *, telling: Sequence[str], rows_per_table: int
) -> tuple[OfferedRow, ...]:
    """Inserts rows into ``tables``, also where there are some already, and returns them, parents first.

    The same schema and rows always get the same rows.

    Args:
        session: in a transaction.
        schema: as `read_schema` found it just now.
        tables: names.
        telling: values that decide what a script does, such as the constants in it.
        rows_per_table: that are tried; those that PostgreSQL refuses are left out.
    """
    session.query("SET CONSTRAINTS ALL IMMEDIATE")
    details = read_details(session)
    chosen = {name: schema.tables[name] for name in tables if name in schema.tables and details.takes_rows(name)}
    chance = Random(1)  # noqa: S311 - the same rows each time
    offered: list[OfferedRow] = []
    fits: dict[tuple[str, str], bool] = {}
    for name in parents_first(chosen, LikelyKeys(schema)):
        variety = Variety(tuple(telling), _first_id(session, chosen[name], details), chance)
        filler = _filler(session, schema, chosen[name], details=details, variety=variety)
        filler.keep_fitting(lambda type_name, value: value_fits(session, type_name, value=value, known=fits))
        offered += [
            OfferedRow(name, tuple(filler.values().items()))
            for number in range(rows_per_table)
            if insert_row(session, filler, number) is None and filler.values()
        ]
    return tuple(offered)


def insert_statement(schema: Schema, rows: Sequence[OfferedRow], *, identifier: str) -> str:
    """The INSERT, without a semicolon, of ``rows`` of one table, whose name is written as ``identifier``."""
    columns = list(dict.fromkeys(name for row in rows for name, _ in row.values))
    found = schema.tables[rows[0].table]
    types = {column.name: column.type for column in found.columns}
    unset = {column.name: "DEFAULT" if column.default or column.identity else "NULL" for column in found.columns}
    overriding = " OVERRIDING SYSTEM VALUE" if any(c.identity and c.name in columns for c in found.columns) else ""
    listed = ", ".join(map(quoted, columns))
    lines = ",\n".join(f"    ({', '.join(_literals(dict(row.values), columns, types, unset))})" for row in rows)
    return f"INSERT INTO {identifier} ({listed}){overriding} VALUES\n{lines}"


def _literals(
    values: Mapping[str, str | None], columns: Sequence[str], types: Mapping[str, str], unset: Mapping[str, str]
) -> list[str]:
    return [_literal(values[name], types[name]) if name in values else unset[name] for name in columns]


def _literal(value: str | None, type_name: str) -> str:
    if value is None:
        return "NULL"
    is_plain = type_name in ("smallint", "integer", "bigint", "boolean") or type_name.startswith("numeric")
    return value if is_plain else constant(value)


def _filler(session: Session, schema: Schema, table: Table, *, details: Details, variety: Variety) -> TableFiller:
    keys = [constraint for constraint in table.constraints if constraint.kind == "FOREIGN KEY"]
    parents = {key.name: parent_keys(session, key, details=details, limit=_MOST_PARENTS) for key in keys}
    return TableFiller(table, enums=schema.enums, details=details, parents=parents, variety=variety)


def _first_id(session: Session, table: Table, details: Details) -> int:
    """An id that no row of ``table`` has, nor will soon."""
    counted = [column.name for column in table.columns if column.counted]
    most = 0
    for column in counted:
        query = sql.SQL("SELECT coalesce(max({}), 0)::bigint::text FROM {}")
        [[value]] = session.read(query.format(sql.Identifier(column), details.places[table.name].identifier))
        most = max(most, int(cast("str", value)))
    return (most // _ROOM + 1) * _ROOM + 1
