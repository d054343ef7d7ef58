"""``confiture ease`` has up scripts lock less, and says what else would."""

from pathlib import Path

import pytest
from command import run, write_files
from projects import USERS

INDEX = "-- To log in.\nCREATE INDEX users_email ON users (email);\n"
EASED = "-- To log in.\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n"
SAID = "0002 names: CREATE INDEX users_email: concurrently: users is no longer locked SHARE while rows are read\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"migrations/0002_names.up.sql": INDEX, "migrations/0002_names.down.sql": "DROP INDEX users_email;\n"}
    write_files({**USERS, **files}, tmp_path)
    return tmp_path


def test_after_it_nothing_is_left_to_ease(project: Path) -> None:
    answer = run("ease", cwd=project)
    assert answer.code == 0, answer.stdout + answer.stderr
    assert answer.stdout == "0001 users: nothing to ease\n" + SAID
    assert (project / "migrations/0002_names.up.sql").read_text() == EASED
    assert run("ease", "migrations/0002_names.up.sql", cwd=project).stdout == "0002 names: nothing to ease\n"


def test_a_dry_run_prints_the_difference_and_writes_nothing(project: Path) -> None:
    answer = run("ease", "--dry-run", "migrations/0002_names.up.sql", cwd=project)
    assert answer.stdout.endswith(
        " -- To log in.\n"
        "-CREATE INDEX users_email ON users (email);\n"
        "+CREATE INDEX CONCURRENTLY users_email ON users (email);\n"
    )
    assert (project / "migrations/0002_names.up.sql").read_text() == INDEX


def test_what_the_transaction_forbids_is_a_finding(project: Path) -> None:
    two = "SET lock_timeout = '2s';\nCREATE INDEX users_email ON users (email);\n"
    write_files({"migrations/0002_names.up.sql": two}, project)
    answer = run("ease", "migrations/0002_names.up.sql", cwd=project)
    assert answer.code == 1
    assert answer.stdout == (
        "0002 names: CREATE INDEX users_email: not concurrently: it shares a transaction with other statements: "
        "give it a migration of its own\n"
    )
    assert (project / "migrations/0002_names.up.sql").read_text() == two
