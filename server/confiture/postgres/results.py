"""Runs a text by the simple query protocol and collects what came back, with bounded memory."""

import sys
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from psycopg import generators, pq, waiting
from psycopg.abc import PQGen
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from confiture.postgres.errors import SqlError

Value: TypeAlias = str | bool | None
"""A value as psql prints it, but a boolean as a Python one."""

_BOOLEAN = 16
_CHUNK_ROWS = 256
_HAS_CHUNKS = hasattr(pq.PGconn, "set_chunked_rows_mode") and pq.version() >= 170000
_WAKE_SECONDS = 0.1
"""How often a wait looks up for signals; psycopg's default for this function is never to sleep at all."""


class ResultSet(NamedTuple):
    """What one statement returned; a tuple, since tests return twenty for each mutant.

    Attributes:
        columns: their names; empty for a command without rows.
        types: their type oids.
        rows: the first of them; `truncated` tells whether there were more than we keep.
        status: the command tag, for instance ``UPDATE 3``; empty for an empty statement.
        rowcount: rows that the command returned or touched, 0 for DDL.
    """

    columns: tuple[str, ...]
    types: tuple[int, ...]
    rows: tuple[tuple[Value, ...], ...]
    status: str
    rowcount: int

    @property
    def truncated(self) -> bool:
        """Whether there were more rows than are kept here."""
        return bool(self.columns) and self.rowcount > len(self.rows)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one result is kept."""

    rows: int = 10_000
    bytes: int = 32 * 1024 * 1024


UNLIMITED = Limits(sys.maxsize, sys.maxsize)


def execute(
    pgconn: PGconn, text: str, *, encoding: str, limits: Limits = Limits()
) -> tuple[tuple[ResultSet, ...], SqlError | None]:
    """Sends ``text``, any number of statements, as one message; returns what they gave until one failed, and its error.

    Rows arrive in chunks, and those beyond ``limits`` are counted and dropped, so that a result of any size
    is read in constant memory. COPY … TO STDOUT is read and dropped; COPY … FROM STDIN
    fails, because there is nothing to send.

    Statements before one that failed had their effect within the transaction rules.

    Raises:
        SqlError: the text cannot be sent.
        psycopg.OperationalError: the connection broke.
    """
    message = _encode(text, encoding)
    return waiting.wait(_exchange(pgconn, message, encoding, limits), pgconn.socket, _WAKE_SECONDS)


def _encode(text: str, encoding: str) -> bytes:
    if (position := text.find("\0")) >= 0:
        raise SqlError("a NUL character cannot be sent to PostgreSQL", sqlstate="22021", position=position)
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        message = f"the character {error.object[error.start]!a} does not exist in the client encoding {encoding}"
        raise SqlError(message, sqlstate="22021", position=error.start) from None


def _exchange(
    pgconn: PGconn, message: bytes, encoding: str, limits: Limits
) -> PQGen[tuple[tuple[ResultSet, ...], SqlError | None]]:
    pgconn.send_query(message)
    if _HAS_CHUNKS:
        pgconn.set_chunked_rows_mode(_CHUNK_ROWS)
    else:
        pgconn.set_single_row_mode()
    yield from generators.send(pgconn)
    found: list[ResultSet] = []
    building: _Builder | None = None
    failure: SqlError | None = None
    copies_in = False
    # Most results are there already: `fetch` waits for one, at the price of a generator for each.
    while (result := (yield from generators.fetch(pgconn)) if pgconn.is_busy() else pgconn.get_result()) is not None:
        match result.status:
            case ExecStatus.TUPLES_CHUNK | ExecStatus.SINGLE_TUPLE:
                building = building or _Builder(result, encoding, limits)
                building.add(result)
            case ExecStatus.TUPLES_OK:
                found.append((building or _Builder(result, encoding, limits)).finish(result))
                building = None
            case ExecStatus.COMMAND_OK:
                found.append(_command_result(result, encoding))
            case ExecStatus.COPY_IN:
                copies_in = True
                pgconn.put_copy_end(b"no data")
                yield from generators.send(pgconn)
            case ExecStatus.COPY_OUT:
                yield from _drop_copy(pgconn)
            case ExecStatus.FATAL_ERROR:
                failure = failure or (_copy_refused() if copies_in else _failure(result, encoding))
            case _:
                found.append(_command_result(result, encoding))
    return tuple(found), failure


def _drop_copy(pgconn: PGconn) -> PQGen[None]:
    while (length := pgconn.get_copy_data(1)[0]) >= 0:
        if length == 0:
            yield waiting.WAIT_R
            pgconn.consume_input()


def _command_result(result: PGresult, encoding: str) -> ResultSet:
    """Of a command without rows."""
    return ResultSet((), (), (), (result.command_status or b"").decode(encoding), result.command_tuples or 0)


class _Builder:
    """Puts the chunks of one result together."""

    def __init__(self, result: PGresult, encoding: str, limits: Limits) -> None:
        self._columns_range = fields = range(result.nfields)
        self._encoding = encoding
        self._limits = limits
        self._columns = tuple((result.fname(field) or b"").decode(encoding) for field in fields)
        self._types = tuple(result.ftype(field) for field in fields)
        self._rows: list[tuple[Value, ...]] = []
        self._bytes = 0
        self._total = 0
        self._last = result

    def add(self, result: PGresult) -> None:
        """Keeps the rows of ``result`` as far as the limits allow."""
        self._last = result
        self._total += result.ntuples
        for row in range(result.ntuples):
            if len(self._rows) >= self._limits.rows or self._bytes >= self._limits.bytes:
                return
            raw = [result.get_value(row, column) for column in self._columns_range]
            self._bytes += sum(map(len, filter(None, raw)))
            self._rows.append(tuple(map(self._decode, self._types, raw)))

    def finish(self, result: PGresult) -> ResultSet:
        """The whole result, of which ``result`` is the end; the tag came with that or with the last rows."""
        last = result if result.command_status else self._last
        self.add(result)
        status = (last.command_status or b"").decode(self._encoding)
        rowcount = self._total if self._columns else last.command_tuples or 0
        return ResultSet(self._columns, self._types, tuple(self._rows), status, rowcount)

    def _decode(self, type_oid: int, raw: bytes | None) -> Value:
        if raw is None:
            return None
        return raw == b"t" if type_oid == _BOOLEAN else raw.decode(self._encoding, "replace")


def _copy_refused() -> SqlError:
    return SqlError(
        "COPY … FROM STDIN needs its rows from psql, and there are none to send",
        sqlstate="0A000",
        hint="Use INSERT, or a migration tool whose scripts psql runs.",
    )


def _failure(result: PGresult, encoding: str) -> SqlError:
    def field(which: DiagnosticField) -> str | None:
        raw = result.error_field(which)
        return None if raw is None else raw.decode(encoding, "replace")

    position = field(DiagnosticField.STATEMENT_POSITION)
    return SqlError(
        field(DiagnosticField.MESSAGE_PRIMARY) or result.get_error_message(encoding).strip(),
        sqlstate=field(DiagnosticField.SQLSTATE) or "XX000",
        detail=field(DiagnosticField.MESSAGE_DETAIL),
        hint=field(DiagnosticField.MESSAGE_HINT),
        position=int(position) - 1 if position else None,
        context=field(DiagnosticField.CONTEXT),
        constraint=field(DiagnosticField.CONSTRAINT_NAME),
        column=field(DiagnosticField.COLUMN_NAME),
    )
