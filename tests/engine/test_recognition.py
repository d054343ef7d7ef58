"""Which kinds of tests a project has is told from its files."""

from pathlib import Path

import pytest

from confiture.engine.project import load_project
from confiture.engine.test_kinds import Kind, kinds_of_tests, pytest_folders

FILES = {
    "confiture.toml": "",
    "sqitch.plan": "%project=shop\n\na 2024-01-01T00:00:00Z me <me> # a\n",
    "deploy/a.sql": "CREATE TABLE a (id int);\n",
    "verify/a.sql": "SELECT id FROM a;\n",
    "tests/plain.sql": "SELECT count(*) = 0 FROM a;\n",
    "tests/tap/000-helpers.sql": "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';\n",
    "tests/tap/001.sql": "BEGIN;\nSELECT plan(1);\nSELECT has_table('a');\nSELECT * FROM finish();\nROLLBACK;\n",
    "t/tap.pg": "SELECT * FROM runtests();\n",
    "tests/db/conftest.py": "URL = os.environ['DATABASE_URL']\n",
    "tests/db/orders/test_orders.py": "def test_a(test_db_connection): ...\n",
    "tests/unit/test_prices.py": "def test_a(): ...\n",
    "app/settings.py": "URL = os.environ['DATABASE_URL']\n",
    "node_modules/x/test_x.py": "DATABASE_URL\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path.resolve()


def test_each_file_has_its_kind(root: Path) -> None:
    found = kinds_of_tests(load_project(root, environment={}))
    assert {kind: [path.relative_to(root).as_posix() for path in paths] for kind, paths in found.items()} == {
        Kind.VERIFY: ["verify/a.sql"],
        Kind.PGTAP: ["t/tap.pg", "tests/tap/001.sql"],
        Kind.SQL: ["tests/plain.sql"],
        Kind.PYTEST: ["tests/db/conftest.py", "tests/db/orders/test_orders.py"],
    }


def test_pytest_gets_the_uppermost_folders(root: Path) -> None:
    assert pytest_folders(root) == ("tests/db",)
