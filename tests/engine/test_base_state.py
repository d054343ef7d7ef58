"""Base states are made from the longest part of the history that has not changed."""

from pathlib import Path

import pytest

from confiture.engine.base_state import BaseStates
from confiture.engine.interrupt import Sessions
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.postgres.session import Session

COUNT = 120


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A history whose migrations count their runs in a sequence, which copies of a database inherit."""
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_runs.sql").write_text("CREATE TABLE runs (migration int, token text);\n")
    for number in range(2, COUNT + 1):
        write(tmp_path, number, "")
    return tmp_path


def write(root: Path, number: int, more: str) -> None:
    text = f"INSERT INTO runs VALUES ({number}, gen_random_uuid());\n{more}"
    (root / "migrations" / f"{number:03}_run.sql").write_text(text)


def tokens(states: BaseStates, root: Path, workbench: Workbench) -> dict[int, str]:
    """What each migration before the last one wrote when it ran."""
    project = load_project(root, environment={})
    sessions = Sessions(workbench.server)
    state = states.before(project, COUNT - 1, sessions=sessions, made_up=0)
    with workbench.clone(state.database) as database, Session(workbench.server, database) as session:
        return {int(str(number)): str(token) for number, token in session.query("SELECT migration, token FROM runs")}


@pytest.mark.parametrize(("edited", "replayed"), [(COUNT - 1, 30), (100, 60), (70, 61)])
def test_an_edit_in_the_history_replays_little_before_it(
    root: Path, workbench: Workbench, edited: int, replayed: int
) -> None:
    states = BaseStates(workbench.scratch)
    first = tokens(states, root, workbench)
    write(root, edited, "SELECT 1;\n")
    second = tokens(states, root, workbench)
    assert second.keys() == first.keys() == set(range(2, COUNT))
    changed = {number for number in first if first[number] != second[number]}
    assert edited in changed
    assert len(changed) <= replayed


def test_going_back_to_an_earlier_text_replays_nothing(root: Path, workbench: Workbench) -> None:
    states = BaseStates(workbench.scratch)
    first = tokens(states, root, workbench)
    write(root, 30, "SELECT 1;\n")
    assert tokens(states, root, workbench) != first
    write(root, 30, "-- as before\n")
    assert tokens(states, root, workbench) == first
