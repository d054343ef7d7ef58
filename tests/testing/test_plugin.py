"""The fixtures of the pytest plugin, in processes of their own."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from plugin_runs import run
from psycopg import sql

from confiture.config import PostgresConfig
from confiture.postgres.installation import find_installations
from confiture.postgres.server import Server

TESTS = """
import psycopg, pytest

NAMES = set()

@pytest.mark.parametrize("number", range(3))
def test_has_a_database_of_its_own(test_db_connection, number):
    NAMES.add(test_db_connection.info.dbname)
    with open("names.txt", "a") as names:
        names.write(test_db_connection.info.dbname + " ")
    assert len(NAMES) == number + 1
    with test_db_connection.cursor() as cur:
        cur.execute("CREATE TABLE test (id UUID PRIMARY KEY)")
        test_db_connection.commit()

def test_sample_schemas_apply_in_their_order(sample_confiture_schema, test_db_connection):
    assert [*sample_confiture_schema] == [
        "extensions.sql", "users.sql", "posts.sql", "comments.sql", "user_stats.sql"
    ]
    for path in sample_confiture_schema.values():
        test_db_connection.execute(path.read_text())
    test_db_connection.commit()
    assert test_db_connection.execute("SELECT count(*) FROM user_stats").fetchone() == (0,)

def test_one_sample_alone(sample_confiture_schema, test_db_connection):
    test_db_connection.execute(sample_confiture_schema["users"].read_text())
    assert "users" in sample_confiture_schema and "users.sql" in sample_confiture_schema
    with pytest.raises(KeyError, match="user_stats.sql"):
        sample_confiture_schema["nobody"]

SLOW = {
    "connection": lambda connection: connection.execute("SELECT pg_sleep(60)"),
    "execute": lambda connection: connection.cursor().execute("SELECT pg_sleep(60)"),
    "executemany": lambda connection: connection.cursor().executemany("SELECT pg_sleep(%s)", [[60]]),
    "stream": lambda connection: [*connection.cursor().stream("SELECT pg_sleep(60)")],
    "server": lambda connection: connection.cursor("named").execute("SELECT pg_sleep(60)").fetchall(),
}

@pytest.mark.parametrize("way", SLOW)
@pytest.mark.parametrize("kind", [TimeoutError, psycopg.errors.QueryCanceled])
def test_statement_timeouts(test_db_connection, way, kind):
    test_db_connection.execute("SET statement_timeout TO '20ms'")
    with pytest.raises(kind, match="statement timeout") as caught:
        SLOW[way](test_db_connection)
    assert caught.value.sqlstate == "57014"
    test_db_connection.rollback()

def test_a_request_to_cancel_is_no_timeout(test_db_connection):
    with pytest.raises(psycopg.errors.QueryCanceled) as caught:
        test_db_connection.execute("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(60)")
    assert not isinstance(caught.value, TimeoutError)

def test_the_other_fixtures(temp_project_dir, mutation_registry, performance_profiler, test_db_connection):
    assert [*temp_project_dir.iterdir()] == []
    assert len(mutation_registry.get_all_mutations()) == 24
    profile = performance_profiler.profile_operation("x", "CREATE TABLE a (id int)", db_connection=test_db_connection)
    assert profile.success and profile.duration_seconds < 5.0

def test_a_connection_that_the_test_closes(test_db_connection):
    test_db_connection.close()

def test_a_transaction_that_failed(test_db_connection):
    with pytest.raises(psycopg.errors.UndefinedTable):
        test_db_connection.execute("SELECT * FROM nowhere")
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def databases(server: Server) -> set[str]:
    with psycopg.connect(server.dsn("postgres")) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}


def test_fixtures_work_on_a_private_server(server: Server, tmp_path: Path) -> None:
    done = run(write(tmp_path, {"test_it.py": TESTS}))
    assert "19 passed" in done.stdout, done.stdout + done.stderr
    assert not databases(server) & handed_out(tmp_path)


