"""Connections and databases that are handed out to tests."""

from dataclasses import replace
from typing import Any

import psycopg
from psycopg import sql

from confiture.errors import DatabaseError
from confiture.postgres.borrowed import Connection
from confiture.postgres.server import Server, connect


class StatementTimeout(psycopg.errors.QueryCanceled, TimeoutError):
    """A statement ran into its ``statement_timeout``; both psycopg's error and Python's catch it."""


class _Connection(psycopg.Connection[Any]):
    """A connection whose statement timeouts are Python's too, wherever they are met."""

    def wait(self, *args: Any, **kwargs: Any) -> Any:
        """As psycopg's, which waits for all answers of the server here."""
        try:
            return super().wait(*args, **kwargs)
        except psycopg.errors.QueryCanceled as error:
            if "user request" in (error.diag.message_primary or ""):
                raise
            raise StatementTimeout(str(error), info=error.pgresult) from error


def hand_out(server: Server, database: str) -> Connection:
    """A connection as ``psycopg.connect`` makes it, in no transaction and not in autocommit mode.

    Raises:
        DatabaseError: the server does not let us in any more.
    """
    try:
        return _Connection.connect(server.dsn(database))
    except psycopg.Error as error:
        raise DatabaseError(f"{server.origin} did not let us into the database {database}: {error}") from error


def keep(server: Server, database: str) -> str:
    """Renames a scratch database, so that nobody drops it; returns its URL, without a password."""
    kept = database.replace("_scratch_", "_kept_")
    with connect(server, server.maintenance, application_name="confiture") as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [database]
        )
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(database), sql.Identifier(kept))
        connection.execute(rename)
    public = {key: value for key, value in server.parameters.items() if key != "password"}
    return replace(server, parameters=public).dsn(kept)
