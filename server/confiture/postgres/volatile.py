"""Columns whose values differ each time a script runs: ``now()``, ``random()``, ``gen_random_uuid()``.

Two runs of the same script tell which they are. States are compared without them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from psycopg import sql

from confiture.postgres.fingerprint import ROWS_OF, Fingerprint, differences, read_fingerprint
from confiture.postgres.session import Session

ColumnChecksums = Mapping[str, str]
"""Checksum of each column of a table, and under ``*`` the number of its rows."""


def read_columns(session: Session, key: str) -> ColumnChecksums:
    """Checksums of the table whose rows the fingerprint keeps under ``key``; empty when it does not exist."""
    name = key.removeprefix(ROWS_OF)
    columns = session.query(
        "SELECT n.nspname, c.relname, a.attname FROM pg_catalog.pg_attribute a "
        "JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE %s = CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname "
        "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname",
        [name],
    )
    if not columns:
        return {}
    schema, table = map(str, columns[0][:2])
    names = [str(column) for *_, column in columns]
    sums = [sql.SQL("sum(hashtextextended({}::text, 0))::text").format(sql.Identifier(column)) for column in names]
    query = sql.SQL("SELECT count(*)::text, {} FROM ONLY {}").format(
        sql.SQL(", ").join(sums), sql.Identifier(schema, table)
    )
    [values] = session.read(query)
    return dict(zip(["*", *names], map(str, values), strict=True))


def differing_columns(first: ColumnChecksums, second: ColumnChecksums) -> frozenset[str]:
    """Columns that two runs of the same script filled differently."""
    return frozenset(name for name in first.keys() & second.keys() if first[name] != second[name]) - {"*"}


def volatile_columns(first: Session, second: Session) -> dict[str, frozenset[str]]:
    """Columns that two runs of the same script filled differently, by the key of their table's rows."""
    changed = differences(read_fingerprint(first), read_fingerprint(second))
    keys = [each.object for each in changed if each.object.startswith(ROWS_OF)]
    return {key: differing_columns(read_columns(first, key), read_columns(second, key)) for key in keys}


def read_stable(session: Session, volatile: Mapping[str, Iterable[str]]) -> Fingerprint:
    """The present state without the ``volatile`` columns, given by the key of their table's rows."""
    return without_volatile(session, read_fingerprint(session), volatile)


def without_volatile(session: Session, fingerprint: Fingerprint, volatile: Mapping[str, Iterable[str]]) -> Fingerprint:
    """The ``fingerprint`` of the present state, or of a part of it, without those columns."""
    if not volatile:
        return fingerprint
    rows = dict(fingerprint.rows)
    for key in volatile.keys() & rows.keys():
        columns = read_columns(session, key)
        stable = {name: columns[name] for name in sorted(columns.keys() - set(volatile[key]) - {"*"})}
        rows[key] = f"{columns['*']} rows, checksums {stable}"
    return replace(fingerprint, rows=rows)
