"""How many rows the tables of a server in use have, from its statistics: one read-only query, and no row of anyone."""

from typing import Any

import psycopg

from confiture.errors import NoServerError
from confiture.model.production import Production, TableSize
from confiture.postgres.url import describe, parse_url

_GENTLE = "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '1s'"
"""Said in the transaction, not while connecting: poolers refuse options of a session."""
_CONNECT_TIMEOUT_SECONDS = "10"
_QUERY = """
SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || whole.relname,
       sum(CASE WHEN own.reltuples > 0 THEN own.reltuples ELSE part.n_live_tup END)::int8,
       sum(own.relpages)::int8 * current_setting('block_size')::int8
FROM pg_stat_user_tables part
JOIN pg_class own ON own.oid = part.relid AND own.relkind = 'r'
JOIN pg_class whole ON whole.oid IN (own.oid, pg_partition_root(own.oid))
JOIN pg_namespace n ON n.oid = whole.relnamespace
GROUP BY 1
"""
"""Partitions count for the whole table too, which has no statistics of its own."""


def read_statistics(url: str) -> Production:
    """The sizes of the tables in the database that ``url`` names, as its statistics know them.

    The transaction can only read, waits for no lock longer than a second and asks one question, of catalogs and
    statistics views. Tables that nobody vacuumed or analyzed yet may seem empty.

    Raises:
        NoServerError: it cannot be reached, does not let us in, or does not answer in time.
    """
    named = parse_url(url)
    parameters: dict[str, Any] = {"connect_timeout": _CONNECT_TIMEOUT_SECONDS, **named.parameters}
    place = f"{describe(named.parameters)}, database {named.database}"
    try:
        with psycopg.connect(**parameters, dbname=named.database, prepare_threshold=None) as connection:
            connection.execute(_GENTLE)
            rows = connection.execute(_QUERY).fetchall()
            version = connection.info.parameter_status("server_version") or "?"
    except psycopg.Error as error:
        raise NoServerError(
            f"No statistics from PostgreSQL at {place}: {' '.join(str(error).split())}\n"
            "Check the URL; any role that may connect can read statistics, so a read-only one or a replica will do."
        ) from error
    return Production(version.split()[0], {str(name): TableSize(int(count), int(size)) for name, count, size in rows})
