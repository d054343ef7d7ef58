"""Runs one SQL text on a session and says what it took."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from confiture.errors import ProjectError
from confiture.model.script import Statement
from confiture.postgres.borrowed import BorrowedSession, Connection
from confiture.postgres.errors import SqlError
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server, connect
from confiture.sql import parse_script
from confiture.sql.reach import Reach, reach_of

_FILE = Path("operation.sql")
_ROWS_AND_PLANS = frozenset({"SELECT", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE MATERIALIZED VIEW"})
_MEBIBYTE = 1024 * 1024
_NO_LIMIT_SECONDS = 10 * 365 * 86400.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What a SQL text took.

    Attributes:
        statements: those of the text.
        rows: that the commands returned or touched.
        error: PostgreSQL's words and SQLSTATE; None when all went well.
    """

    statements: tuple[Statement, ...]
    seconds: float
    rows: int
    error: str | None
    memory_mb: float | None
    query_plan: str | None


def measure(connection: Connection, sql: str, *, seconds: float | None) -> Measured:
    """Runs ``sql`` on ``connection`` as its own ``execute`` would, for ``seconds`` at most.

    What is asked beside that is asked in savepoints that are taken back.

    Raises:
        DatabaseError: the connection is closed, or the server went away.
    """
    statements = parse_script(_FILE, sql).statements
    with BorrowedSession(connection) as session:
        session.begin_as_execute_would()
        plan = "\n\n".join(_plans(session, statements)) or None
        error, rows, started = None, 0, perf_counter()
        try:
            with session.deadline(seconds or _NO_LIMIT_SECONDS):
                started = perf_counter()
                rows = sum(result.rowcount for result in session.run(sql))
        except SqlError as refused:
            error = str(refused)
        taken = perf_counter() - started
        return Measured(statements, taken, rows, error, _memory(session), plan)


def measure_on_scratch(server: Server, sql: str, *, seconds: float | None) -> Measured:
    """Like `measure`, in an empty scratch database of its own on ``server``.

    Raises:
        ProjectError: the SQL reaches outside that database.
        DatabaseError: the server cannot make one.
    """
    for statement in parse_script(_FILE, sql).statements:
        reach = reach_of(statement)
        if reach is Reach.OUTSIDE or (reach is Reach.CLUSTER and not server.private):
            raise ProjectError(f"{statement.operation} reaches outside the scratch database; nothing was run")
    with Scratch(server) as scratch, connect(server, scratch.create(), application_name="confiture") as connection:
        return measure(connection, sql, seconds=seconds)


def _plans(session: BorrowedSession, statements: tuple[Statement, ...]) -> Iterator[str]:
    """The plans of what can be explained before any of it has run."""
    for statement in statements:
        if statement.kind in _ROWS_AND_PLANS or (statement.kind == "CREATE TABLE" and "AS" in statement.words):
            try:
                with session.undone():
                    rows = session.run(f"EXPLAIN {statement.text}")[0].rows
            except SqlError:
                continue
            yield "\n".join(str(row[0]) for row in rows)


def _memory(session: BorrowedSession) -> float | None:
    """What the backend holds, in MiB; None where the role may not know, or nothing can be asked any more."""
    if session.closed or session.failed:
        return None
    try:
        rows = session.read("SELECT sum(total_bytes) FROM pg_backend_memory_contexts")
    except SqlError:
        return None
    return int(str(rows[0][0])) / _MEBIBYTE
