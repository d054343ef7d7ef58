"""Scratch databases: the only ones that we create, write to and drop."""

import logging
import re
import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from confiture.errors import ConnectionLostError, DatabaseError
from confiture.postgres.server import Server, connect

logger = logging.getLogger(__name__)

_NAME = re.compile(r"confiture_scratch_([0-9a-f]{8})_\d+")
_BATCH = 8
_COPY_PATIENCE_SECONDS = 5.0
_DROP_PATIENCE_SECONDS = 0.5
_DROP_SECONDS = 2
"""PostgreSQL waits for all sessions before it drops a database, in vain for one whose statement was cancelled at that
moment, until it ends: what takes longer is tried again with the next batch."""
_CANCELLED = "57014"


class Scratch:
    """The scratch databases of one process on one server.

    Its open connection is the lease of its databases: when it ends, however that comes, any other process
    may drop them, and the next `Scratch` on that server does. Methods may be called from any thread.
    """

    def __init__(self, server: Server) -> None:
        """Takes the lease, then drops what dead processes left.

        Raises:
            ConnectionLostError: the server no longer lets us in.
        """
        self._server = server
        self._token = secrets.token_hex(4)
        self._count = 0
        self._alive: list[str] = []
        self._unwanted: list[str] = []
        self._lock = threading.RLock()
        self._names = threading.Lock()
        self._connection = connect(server, server.maintenance, application_name=f"confiture-lease-{self._token}")
        self._drop_leftovers()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def create(self, template: str | None = None) -> str:
        """A new database, empty or a copy of the scratch database ``template``, which must have no session.

        Sessions of the template that were just closed are waited for.

        Raises:
            DatabaseError: the server cannot create it, for instance for want of room.
        """
        with self._lock:
            if len(self._unwanted) >= _BATCH:
                self._drop_unwanted()  # while others give up databases, and so the sessions that may be waited for
            name = self.name()
            strategy = " STRATEGY FILE_COPY" if self._server.version >= 15 else ""
            if template is not None:
                self._wait_until_unused([template], _COPY_PATIENCE_SECONDS)
            self._execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}{}{}").format(
                    sql.Identifier(name),
                    sql.Identifier(template or "template0"),
                    sql.SQL("" if template else " ENCODING 'UTF8'"),
                    sql.SQL(strategy),
                )
            )
            with self._names:
                self._alive.append(name)
            return name

    def name(self) -> str:
        """A name for `rename` that no database has."""
        with self._lock:
            self._count += 1
            return f"confiture_scratch_{self._token}_{self._count}"

    def rename(self, old: str, new: str) -> None:
        """Gives the database ``old`` the name ``new``; its sessions are ended.

        Raises:
            DatabaseError: the server cannot, for instance because ``new`` is taken.
        """
        with self._lock:
            self._wait_until_unused([old], _DROP_PATIENCE_SECONDS)
            self._end_sessions(old)
            self._execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))
            with self._names:
                self._alive[self._alive.index(old)] = new

    def drop(self, name: str) -> None:
        """Gives up the database ``name``. It is really dropped later, when its sessions have ended: that is faster."""
        with self._names:
            self._alive.remove(name)
            self._unwanted.append(name)

    def close(self) -> None:
        """Drops all databases of this process and gives the lease back.

        What cannot be dropped, because the server is gone for instance, is left to the next `Scratch`.
        """
        with self._lock, self._connection, suppress(DatabaseError):
            if not self._connection.closed:
                with self._names:
                    self._unwanted += self._alive
                    self._alive = []
                self._drop_unwanted()

    def _drop_unwanted(self) -> None:
        """Drops in one go, as far as that does not take too long. A session that is still open then is ended."""
        with self._names:
            names = tuple(self._unwanted)
        self._wait_until_unused(names, _DROP_PATIENCE_SECONDS)
        self._execute(sql.SQL("SET statement_timeout = {}").format(sql.Literal(f"{_DROP_SECONDS}s")))
        try:
            for name in names:
                self._drop(name)
                with self._names:
                    self._unwanted.remove(name)
        except DatabaseError as error:
            if not isinstance(error.__cause__, psycopg.Error) or error.__cause__.sqlstate != _CANCELLED:
                raise
            logger.info("a database is dropped later: %s", error)
        finally:
            if not self._connection.broken:
                self._execute(sql.SQL("SET statement_timeout = 0").format())

    def _drop(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _drop_leftovers(self) -> None:
        """Drops our role's scratch databases that have no lease.

        The list of databases is older than the list of sessions, and a lease is older than its databases:
        a database of a living process is never taken for a leftover.
        """
        with self._lock:
            names = self._connection.execute(
                "SELECT datname FROM pg_catalog.pg_database"
                " WHERE datname LIKE 'confiture\\_scratch\\_%' AND pg_catalog.pg_get_userbyid(datdba) = current_user"
            ).fetchall()
            leases = self._connection.execute(
                "SELECT application_name FROM pg_catalog.pg_stat_activity"
                " WHERE application_name LIKE 'confiture-lease-%'"
            ).fetchall()
            living = {str(row[0]).removeprefix("confiture-lease-") for row in leases}
            for (name,) in names:
                match = _NAME.fullmatch(str(name))
                if match and match[1] not in living:
                    self._drop(match[0])

    def _wait_until_unused(self, names: Sequence[str], seconds: float) -> None:
        """Waits for sessions that were closed but whose backends have not ended, for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._connection_count(names):
            time.sleep(0.002)

    def _end_sessions(self, name: str) -> None:
        while self._connection_count([name]):
            self._execute(
                sql.SQL(
                    "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = {}"
                ).format(sql.Literal(name))
            )
            self._wait_until_unused([name], _DROP_PATIENCE_SECONDS)

    def _connection_count(self, names: Sequence[str]) -> int:
        try:
            row = self._connection.execute(
                "SELECT count(*) FROM pg_catalog.pg_stat_activity"
                " WHERE datname = ANY (%s) AND backend_type = 'client backend'",
                [list(names)],
            ).fetchone()
        except psycopg.Error as error:
            raise self._explained(error) from error
        return int(row[0]) if row else 0

    def _execute(self, command: sql.Composed) -> None:
        try:
            self._connection.execute(command)
        except psycopg.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: psycopg.Error) -> DatabaseError:
        said = " ".join(str(error).split())
        if self._connection.broken:
            return ConnectionLostError(
                f"{self._server.origin} went away in mid-run: {said}\n"
                "Run again: a private server is started anew; one that you named must be up first."
            )
        return DatabaseError(f"{self._server.origin} cannot make or drop a scratch database: {said}")
