"""A server that asks for a password, and gets a wrong one."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from command import SECONDS, run, write_files
from projects import USERS

from confiture.postgres.server import Server, connect

ROLE = "confiture_test_login"


@pytest.fixture
def host(server: Server) -> Iterator[str]:
    """The socket directory of the private cluster, which asks one role for a password, ``right``."""
    with connect(server, "postgres", application_name="tests") as connection:
        row = connection.execute("SELECT current_setting('hba_file')").fetchone()
        assert row
        rules = Path(row[0])
        before = rules.read_text()
        connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD 'right'")
        try:
            rules.write_text(f"local all {ROLE} scram-sha-256\n{before}")
            connection.execute("SELECT pg_reload_conf()")
            _wait_until_refused(server)
            yield server.parameters["host"]
        finally:
            rules.write_text(before)
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(f"DROP ROLE {ROLE}")


def _wait_until_refused(server: Server) -> None:
    """The postmaster reads its rules again in its own time."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            psycopg.connect(host=server.parameters["host"], user=ROLE, password="wrong", dbname="postgres").close()
        except psycopg.OperationalError:
            return
    raise AssertionError("the rules never came into force")


def test_a_wrong_password_is_said_and_not_repeated(host: str, tmp_path: Path) -> None:
    write_files(USERS, tmp_path)
    url = f"postgresql://{ROLE}:wr0ng@/postgres?host={quote(host, safe='')}"
    # One test, not two: they would change the rules of one cluster at the same time.
    for answer in (run("check", "--url", url, cwd=tmp_path), run("check", cwd=tmp_path, more={"DATABASE_URL": url})):
        assert (answer.code, answer.stdout) == (4, "")
        assert "password authentication failed" in answer.stderr
        assert answer.stderr.count("confiture: ") == 1
        assert "Traceback" not in answer.stderr
