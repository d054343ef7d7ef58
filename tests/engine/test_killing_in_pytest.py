"""A test in Python is offered only if pytest, run on the project as it will be, passes on the original and kills."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from confiture.engine.check import check
from confiture.engine.killing.write import Message, Proved, Unproved, Written, write_tests
from confiture.engine.outcome import collect
from confiture.engine.project import Project, load_project
from confiture.engine.workbench import Workbench
from confiture.model.migration import Migration
from confiture.model.verdict import UNDETECTED

ENVIRONMENT = {"PATH": str(Path(sys.executable).parent)}
PROJECT = {
    "confiture.toml": 'pytest = ["tests"]\n',
    "migrations/1_orders.sql": "CREATE TABLE orders (id integer PRIMARY KEY, note text NOT NULL);\n",
    "migrations/2_notes.sql": "INSERT INTO orders VALUES (1, 'a'), (2, 'b');\nALTER TABLE orders ADD UNIQUE (note);\n",
    "migrations/3_words.sql": "ALTER TABLE orders RENAME COLUMN note TO words;\n",
    "tests/conftest.py": """\
import os

import psycopg
import pytest


@pytest.fixture
def db():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        yield connection
""",
    "tests/test_0_orders.py": "def test_orders(db):\n    db.execute('SELECT id FROM orders')\n",
}
EMPTIES = "def test_orders_can_be_emptied(db):\n    db.execute('DELETE FROM orders')\n"


def test_tests_hold_at_the_head_of_the_history(tmp_path: Path, workbench: Workbench) -> None:
    project = _project(tmp_path, PROJECT)
    messages = _write(project, "2", workbench)
    (written,) = [each for each in messages if isinstance(each, Written)]
    assert written.file.path == tmp_path / "tests/test_2_notes.py"
    assert "def test_words_is_unique_in_orders(db):" in written.file.said(written.claims)
    written.file.path.write_text(written.file.with_claims(written.claims))
    again = _survivors(load_project(tmp_path, environment=ENVIRONMENT), "2", workbench)
    assert again.isdisjoint(each.mutant.id for each in messages if isinstance(each, Proved))


def test_claims_that_other_tests_break_are_left_out(tmp_path: Path, workbench: Workbench) -> None:
    project = _project(tmp_path, {**PROJECT, "tests/test_0_orders.py": EMPTIES})
    messages = _write(project, "2", workbench)
    reasons = [each.reason for each in messages if isinstance(each, Unproved)]
    assert [
        reason for reason in reasons if "pytest fails on the original: tests/test_2_notes.py::test_orders" in reason
    ]
    (written,) = [each for each in messages if isinstance(each, Written)]
    assert [claim.words for claim in written.claims] == ["(words) is unique in orders"]


def test_tests_that_the_setting_leaves_out_are_not_offered(tmp_path: Path, workbench: Workbench) -> None:
    project = _project(tmp_path, {**PROJECT, "confiture.toml": 'pytest = ["tests", "-k", "not test_1_orders"]\n'})
    before = set(tmp_path.rglob("*.py"))
    messages = _write(project, "1", workbench)
    reasons = {each.reason for each in messages if isinstance(each, Unproved)}
    assert "what tells them apart in SQL does not in pytest" in " ".join(reasons)
    assert not [each for each in messages if isinstance(each, Written) and each.claims]
    assert set(tmp_path.rglob("*.py")) == before


@pytest.mark.parametrize("test", ["def test_orders(db):\n    db.execute('SELECT nothing')\n", "import missing\n"])
def test_a_project_whose_own_tests_fail_gets_none(test: str, tmp_path: Path, workbench: Workbench) -> None:
    project = _project(tmp_path, {**PROJECT, "tests/test_0_orders.py": test})
    mutants = _survivors(replace(project, programs=()), "1", workbench)
    run = write_tests(project, project.history.migrations[0], mutants=mutants, workbench=workbench)
    reasons = {each.reason for each in run if isinstance(each, Unproved)}
    assert [reason for reason in reasons if reason.startswith("pytest fails on the original: ")]


def _project(root: Path, files: dict[str, str]) -> Project:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return load_project(root, environment=ENVIRONMENT)


def _migration(project: Project, version: str) -> Migration:
    return next(each for each in project.history.migrations if each.version == version)


def _survivors(project: Project, version: str, workbench: Workbench) -> set[str]:
    outcome = collect(check(project, _migration(project, version), workbench=workbench))
    assert not [finding for finding in outcome.findings if finding.level.value == "error"], outcome.findings
    return {each.mutant.id for each in outcome.judgements if each.verdict.status in UNDETECTED}


def _write(project: Project, version: str, workbench: Workbench) -> list[Message]:
    survivors = _survivors(project, version, workbench)
    return list(write_tests(project, _migration(project, version), mutants=survivors, workbench=workbench))
