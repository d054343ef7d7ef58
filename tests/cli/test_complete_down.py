"""``confiture complete-down`` adds to down scripts what they lack, and says what nothing brings back."""

from pathlib import Path

import pytest
from command import run, write_files
from projects import USERS

LOSES_A_DEFAULT = "ALTER TABLE users ADD COLUMN name text, ALTER COLUMN email SET DEFAULT '';\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_files({**USERS, "migrations/0002_names.up.sql": LOSES_A_DEFAULT}, tmp_path)
    return tmp_path


def test_after_it_down_undoes_up(project: Path) -> None:
    assert run("profile", cwd=project).code == 1
    answer = run("complete-down", cwd=project)
    assert answer.code == 0, answer.stdout + answer.stderr
    assert answer.stdout == "0001 users: restores the state before as it is\n0002 names: restored: column users.email\n"
    completed = USERS["migrations/0002_names.down.sql"] + "ALTER TABLE users ALTER COLUMN email DROP DEFAULT;\n"
    assert (project / "migrations/0002_names.down.sql").read_text().splitlines() == completed.splitlines()
    assert run("profile", cwd=project).code == 0


def test_a_dry_run_prints_the_statements_and_writes_none(project: Path) -> None:
    answer = run("complete-down", "--dry-run", cwd=project)
    assert "--- 0002_names.down.sql\nALTER TABLE users ALTER COLUMN email DROP DEFAULT;\n" in answer.stdout
    assert (project / "migrations/0002_names.down.sql").read_text() == USERS["migrations/0002_names.down.sql"]


def test_rows_that_are_gone_are_said(project: Path) -> None:
    write_files({"migrations/0002_names.up.sql": "DELETE FROM users;\n", "migrations/0002_names.down.sql": ""}, project)
    answer = run("complete-down", "migrations/0002_names.up.sql", cwd=project)
    assert answer.code == 1
    assert "0002 names: not restored: rows of users: what its rows were is gone" in answer.stdout
    assert "0002 names: with --keep-rows the up script keeps rows, so that they can be restored" in answer.stdout


def test_rows_come_back_once_the_up_script_keeps_them(project: Path) -> None:
    write_files({"migrations/0002_names.up.sql": "DELETE FROM users;\n", "migrations/0002_names.down.sql": ""}, project)
    answer = run("complete-down", "--keep-rows", "migrations/0002_names.up.sql", cwd=project)
    assert answer.code == 0, answer.stdout + answer.stderr
    assert (project / "migrations/0002_names.up.sql").read_text().startswith("CREATE TABLE users_before_0002 AS ")
    assert run("complete-down", "migrations/0002_names.up.sql", cwd=project).stdout == (
        "0002 names: restores the state before as it is\n"
    )


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A migration of tern whose way back forgets a column."""
    script = (
        "CREATE TABLE {{.table}} (id int);\nALTER TABLE users ADD COLUMN name text;\n"
        "---- create above / drop below ----\nDROP TABLE {{.table}};\n"
    )
    files = {
        "confiture.toml": '[variables]\ntable = "orders"\n',
        "migrations/001_users.sql": "CREATE TABLE users (id int);\n",
        "migrations/002_orders.sql": script,
    }
    write_files(files, tmp_path)
    return tmp_path


def test_a_template_stays_one(template: Path) -> None:
    answer = run("complete-down", "migrations/002_orders.sql", cwd=template)
    assert answer.code == 0, answer.stdout + answer.stderr
    text = (template / "migrations/002_orders.sql").read_text()
    assert "DROP TABLE {{.table}};\n" in text
    assert "ALTER TABLE users DROP COLUMN name;" in text
    assert run("complete-down", "migrations/002_orders.sql", cwd=template).stdout == (
        "002 orders: restores the state before as it is\n"
    )