def handed_out(folder: Path) -> set[str]:
    """The databases that the tests in ``folder`` had; other runs have theirs on the same server."""
    names = (folder / "names.txt").read_text().split()
    assert len(names) == 3
    return {*names}


@pytest.fixture
def named(server: Server) -> Iterator[str]:
    """The URL of a database with content, which the plugin must not touch."""
    name = f"named_by_somebody_{os.getpid()}"
    drop(server, name)
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with psycopg.connect(server.dsn(name)) as connection:
        connection.execute("CREATE TABLE mine (id int); INSERT INTO mine VALUES (1)")
    yield server.dsn(name)
    drop(server, name)


def drop(server: Server, name: str) -> None:
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def content(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT relname, relfilenode, (SELECT count(*) FROM mine) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace"
        ).fetchall()


def test_the_named_database_is_never_touched(server: Server, named: str, tmp_path: Path) -> None:
    before = content(named)
    done = run(write(tmp_path, {"test_it.py": TESTS}), environment={"DATABASE_URL": named})
    assert "19 passed" in done.stdout, done.stdout + done.stderr
    assert not databases(server) & handed_out(tmp_path)
    assert content(named) == before


FAILING = """
def test_fails(test_db_connection):
    test_db_connection.execute("CREATE TABLE evidence (id int)")
    test_db_connection.commit()
    assert False

def test_passes(test_db_connection):
    assert True
"""


def test_keeps_the_database_of_a_failed_test(server: Server, named: str, tmp_path: Path) -> None:
    folder = write(tmp_path, {"test_it.py": FAILING})
    done = run(folder, "--confiture-keep-failed", environment={"DATABASE_URL": named})
    [line] = [line for line in done.stdout.splitlines() if line.startswith("test_it.py::test_fails: ")]
    with psycopg.connect(line.split(": ", 1)[1]) as connection:
        kept = connection.info.dbname
        assert kept.startswith("confiture_kept_")
        assert connection.execute("SELECT count(*) FROM evidence").fetchone() == (0,)
    drop(server, kept)
    assert "test_it.py::test_passes: " not in done.stdout


@pytest.fixture
def own_binaries() -> Iterator[Path]:
    """An installation of links, and so a private server that nobody else uses."""
    usable = (lead.installation for lead in find_installations(PostgresConfig()) if lead.installation)
    installation = next(usable)
    with tempfile.TemporaryDirectory(prefix="confiture-test-") as folder:
        Path(folder).chmod(0o755)
        for part in installation.parts:
            shutil.copytree(part, Path(folder) / part.name, copy_function=os.symlink)
        main = installation.parts[0]
        yield Path(folder) / main.name / installation.binaries.resolve().relative_to(main)


def test_keeps_a_private_server_for_the_databases_of_failed_tests(own_binaries: Path, tmp_path: Path) -> None:
    more = FAILING.replace("test_", "test_more_").replace("test_more_db", "test_db")
    settings = f"[postgres]\nbinaries = '{own_binaries}'\n"
    folder = write(tmp_path, {"test_it.py": FAILING + more, "confiture.toml": settings})
    done = run(folder, "-W", "error", "--confiture-keep-failed")
    assert "2 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    urls = re.findall(r"^test_it.py::test_(?:more_)?fails: (\S+)", done.stdout, re.MULTILINE)
    assert len({*urls}) == 2
    for url in urls:
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM evidence").fetchone() == (0,)
            server = Path(connection.info.host)
    [end] = re.findall(r"private server, which runs until: (.*)", done.stdout)
    subprocess.run(shlex.split(end), check=True)
    deadline = time.monotonic() + 30
    while server.exists():
        assert time.monotonic() < deadline, "the private server did not end"
        threading.Event().wait(0.01)


def test_no_server_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    url = "postgresql://127.0.0.1:1/nowhere"
    done = run(write(tmp_path, {"test_it.py": FAILING}), environment={"DATABASE_URL": url})
    assert "2 errors" in done.stdout
    assert done.stdout.count("PostgreSQL at 127.0.0.1:1 did not let us in:") == 2, "once for each test"
    assert "or remove it to use a private server" in done.stdout
