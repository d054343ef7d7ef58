"""Connections and databases that are handed out to tests."""

from dataclasses import replace
from typing import Any, Self, TypeVar

import psycopg
from psycopg import sql

from confiture.errors import DatabaseError
from confiture.postgres.borrowed import Connection
from confiture.postgres.server import Server, connect

_Row_co = TypeVar("_Row_co", covariant=True)


class StatementTimeout(psycopg.errors.QueryCanceled, TimeoutError):
    """A statement ran into its ``statement_timeout``; both psycopg's error and Python's catch it."""


class _Cursor(psycopg.Cursor[_Row_co]):
    """A cursor whose statement timeouts are Python's too."""

    def execute(self, *args: Any, **kwargs: Any) -> Self:
        """As psycopg's."""
        try:
            return super().execute(*args, **kwargs)
        except psycopg.errors.QueryCanceled as error:
            raise _timeout(error) from error

    def executemany(self, *args: Any, **kwargs: Any) -> None:
        """As psycopg's."""
        try:
            super().executemany(*args, **kwargs)
        except psycopg.errors.QueryCanceled as error:
            raise _timeout(error) from error


def hand_out(server: Server, database: str) -> Connection:
    """A connection as ``psycopg.connect`` makes it, in no transaction and not in autocommit mode.

    Raises:
        DatabaseError: the server does not let us in any more.
    """
    try:
        connection: Connection = psycopg.connect(server.dsn(database), cursor_factory=_Cursor)
    except psycopg.Error as error:
        raise DatabaseError(f"{server.origin} did not let us into the database {database}: {error}") from error
    return connection


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


def _timeout(error: psycopg.errors.QueryCanceled) -> psycopg.errors.QueryCanceled:
    if "user request" in (error.diag.message_primary or ""):
        return error
    return StatementTimeout(str(error), info=error.pgresult)
