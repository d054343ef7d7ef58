"""Databases for tests: fresh, gone afterwards, or kept."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from confiture.errors import ConfigError
from confiture.postgres.server import Server
from confiture.testing.databases import Databases, Kept, open_databases


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[Databases]:
    with open_databases(tmp_path) as databases:
        yield databases


def names(server: Server) -> set[str]:
    with psycopg.connect(server.dsn("postgres")) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}


def test_each_is_empty_and_the_callers_own(databases: Databases) -> None:
    with databases.connect() as (first, one), databases.connect() as (second, two):
        one.execute("CREATE TABLE a (id int)")
        one.commit()
        assert two.execute("SELECT to_regclass('a')").fetchone() == (None,)
        assert [one.info.dbname, two.info.dbname] == [first, second]
        assert first != second


def test_all_are_gone_at_the_end(server: Server, tmp_path: Path) -> None:
    with open_databases(tmp_path) as databases:
        with pytest.raises(ZeroDivisionError), databases.connect() as (name, connection):
            assert name in names(server)
            raise ZeroDivisionError
        assert connection.closed
    assert name not in names(server)


def test_one_on_a_named_server_is_kept(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", server.dsn("postgres"))
    with open_databases(tmp_path) as databases, databases.connect() as (name, connection):
        connection.close()
        kept = databases.keep(name)
    assert kept.keeper is None
    assert drop(server, kept) == name.replace("_scratch_", "_kept_")


def test_one_on_a_private_server_is_kept_with_it(
    server: Server, databases: Databases, keeper: subprocess.Popen[bytes]
) -> None:
    with databases.connect() as (name, connection):
        connection.close()
        kept = databases.keep(name)
    assert kept.keeper == keeper.pid
    drop(server, kept)


def drop(server: Server, kept: Kept) -> str:
    """Drops a database that can be connected to, and returns its name."""
    with psycopg.connect(kept.url) as connection:
        name = connection.info.dbname
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
    return name


def test_settings_of_the_project_count(tmp_path: Path) -> None:
    (tmp_path / "confiture.toml").write_text("[postgres]\nurl = 1\n")
    (tmp_path / "tests").mkdir()
    with pytest.raises(ConfigError, match=r"postgres\.url"), open_databases(tmp_path / "tests"):
        pytest.fail("a server was found")
