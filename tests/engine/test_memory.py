"""Which verdicts a second run takes from the first: those that all that decided about them gives again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from confiture.engine.check import check
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.model.event import Judged
from confiture.model.verdict import Judgement, Status

UP = "CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL);\nCREATE TABLE b (id int UNIQUE, n int CHECK (n > 0));\n"
DOWN = "DROP TABLE b;\nDROP TABLE a;\n"
TESTS = {
    "1.sql": "SELECT count(*) = 2 FROM information_schema.columns WHERE table_name = 'a';\n",
    "2.sql": "INSERT INTO b VALUES (1, 1);\n",
    "3.sql": "SELECT count(*) = 1 FROM information_schema.tables WHERE table_name = 'b';\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {"001_ab.sql": UP, "001_ab.down.sql": DOWN}.items():
        (tmp_path / "migrations").mkdir(exist_ok=True)
        (tmp_path / "migrations" / name).write_text(text)
    for name, text in TESTS.items():
        (tmp_path / "tests").mkdir(exist_ok=True)
        (tmp_path / "tests" / name).write_text(text)
    return tmp_path


def judged(root: Path, workbench: Workbench) -> dict[str, Judgement]:
    project = load_project(root, environment={})
    events = check(project, project.history.migrations[0], workbench=workbench)
    return {event.judgement.mutant.id: event.judgement for event in events if isinstance(event, Judged)}


def recalled(root: Path, workbench: Workbench, edit: Callable[[], object]) -> tuple[dict[str, Judgement], set[str]]:
    """What the first run judges, and which of these verdicts the run after ``edit`` takes over."""
    first = judged(root, workbench)
    edit()
    second = judged(root, workbench)
    # A verdict carries how long it took: two runs are never alike to the nanosecond.
    return first, {id for id in first.keys() & second.keys() if first[id].verdict == second[id].verdict}


def test_nothing_is_judged_twice(root: Path, workbench: Workbench) -> None:
    first, same = recalled(root, workbench, lambda: None)
    assert len(first) > 5
    assert same == first.keys()


def test_comments_cost_no_verdict(root: Path, workbench: Workbench) -> None:
    def comment() -> None:
        for path in (root / "migrations").iterdir():
            path.write_text("-- a head\n\n" + path.read_text().replace("\n", " -- an end\n"))
        for path in (root / "tests").iterdir():
            path.write_text("-- a test\n" + path.read_text())

    first, same = recalled(root, workbench, comment)
    assert same == first.keys()


def test_a_mutant_that_a_test_killed_does_not_care_for_the_tests_behind_it(root: Path, workbench: Workbench) -> None:
    first, same = recalled(root, workbench, lambda: (root / "tests" / "3.sql").write_text("SELECT true;\n"))
    early = {id for id, each in first.items() if each.verdict.killed_by in ("tests/1.sql", "tests/2.sql")}
    late = {id for id, each in first.items() if each.verdict.status is Status.SURVIVED and each.verdict.oracles > 2}
    assert early
    assert late
    assert early <= same
    assert not late & same


def test_a_mutant_that_a_test_killed_does_not_care_for_the_down_script(root: Path, workbench: Workbench) -> None:
    down = root / "migrations" / "001_ab.down.sql"
    first, same = recalled(root, workbench, lambda: down.write_text("DROP TABLE a;\nDROP TABLE b;\n"))
    assert same == {id for id, each in first.items() if (each.verdict.killed_by or "").startswith("tests/")}


@pytest.mark.parametrize("name", ["migrations/001_ab.sql", "tests/1.sql"])
def test_what_every_mutant_meets_costs_every_verdict(root: Path, workbench: Workbench, name: str) -> None:
    path = root / name
    _, same = recalled(root, workbench, lambda: path.write_text(path.read_text() + "SELECT 1;\n"))
    assert {id for id in same if not id.startswith("ROLL")} == set()


def test_a_cancelled_run_keeps_what_it_judged(root: Path, workbench: Workbench) -> None:
    project = load_project(root, environment={})
    kept: dict[str, Judgement] = {}
    with check(project, project.history.migrations[0], workbench=workbench) as run:
        for event in run:
            if isinstance(event, Judged):
                kept[event.judgement.mutant.id] = event.judgement
            if len(kept) == 3:
                break
    again = judged(root, workbench)
    assert {id: again[id].verdict for id in kept} == {id: each.verdict for id, each in kept.items()}
