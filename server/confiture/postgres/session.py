"""One connection to one scratch database. The user's SQL goes through `Session.run` and nowhere else."""

import os
import socket
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, LiteralString, Self

import psycopg
from psycopg import sql
from psycopg.pq import ConnStatus, TransactionStatus

from confiture.errors import ConnectionLostError
from confiture.postgres.batch import Batch, Part, message_of, sort_out
from confiture.postgres.errors import Interrupted, SqlError, SqlTimeout
from confiture.postgres.results import UNLIMITED, Limits, ResultSet, Value, execute
from confiture.postgres.server import Server, connect
from confiture.postgres.watchdog import Watchdog

FORGETTING: Final = ("RESET SESSION AUTHORIZATION", "RESET ALL")
"""What `Session.forget_settings` sends."""
_CANCELS_BEFORE_TERMINATING = 8
_NO_SUCH_PLAN = "26000"  # DISCARD ALL or DEALLOCATE ALL of the user's SQL removed it
_READ_SETTINGS = {
    "search_path": "pg_catalog, public",
    "DateStyle": "ISO, YMD",
    "TimeZone": "UTC",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}
_SET_FOR_READING = "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE; SELECT " + ", ".join(
    f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in _READ_SETTINGS.items()
)
"""One statement sets them all: each result costs the client as much as a small row."""


@dataclass(frozen=True, slots=True)
class _Deadline:
    when: float
    seconds: float


