"""``confiture write-tests`` puts proved tests where the project has its tests, and says what it could not test."""

from pathlib import Path

import pytest
from command import run, write_files
from projects import USERS


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_files(USERS, tmp_path)
    return tmp_path


def test_after_it_no_mistake_goes_unnoticed(project: Path) -> None:
    assert run("check", "-q", cwd=project).code == 1
    answer = run("write-tests", cwd=project)
    assert answer.code == 0, answer.stdout + answer.stderr
    assert "0001 users: 2 tests for 2 of 2 mutants\n  written to tests/0001_key.sql\n" in answer.stdout
    assert "-- users.email is never null.\n" in (project / "tests/0001_key.sql").read_text()
    checked = run("check", "-q", cwd=project)
    assert checked.code == 0, checked.stdout


def test_a_dry_run_prints_the_tests_and_writes_none(project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*.sql")}
    answer = run("write-tests", "--dry-run", "migrations/0002_names.up.sql", cwd=project)
    assert "--- tests/0002_column.sql\n-- (name) is unique in users.\nSELECT " in answer.stdout
    assert {path: path.read_bytes() for path in project.rglob("*.sql")} == before


def test_a_mutant_of_which_only_the_cost_differs_gets_a_budget(project: Path) -> None:
    index = "CREATE INDEX CONCURRENTLY users_name_idx ON users (name);\n"
    write_files({"migrations/0003_index.up.sql": index}, project)
    answer = run("write-tests", "migrations/0003_index.up.sql", cwd=project)
    assert answer.code == 0, answer.stdout + answer.stderr
    assert "0003 index: 0 tests and 1 budget for 1 of 1 mutants" in answer.stdout
    limited = f"-- confiture: budget lock<=ShareUpdateExclusive\n{index}"
    assert (project / "migrations/0003_index.up.sql").read_text() == limited


def test_a_mutant_without_a_test_is_said_with_the_reason(project: Path) -> None:
    text = "SET lock_timeout = '2s';\nALTER TABLE users ALTER COLUMN name SET DEFAULT 'x';\n"
    write_files({"migrations/0003_default.up.sql": text}, project)
    answer = run("write-tests", "-v", "migrations/0003_default.up.sql", cwd=project)
    assert answer.code == 1
    assert "no test for what follows may wait without lock_timeout: only its cost differs" in answer.stdout


def test_a_directory_that_cannot_be_written_is_said(project: Path) -> None:
    (project / "confiture.toml").write_text('migrations = "migrations"\ntests = ["checks/*.sql"]\n')
    (project / "checks").write_text("in the way\n")
    answer = run("write-tests", cwd=project)
    assert answer.code == 2
    assert "the tests cannot be written" in answer.stderr
    assert (project / "checks").read_text() == "in the way\n"
