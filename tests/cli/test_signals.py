"""A run that is ended from outside, or loses its server, ends at once and leaves nothing behind."""

import signal
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest
from command import SECONDS, start, write_files
from projects import sleep_forever

from confiture.postgres.server import Server, connect


@pytest.fixture(autouse=True)
def sigint_is_not_ignored() -> None:
    """A shell's background job ignores SIGINT, and all that it starts inherits that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _wait_for_sleeper(
    connection: psycopg.Connection[Any], process: subprocess.Popen[str], mark: str
) -> tuple[str, int]:
    """The scratch database in which ``process`` runs its endless statement, and the backend that does it."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        row = connection.execute(
            "SELECT datname, pid FROM pg_stat_activity"
            " WHERE position(%s IN query) > 0 AND state = 'active' AND pid <> pg_backend_pid()",
            [mark],
        ).fetchone()
        if row:
            return row
        assert process.poll() is None, process.communicate()
        connection.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("the statement never started")


@pytest.mark.parametrize(
    ("number", "code", "message"),
    [(signal.SIGINT, 130, "confiture: interrupted\n"), (signal.SIGTERM, 143, "confiture: terminated\n")],
)
def test_a_signal_ends_the_run(number: signal.Signals, code: int, message: str, tmp_path: Path, server: Server) -> None:
    mark = f"m{uuid.uuid4().hex}"
    write_files(sleep_forever(mark), tmp_path)
    with connect(server, "postgres", application_name="tests") as connection:
        process = start(["check", "--format", "json"], cwd=tmp_path)
        database, _ = _wait_for_sleeper(connection, process, mark)
        assert database.startswith("confiture_scratch_")
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=SECONDS)
        assert (process.returncode, stdout, stderr) == (code, "", message)
        left = connection.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [database]).fetchone()
    assert left == (0,)


def test_a_lost_connection_is_said(tmp_path: Path, server: Server) -> None:
    mark = f"m{uuid.uuid4().hex}"
    write_files(sleep_forever(mark), tmp_path)
    with connect(server, "postgres", application_name="tests") as connection:
        process = start(["check"], cwd=tmp_path)
        database, backend = _wait_for_sleeper(connection, process, mark)
        connection.execute("SELECT pg_terminate_backend(%s)", [backend])
        stdout, stderr = process.communicate(timeout=SECONDS)
        assert process.returncode == 4, (stdout, stderr)
        assert stderr.count("confiture: ") == 1
        assert "Traceback" not in stderr
        left = connection.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [database]).fetchone()
    assert left == (0,)