class Session:
    """A connection in autocommit mode; transactions are begun and ended by its caller or by the user's SQL.

    It belongs to one thread; only `interrupt` may be called from others.

    Attributes:
        sent: how many messages were sent so far: while it stays, so does what the session sees of its transaction.
    """

    def __init__(self, server: Server, database: str) -> None:
        """Connects to ``database``.

        Raises:
            ConnectionLostError: the server no longer lets us in.
        """
        self.server = server
        self.database = database
        self._connection = connect(server, database, application_name="confiture")
        self._pgconn = self._connection.pgconn
        self.backend_pid = self._pgconn.backend_pid
        self._deadline: _Deadline | None = None
        self._lock = threading.Lock()
        self._busy = False
        self._interrupted = False
        self._plans: set[str] = set()
        self._encoding: tuple[bytes | None, str] = (None, "")
        self.sent = 0
        self._watchdog = Watchdog(self._stop_statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; PostgreSQL rolls back what was not committed."""
        self._watchdog.close()
        self._connection.close()

    @property
    def closed(self) -> bool:
        """Whether the connection is of no more use: closed, lost, or ended to enforce a deadline."""
        return self._pgconn.status != ConnStatus.OK

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction block is open, failed or not."""
        return self._pgconn.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    @property
    def failed(self) -> bool:
        """Whether the open transaction waits for its rollback."""
        return self._pgconn.transaction_status == TransactionStatus.INERROR

    def run(self, text: str) -> tuple[ResultSet, ...]:
        """Runs the user's SQL, any number of statements in one message, and returns what each gave.

        Raises:
            SqlError: PostgreSQL refused one of them.
            SqlTimeout: the `deadline` passed.
            Interrupted: `interrupt` was called, now or earlier.
            ConnectionLostError: the server went away.
        """
        return self._send(text, Limits())

    def run_batch(self, parts: Sequence[Part]) -> Batch:
        """Runs several texts of the user's in one message, up to the first that PostgreSQL refuses.

        Raises what `run` raises, except for errors of the SQL.
        """
        with self._running():
            results, error = self._execute(message_of(parts), Limits())
            if error:
                self._check_alive(error)
        return sort_out(parts, results, error)

    def run_in_turn(self, statements: Sequence[str]) -> tuple[int, SqlError | None]:
        """Runs single statements in one message; returns how many ended at least, and what ended the others.

        Raises what `run` raises, except for errors of the SQL and the end of the deadline.
        """
        results: tuple[ResultSet, ...] = ()
        error: SqlError | None = None
        try:
            with self._running():
                results, error = self._execute("\n;\n".join(statements), Limits())
                if error:
                    self._check_alive(error)
        except SqlTimeout as timeout:
            error = timeout
        return len(results), error

    def forget_settings(self) -> None:
        """Gives the session the settings and the role back that it began with; raises what `run` raises."""
        self.query("; ".join(FORGETTING))

    def query(
        self, query: LiteralString | sql.Composed, params: Sequence[object] | None = None
    ) -> list[tuple[object, ...]]:
        """Runs SQL of ours under whatever settings the user's SQL left; raises what `run` raises."""
        with self._running():
            self.sent += 1
            cursor = self._connection.execute(query, params)
            return cursor.fetchall() if cursor.description else []

    def read(
        self, query: LiteralString | sql.Composable, *, plan: LiteralString | None = None, argument: str | None = None
    ) -> tuple[tuple[Value, ...], ...]:
        """Rows of one catalog query of ours, read under settings that make its text deterministic.

        The search path is ``pg_catalog, public``, so printed names carry their schema unless it is public.
        Works inside and outside a transaction, and leaves settings, locks and transaction as they were.

        Args:
            query: one SELECT.
            plan: a name under which the session keeps its plan, for a query whose planning takes long.
            argument: the text that stands for ``$1`` in a query with a plan.
        """
        text = query if isinstance(query, str) else query.as_string(self._connection)
        if plan is None:
            return self._read(text)
        execution = f"EXECUTE confiture_{plan}"
        if argument is not None:
            execution += sql.SQL("({})").format(argument).as_string(self._connection)
        if plan in self._plans:
            try:
                return self._read(execution)
            except SqlError as error:
                if error.sqlstate != _NO_SUCH_PLAN:
                    raise
        self._plans.add(plan)
        return self._read(f"PREPARE confiture_{plan} AS {text}; {execution}")

    def _read(self, text: str) -> tuple[tuple[Value, ...], ...]:
        inside = self.in_transaction
        undo = "ROLLBACK TO SAVEPOINT confiture_read; RELEASE SAVEPOINT confiture_read" if inside else "ROLLBACK"
        start = "SAVEPOINT confiture_read" if inside else "BEGIN READ ONLY"
        try:
            results = self._send(f"{start};{_SET_FOR_READING};{text};{undo}", UNLIMITED)
        except SqlError:
            if not self.closed and self.in_transaction:
                self._command(undo)
            raise
        _, rows = (result.rows for result in results if result.columns)
        return rows

    def begin(self) -> None:
        """Opens a transaction block."""
        self._command("BEGIN")

    def commit(self) -> None:
        """Ends the transaction block."""
        self._command("COMMIT")

    def rollback(self) -> None:
        """Takes the transaction block back, even after the deadline; does nothing outside one."""
        if self.in_transaction:
            deadline = self._deadline
            self._set_deadline(None)
            try:
                self._command("ROLLBACK")
            finally:
                self._set_deadline(deadline)

    def savepoint(self, name: str) -> None:
        """Marks a point that `rollback_to` returns to, any number of times."""
        self._command("SAVEPOINT {}", name)

    def rollback_to(self, name: str) -> None:
        """Takes back all since the savepoint ``name``, which stays."""
        self._command("ROLLBACK TO SAVEPOINT {}", name)

    def release(self, name: str) -> None:
        """Forgets the savepoint ``name`` and keeps what happened since."""
        self._command("RELEASE SAVEPOINT {}", name)

    @contextmanager
    def deadline(self, seconds: float) -> Generator[None]:
        """Ends whatever runs ``seconds`` from now with `SqlTimeout`; the shorter of nested deadlines rules.

        The statement is cancelled from outside, so its own settings do not matter. One that survives eight
        cancels loses its backend, and the session is `closed` then.
        """
        outer, inner = self._deadline, _Deadline(time.monotonic() + seconds, seconds)
        self._set_deadline(inner if outer is None or inner.when < outer.when else outer)
        try:
            yield
        finally:
            self._set_deadline(outer)

    def interrupt(self) -> None:
        """Ends the current run and every later one with `Interrupted`. Callable from any thread."""
        with self._lock:
            self._interrupted = True
            if self._busy:
                self._watchdog.arm(time.monotonic())

    def _send(self, text: str, limits: Limits) -> tuple[ResultSet, ...]:
        with self._running():
            results, error = self._execute(text, limits)
            if error:
                raise error
            return results

    def _execute(self, text: str, limits: Limits) -> tuple[tuple[ResultSet, ...], SqlError | None]:
        self.sent += 1
        name = self._pgconn.parameter_status(b"client_encoding")
        if name != self._encoding[0]:  # the user's SQL may have changed it
            self._encoding = name, self._connection.info.encoding
        return execute(self._pgconn, text, encoding=self._encoding[1], limits=limits)

    def _command(self, command: LiteralString, name: str | None = None) -> None:
        composed = sql.SQL(command).format(*([sql.Identifier(name)] if name is not None else []))
        self.run(composed.as_string(self._connection))

    def _set_deadline(self, deadline: _Deadline | None) -> None:
        self._deadline = deadline
        if deadline is None:
            self._watchdog.disarm()
        elif not self._interrupted:
            self._watchdog.arm(deadline.when)

    @contextmanager
    def _running(self) -> Generator[None]:
        with self._lock:
            self._busy = True
        try:
            self._check_stopped()
            yield
            self._check_stopped()
        except SqlError as error:
            self._check_stopped()
            self._check_alive(error)
            raise
        except psycopg.Error as error:
            self._check_stopped()
            self._check_alive(error)
            raise _as_sql_error(error) from None
        finally:
            with self._lock:
                self._busy = False
            if self._interrupted:
                self._watchdog.disarm()

    def _check_stopped(self) -> None:
        if self._interrupted:
            raise Interrupted
        if self._deadline and time.monotonic() >= self._deadline.when:
            raise SqlTimeout(self._deadline.seconds)

    def _check_alive(self, error: Exception) -> None:
        if self.closed:
            message = (
                f"{self.server.origin} went away in mid-run: {' '.join(str(error).split())}\n"
                "Run again: a private server is started anew; one that you named must be up first."
            )
            raise ConnectionLostError(message) from None

    def _stop_statement(self, attempts: int) -> None:
        """Cancels what runs; a function may catch that, so a stubborn one loses its backend."""
        if not self._busy:
            return
        with suppress(psycopg.Error, ConnectionLostError):
            if attempts < _CANCELS_BEFORE_TERMINATING:
                self._connection.cancel_safe(timeout=2.0)
                return
            with connect(self.server, self.server.maintenance, application_name="confiture") as other:
                other.execute("SELECT pg_terminate_backend(%s)", [self.backend_pid])
        if attempts > _CANCELS_BEFORE_TERMINATING:
            _shut(self._pgconn.socket)


def _shut(descriptor: int) -> None:
    """Ends the connection from our side: the last resort when the server does not answer."""
    with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as duplicate:
        duplicate.shutdown(socket.SHUT_RDWR)


def _as_sql_error(error: psycopg.Error) -> SqlError:
    position = error.diag.statement_position
    return SqlError(
        error.diag.message_primary or str(error),
        sqlstate=error.sqlstate or "XX000",
        detail=error.diag.message_detail,
        hint=error.diag.message_hint,
        position=int(position) - 1 if position else None,
        context=error.diag.context,
        constraint=error.diag.constraint_name,
        column=error.diag.column_name,
    )
