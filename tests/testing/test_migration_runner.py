"""Running migrations on a connection of the caller: committed, within a transaction, and dry."""

import re
from pathlib import Path

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from confiture.errors import DatabaseError, ProjectError
from confiture.postgres.borrowed import Connection
from confiture.testing.fixtures.migration_runner import MigrationRunner

FILES = {
    "001_users.sql": "CREATE TABLE users (id int);\nINSERT INTO users VALUES (1), (2);\n",
    "001_users.down.sql": "DROP TABLE users;\n",
    "002_notice.sql": "DO $$ BEGIN RAISE NOTICE 'hello'; RAISE WARNING 'world'; END $$;\n",
    "003_fails.sql": "\nCREATE TABLE half (id int);\n\nINSERT INTO nowhere VALUES (1);\n",
    "004_index.sql": "CREATE INDEX CONCURRENTLY ids ON users (id);\n",
    "005_vacuum.sql": "VACUUM users;\n",
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def runner(connection: Connection, directory: Path) -> MigrationRunner:
    return MigrationRunner(connection, directory)


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as other:
        rows = other.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchall()
    return {name for (name,) in rows}


@pytest.mark.parametrize("name", ["001", "users", "001 users", "001_users", "001_users.sql"])
def test_applies_for_good_outside_a_transaction(name: str, runner: MigrationRunner, url: str, directory: Path) -> None:
    result = runner.run(name)
    assert (result.success, result.error) == (True, None)
    assert result.migration_file == str(directory / "001_users.sql")
    assert result.stdout == "CREATE TABLE\nINSERT 0 2"
    assert 0 < result.duration_seconds < 60
    assert tables(url) == {"users"}
    assert runner.get_applied_migrations() == ["001_users.sql"]
    assert runner.get_pending_migrations() == ["002_notice.sql", "003_fails.sql", "004_index.sql", "005_vacuum.sql"]


def test_a_file_may_be_named_in_full(runner: MigrationRunner, directory: Path) -> None:
    assert runner.run(str(directory / "001_users.sql")).success


def test_a_history_below_the_directory_is_none_of_it(runner: MigrationRunner, directory: Path) -> None:
    (directory / "old" / "migrations").mkdir(parents=True)
    (directory / "old" / "migrations" / "001_old.sql").write_text("SELECT 1;")
    assert runner.get_pending_migrations() == [name for name in FILES if ".down." not in name]


def test_a_directory_that_only_holds_another_has_no_history(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_users.sql").write_text("SELECT 1;")
    with pytest.raises(ProjectError, match=re.escape(str(tmp_path))):
        MigrationRunner(connection, tmp_path).get_pending_migrations()


def test_undoes(runner: MigrationRunner, url: str) -> None:
    assert runner.run("001").success
    result = runner.rollback("001")
    assert (result.success, result.stdout) == (True, "DROP TABLE")
    assert tables(url) == set()
    assert runner.get_applied_migrations() == []


def test_takes_part_in_the_transaction_of_the_caller(runner: MigrationRunner, connection: Connection, url: str) -> None:
    connection.execute("CREATE TABLE mine (id int)")
    assert runner.run("001").success
    assert not runner.run("003").success
    assert connection.info.transaction_status is TransactionStatus.INTRANS
    assert runner.get_applied_migrations() == ["001_users.sql"]
    assert tables(url) == set()
    connection.commit()
    assert tables(url) == {"mine", "users"}


def test_a_dry_run_leaves_nothing(runner: MigrationRunner, connection: Connection, url: str) -> None:
    result = runner.run("001", dry_run=True)
    assert (result.success, result.stdout) == (True, "CREATE TABLE\nINSERT 0 2")
    assert connection.info.transaction_status is TransactionStatus.IDLE
    assert tables(url) == set()
    assert not runner.run("003", dry_run=True).success
    assert runner.get_applied_migrations() == []


def test_a_dry_rollback_leaves_all(runner: MigrationRunner, url: str) -> None:
    assert runner.run("001").success
    assert runner.rollback("001", dry_run=True).stdout == "DROP TABLE"
    assert tables(url) == {"users"}
    assert runner.get_applied_migrations() == ["001_users.sql"]


def test_a_failure_has_the_details_of_the_server(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "001_twins.sql").write_text("CREATE TABLE a (id int UNIQUE);\nINSERT INTO a VALUES (1), (1);\n")
    error = 'duplicate key value violates unique constraint "a_id_key" (23505)\nKey (id)=(1) already exists.'
    assert MigrationRunner(connection, tmp_path).run("001").error == f"001_twins.sql:2: {error}"


def test_a_failure_has_its_place_and_leaves_what_psql_leaves(
    runner: MigrationRunner, connection: Connection, url: str
) -> None:
    result = runner.run("003")
    assert (result.success, result.error) == (False, '003_fails.sql:4: relation "nowhere" does not exist (42P01)')
    assert tables(url) == {"half"}
    assert runner.get_applied_migrations() == []
    assert connection.execute("SELECT 1").fetchone() == (1,)


def test_hears_notices(runner: MigrationRunner) -> None:
    assert runner.run("002").stderr == "NOTICE: hello\nWARNING: world"


def test_runs_outside_a_transaction_what_must(runner: MigrationRunner, connection: Connection) -> None:
    assert runner.run("001").success
    assert runner.run("004").success
    assert "cannot run in a transaction" in (runner.run("005", dry_run=True).error or "")
    assert runner.run("005").success
    assert connection.info.transaction_status is TransactionStatus.IDLE


def test_works_in_autocommit_mode(url: str, directory: Path) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        assert MigrationRunner(connection, directory).run("001").success
    assert tables(url) == {"users"}


NO_NAMES = {
    "user": "{directory}: no migration is called 'user'; did you mean users?",
    "": "{directory}: no migration is called ''; there are 001 users, 002 notice, 003 fails, 004 index, 005 vacuum",
    "002": "002 notice has no down script",
}


@pytest.mark.parametrize("name", NO_NAMES)
def test_says_what_is_wrong_with_a_name(name: str, runner: MigrationRunner, directory: Path) -> None:
    result = runner.rollback(name)
    assert (result.success, result.error) == (False, NO_NAMES[name].format(directory=directory))
    assert result.migration_file == name


def test_keeps_the_order_of_things(runner: MigrationRunner) -> None:
    assert "is not applied" in (runner.rollback("001").error or "")
    assert runner.run("001").success
    assert "is applied already" in (runner.run("001").error or "")


def test_a_missing_directory_is_said(connection: Connection, tmp_path: Path) -> None:
    runner = MigrationRunner(connection, tmp_path / "none")
    assert "there is no such directory" in (runner.run("001").error or "")
    with pytest.raises(ProjectError, match="there is no such directory"):
        runner.get_pending_migrations()


def test_a_failed_transaction_is_said(runner: MigrationRunner, connection: Connection) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM nowhere")
    assert "rollback()" in (runner.run("001").error or "")
    with pytest.raises(DatabaseError, match=r"rollback\(\)"):
        runner.get_applied_migrations()
    connection.rollback()
    assert runner.run("001").success


def test_a_closed_connection_is_said(runner: MigrationRunner, connection: Connection) -> None:
    connection.close()
    assert "closed" in (runner.run("001").error or "")


def test_a_script_that_its_tool_runs_in_a_transaction_fails_as_a_whole(
    connection: Connection, tmp_path: Path, url: str
) -> None:
    (tmp_path / "001_half.up.sql").write_text(FILES["003_fails.sql"])
    (tmp_path / "001_half.down.sql").write_text("DROP TABLE half; DROP TABLE half;")
    runner = MigrationRunner(connection, tmp_path)
    assert "001_half.up.sql:4" in (runner.run("half").error or "")
    assert tables(url) == set()
    (tmp_path / "001_half.up.sql").write_text("CREATE TABLE half (id int); CREATE TABLE other (id int);")
    assert runner.run("001_half").success
    assert "(42P01)" in (runner.rollback("half").error or "")
    assert tables(url) == {"half", "other"}
    assert runner.get_applied_migrations() == ["001_half.up.sql"]


@pytest.mark.parametrize(("up", "error"), {"VACUUM;": "(25001)", "CREATE TABLE half (id int);": "(42703)"}.items())
def test_a_script_and_its_record_share_the_transaction_of_its_tool(
    up: str, error: str, connection: Connection, tmp_path: Path, url: str
) -> None:
    """One has a statement that no transaction can hold; the other meets a table that cannot remember it."""
    connection.execute("CREATE SCHEMA confiture; CREATE TABLE confiture.applied_migrations (version text)")
    connection.commit()
    (tmp_path / "001_half.sql").write_text(f"-- migrate:up\n{up}\n-- migrate:down transaction:false\nSELECT 1;\n")
    assert error in (MigrationRunner(connection, tmp_path).run("half").error or "")
    assert tables(url) == set()
