"""A session on a connection that belongs to somebody else."""

import struct
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, TypeAlias

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from confiture.errors import DatabaseError
from confiture.postgres.results import Value
from confiture.postgres.server import Server
from confiture.postgres.session import Session
from confiture.postgres.watchdog import Watchdog

_TEXT_SETTINGS = """
SET LOCAL search_path = pg_catalog, public; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL TimeZone = 'UTC';
SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'
"""
_COPY_HEADER_BYTES = 19
_HASHES = struct.Struct("!hiqiq")
"""A row of two bigint columns in COPY's binary format: the number of fields, then the length and value of each.

Source: https://www.postgresql.org/docs/current/sql-copy.html (Binary Format); no field is null here.
"""

Connection: TypeAlias = psycopg.Connection[Any]
"""What callers hand over: any psycopg 3 connection, whatever its rows look like."""


class BorrowedSession(Session):
    """A session on ``connection``, which is neither closed nor left with prepared statements of ours.

    It begins no transaction by itself: `begin_as_execute_would` does.
    """

    def __init__(self, connection: Connection) -> None:
        """Borrows ``connection``.

        Raises:
            DatabaseError: it is closed.
        """
        if connection.closed:
            raise DatabaseError("The connection is closed, so that nothing can be run on it; open a new one.")
        info = connection.info
        password = {"password": info.password} if info.password else {}
        self.server = Server(
            origin=f"PostgreSQL {info.parameter_status('server_version')} of the connection",
            version=info.server_version // 10000,
            version_text=info.parameter_status("server_version") or "",
            private=False,
            parameters={**info.get_parameters(), **password},
            maintenance=info.dbname,
        )
        self.database = info.dbname
        self._connection = connection
        self._pgconn = connection.pgconn
        self.backend_pid = info.backend_pid
        self._deadline = None
        self._lock = threading.Lock()
        self._busy = False
        self.sent = 0
        self._interrupted = False
        self._plans = set[str]()
        self._encoding = None, ""
        self._watchdog = Watchdog(self._stop_statement)

    def close(self) -> None:
        """Gives the connection back as it is."""
        self._watchdog.close()

    def begin_as_execute_would(self) -> None:
        """Opens a transaction where psycopg's own ``execute`` would: outside one, unless in autocommit mode."""
        if not self.in_transaction and not self._connection.autocommit:
            self.begin()

    def read(
        self, query: LiteralString | sql.Composable, *, plan: LiteralString | None = None, argument: str | None = None
    ) -> tuple[tuple[Value, ...], ...]:
        """As `Session.read` without an argument, but keeps no plan on the connection of somebody else.

        Raises:
            DatabaseError: the transaction of the connection has failed.
        """
        del plan, argument
        if self.failed:
            raise DatabaseError("The transaction of the connection has failed; call its rollback() first.")
        return super().read(query)

    def query(
        self, query: LiteralString | sql.Composed, params: Sequence[object] | None = None
    ) -> list[tuple[object, ...]]:
        """As `Session.query`, whatever rows the connection makes."""
        with self._running():
            cursor = self._connection.cursor(row_factory=tuple_row)
            cursor.execute(query, params)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def undone(self) -> Generator[None]:
        """Takes back what is done within, by a savepoint in a transaction and by a transaction outside one."""
        inside = self.in_transaction
        if inside:
            self.savepoint("confiture_undone")
        else:
            self.begin()
        try:
            yield
        finally:
            if not self.closed and inside:
                self.rollback_to("confiture_undone")
                self.release("confiture_undone")
            elif not self.closed:
                self.rollback()

    def hashes(self, query: sql.Composed) -> Generator[tuple[int, int]]:
        """The rows of a SELECT of two bigint columns, in constant memory, under fixed settings for texts."""
        buffer, header = bytearray(), True
        with self.undone():
            self.run(_TEXT_SETTINGS)
            copy_out = sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(query)
            with self._running(), self._connection.cursor(row_factory=tuple_row).copy(copy_out) as copy:
                for block in copy:
                    buffer += block
                    if header and len(buffer) >= _COPY_HEADER_BYTES:
                        del buffer[:_COPY_HEADER_BYTES]
                        header = False
                    whole = 0 if header else len(buffer) // _HASHES.size * _HASHES.size
                    for _, _, key, _, content in _HASHES.iter_unpack(buffer[:whole]):
                        yield key, content
                    del buffer[:whole]

    @contextmanager
    def notices(self, heard: list[str]) -> Generator[None]:
        """Adds what the server says within, for instance by RAISE NOTICE, to ``heard``."""

        def hear(diagnostic: psycopg.errors.Diagnostic) -> None:
            heard.append(f"{diagnostic.severity}: {diagnostic.message_primary}")

        self._connection.add_notice_handler(hear)
        try:
            yield
        finally:
            self._connection.remove_notice_handler(hear)
