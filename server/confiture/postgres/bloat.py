"""Rows that transactions leave behind when they are rolled back, in tables of the user and of the catalog."""

from psycopg import sql

from confiture.postgres.session import Session

_MANY = 100
"""Rows of one table that slow nothing down yet."""


def bloated_tables(session: Session) -> tuple[str, ...]:
    """The tables, quoted, in which the session's transaction wrote many rows, whatever became of them."""
    found = session.query(
        "SELECT schemaname, relname FROM pg_catalog.pg_stat_xact_all_tables"
        " WHERE n_tup_ins + n_tup_upd + n_tup_del > %s AND schemaname <> 'pg_toast' ORDER BY 1, 2",
        [_MANY],
    )
    return tuple(sql.Identifier(str(schema), str(table)).as_string() for schema, table in found)


def vacuum(session: Session, tables: tuple[str, ...]) -> None:
    """Takes dead rows out of those of ``tables`` that are still there, outside a transaction."""
    there = session.query(
        "SELECT t FROM pg_catalog.unnest(%s::text[]) t WHERE pg_catalog.to_regclass(t) IS NOT NULL", [list(tables)]
    )
    if there:
        session.run(f"VACUUM (SKIP_LOCKED) {', '.join(str(table) for (table,) in there)}")
