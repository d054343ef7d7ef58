"""Reads the catalog into the `Schema` that operators see."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, LiteralString, cast

from psycopg import sql

from confiture.model.schema import Column, Constraint, Index, Schema, Table
from confiture.postgres.catalog_query import SCHEMA_QUERY
from confiture.postgres.session import Session

_KINDS = {"p": "PRIMARY KEY", "u": "UNIQUE", "f": "FOREIGN KEY", "c": "CHECK", "x": "EXCLUDE"}
_TABLES_PER_QUERY = 200


def read_schema(session: Session) -> Schema:
    """Tables and enums of the session's database, as its transaction sees them, with exact row counts.

    Enums are named as `Column.type` names them. Objects of extensions are left out. Works inside and outside a
    transaction, and leaves it as it was.
    """
    found = session.read(SCHEMA_QUERY, plan="schema")
    counts = _count_rows(session, [str(query) for *_, query in found if query])
    tables: dict[str, Table] = {}
    enums: dict[str, tuple[str, ...]] = {}
    for kind, name, text, _ in sorted(found, key=lambda row: str(row[1])):
        label, content = str(name), json.loads(str(text))
        if kind == "enum":
            enums[label] = tuple(content)
        else:
            tables[label] = _table(label, content, rows=counts.get(label, 0))
    return Schema(MappingProxyType(tables), MappingProxyType(enums))


def _count_rows(session: Session, queries: list[str]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for start in range(0, len(queries), _TABLES_PER_QUERY):
        # PostgreSQL's format() wrote and quoted these queries, so they are ours although no literal.
        query = sql.SQL(cast("LiteralString", " UNION ALL ".join(queries[start : start + _TABLES_PER_QUERY])))
        counts |= {str(name): int(str(count)) for name, count in session.read(query)}
    return counts


def _table(name: str, content: Mapping[str, list[Any] | None], *, rows: int) -> Table:
    return Table(
        name,
        tuple(
            Column(name, type_, not_null, default, identity=identity, generated=generated)
            for name, type_, not_null, default, identity, generated in content["columns"] or ()
        ),
        tuple(
            Constraint(name, _KINDS[kind], tuple(columns or ()), definition, table, tuple(keys or ()), validated)
            for name, kind, columns, definition, table, keys, validated in content["constraints"] or ()
        ),
        tuple(
            Index(name, unique, tuple(columns or ()), definition, predicate)
            for name, unique, columns, definition, predicate in content["indexes"] or ()
        ),
        rows,
    )
