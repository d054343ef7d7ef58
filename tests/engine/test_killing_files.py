"""New tests go where the project looks for its tests, and are bound to their migration."""

from pathlib import Path

import pytest

from confiture.engine.killing.claim import Claim
from confiture.engine.killing.files import file_for
from confiture.engine.project import Project, load_project

CLAIM = Claim("users exists", "SELECT to_regclass('users') IS NOT NULL")
SAID = "-- users exists.\nSELECT to_regclass('users') IS NOT NULL;\n"
UP = {"migrations/0007_users.up.sql": "CREATE TABLE users ();\n"}
SQITCH = {
    "sqitch.plan": "%syntax-version=1.0.0\n%project=shop\n\nusers 2024-01-01T00:00:00Z A <a@b.c> # users\n",
    "deploy/users.sql": "CREATE TABLE users ();\n",
    "verify/users.sql": "SELECT 1;\n",
}


@pytest.mark.parametrize(
    ("files", "name", "text"),
    [
        pytest.param(UP, "tests/0007_users.sql", SAID, id="without-tests"),
        pytest.param(
            {**UP, "tests/db/users.sql": "SELECT true;\n"}, "tests/db/0007_users.sql", SAID, id="beside-the-others"
        ),
        pytest.param(
            {**UP, "confiture.toml": 'tests = ["spec/**/test_*.sql"]\n'},
            "spec/test_0007_users.sql",
            f"-- confiture: migration 0007\n\n{SAID}",
            id="a-pattern-that-hides-the-version",
        ),
        pytest.param(
            {**UP, "tests/7_users.sql": "SELECT true;\n"}, "tests/7_users.sql", f"SELECT true;\n\n{SAID}", id="bound"
        ),
        pytest.param(
            {**UP, "tests/7_users.sql": "SELECT true"},
            "tests/7_users.sql",
            f"SELECT true\n;\n\n{SAID}",
            id="bound-without-a-last-semicolon",
        ),
        pytest.param(
            {**UP, "tests/7_users.sql": "SELECT true;\r\n"},
            "tests/7_users.sql",
            f"SELECT true;\r\n\r\n{SAID}".replace("\r", "").replace("\n", "\r\n"),
            id="bound-with-other-line-ends",
        ),
        pytest.param(SQITCH, "tests/users.sql", f"-- confiture: migration users\n\n{SAID}", id="sqitch"),
    ],
)
def test_the_file_and_its_text(files: dict[str, str], name: str, text: str, tmp_path: Path) -> None:
    file = file_for(project := _project(tmp_path, files), project.history.migrations[-1])
    assert file.path == tmp_path / name
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_bytes(file.with_claims([CLAIM]).encode())
    assert file.path.read_bytes().decode() == text
    (bound,) = _project(tmp_path, {}).tests_of(project.history.migrations[-1])[-1:]
    assert bound.script.path == file.path


DB = {
    **UP,
    "confiture.toml": 'pytest = ["tests"]\n',
    "tests/db/conftest.py": 'import os\n\nURL = os.environ["DATABASE_URL"]\n',
    "tests/db/test_a.py": "def test_a(db):\n    db.execute('SELECT 1')\n",
    "tests/test_b.py": "def test_b():\n    assert True\n",
}
WITH_DB = """\
def test_users_exists(db):
    \"\"\"users exists.\"\"\"
    with db.cursor() as cursor:
        cursor.execute("SELECT to_regclass('users') IS NOT NULL")
        (holds,) = cursor.fetchone()
        assert holds
"""
ON_ITS_OWN = """\
import os

import psycopg


def test_users_exists():
    \"\"\"users exists.\"\"\"
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('users') IS NOT NULL")
        (holds,) = cursor.fetchone()
        assert holds
"""
FIXTURE = "import pytest\n\n\n@pytest.fixture\ndef db():\n    return connect()\n\n\n"


@pytest.mark.parametrize(
    ("files", "name", "text"),
    [
        pytest.param(DB, "tests/db/test_0007_users.py", WITH_DB, id="with-the-fixture-of-the-others"),
        pytest.param(
            {**DB, "tests/db/test_a.py": f"{FIXTURE}{DB['tests/db/test_a.py']}"},
            "tests/test_0007_users.py",
            ON_ITS_OWN,
            id="with-a-fixture-that-other-files-cannot-use",
        ),
        pytest.param(
            {**DB, "tests/db/test_0007_users.py": DB["tests/db/test_a.py"]},
            "tests/db/test_0007_users.py",
            f"{DB['tests/db/test_a.py']}\n\n{WITH_DB}",
            id="a-file-of-that-name",
        ),
        pytest.param(
            {**DB, "confiture.toml": 'pytest = ["tests/db/test_a.py"]\n'},
            "tests/db/test_a.py",
            f"{DB['tests/db/test_a.py']}\n\n{WITH_DB}",
            id="the-only-file-that-is-asked",
        ),
        pytest.param(
            {**UP, "confiture.toml": 'pytest = ["-m", "db"]\n'},
            "tests/test_0007_users.py",
            ON_ITS_OWN,
            id="without-tests-in-python",
        ),
        pytest.param(
            {**DB, "confiture.toml": 'pytest = ["../tests", "tests/db"]\n'},
            "tests/db/test_0007_users.py",
            WITH_DB,
            id="never-outside-the-project",
        ),
        pytest.param(
            {**DB, "tests/db/0001.sql": "SELECT true;\n"}, "tests/db/0007_users.sql", SAID, id="sql-comes-first"
        ),
    ],
)
def test_the_file_where_pytest_runs_the_tests(files: dict[str, str], name: str, text: str, tmp_path: Path) -> None:
    file = file_for(project := _project(tmp_path, files), project.history.migrations[-1])
    assert file.path == tmp_path / name
    assert file.with_claims([CLAIM]) == text
    assert file.exists == (name in files)


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    project = _project(tmp_path, {**UP, "tests/0007_users.sql": "-- confiture: migration 0001\n"})
    assert file_for(project, project.history.migrations[-1]).path == tmp_path / "tests/0007_users_2.sql"


def _project(root: Path, files: dict[str, str]) -> Project:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return load_project(root, environment={})
