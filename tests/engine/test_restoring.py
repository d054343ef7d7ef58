"""Each case's down script is completed as its ``.expected`` file shows, and restores then what is not said to be left.

A case has parts: what is there before, perhaps seed rows, the up script, and the down script as its author left it. A
case of a migration tool has its files, each below its name; the last one is completed.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from confiture.engine.check import profile
from confiture.engine.outcome import collect
from confiture.engine.project import Project, load_project
from confiture.engine.restoring.complete import Completed, Completion, complete_down
from confiture.engine.workbench import Workbench
from confiture.errors import ProjectError
from confiture.model.migration import Role
from confiture.model.span import apply_edits

CASES = sorted((Path(__file__).parent / "restoring").glob("*.sql"))
OF_TOOLS = sorted((Path(__file__).parent / "restoring").glob("*.case"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_down_scripts_are_completed(
    case: Path, tmp_path: Path, workbench: Workbench, request: pytest.FixtureRequest
) -> None:
    project = _project(tmp_path, _parts(case.read_text()))
    completed = _complete(project, workbench)
    chosen = completed.keeping or completed.plain
    for script, edits in completed.edits(chosen):
        script.path.write_text(apply_edits(script.source, edits))
    up, down = (completed.migration.script(role).path.read_text() for role in (Role.UP, Role.DOWN))
    told = down + "".join(f"-- left: {difference}: {reason}\n" for difference, reason in chosen.left)
    if completed.keeping:
        told = f"-- up\n{up}-- down\n{told}"
    expected = case.with_suffix(".expected")
    if request.config.getoption("--update-cases"):
        expected.write_text(told)
    assert told == expected.read_text()
    _assert_left(project, chosen, workbench)


@pytest.mark.parametrize("case", OF_TOOLS, ids=lambda case: case.stem)
def test_the_migration_tool_reads_what_is_written(
    case: Path, tmp_path: Path, workbench: Workbench, request: pytest.FixtureRequest
) -> None:
    _, *parts = re.split(r"^-- (\S+\.sql)\n", case.read_text(), flags=re.MULTILINE)
    project = _written(tmp_path, dict(zip(parts[::2], parts[1::2], strict=True)))
    completed = _complete(project, workbench)
    chosen = completed.keeping or completed.plain
    ((script, edits),) = completed.edits(chosen)
    script.path.write_text(apply_edits(script.source, edits))
    expected = case.with_suffix(".expected")
    if request.config.getoption("--update-cases"):
        expected.write_text(script.path.read_text())
    assert script.path.read_text() == expected.read_text()
    _assert_left(project, chosen, workbench)


def test_a_script_that_fails_is_said(tmp_path: Path, workbench: Workbench) -> None:
    project = _project(tmp_path, {"base": "SELECT 1;", "up": "SELECT 1;", "down": "DROP TABLE missing;"})
    with pytest.raises(ProjectError, match=r'002_change\.down\.sql fails: table "missing" does not exist'):
        _complete(project, workbench)


def test_without_a_down_script_there_is_nothing_to_complete(tmp_path: Path, workbench: Workbench) -> None:
    project = _project(tmp_path, {"base": "SELECT 1;", "up": "SELECT 1;"})
    with pytest.raises(ProjectError, match="002 change has no down script"):
        _complete(project, workbench)


def _assert_left(project: Project, chosen: Completion, workbench: Workbench) -> None:
    """Nothing but what ``chosen`` tells is left once its edits are in the files."""
    again = load_project(project.config.root, environment={})
    outcome = collect(profile(again, again.history.migrations[-1], workbench=workbench))
    assert outcome.undone
    assert {each.object for each in outcome.residue} == {difference.object for difference, _ in chosen.left}


def _complete(project: Project, workbench: Workbench) -> Completed:
    run = complete_down(project, project.history.migrations[-1], workbench=workbench)
    (completed,) = [message for message in run if isinstance(message, Completed)]
    return completed


def _parts(text: str) -> Mapping[str, str]:
    base, *others = re.split(r"^-- (seed|up|down)\n", text, flags=re.MULTILINE)
    return {"base": base, **dict(zip(others[::2], others[1::2], strict=True))}


def _project(root: Path, parts: Mapping[str, str]) -> Project:
    files = {
        "migrations/001_base.up.sql": parts["base"],
        "migrations/001_base.down.sql": "",
        "migrations/002_change.up.sql": parts["up"],
        "migrations/002_change.down.sql": parts.get("down"),
        "seeds/rows.sql": parts.get("seed"),
    }
    return _written(root, {name: text for name, text in files.items() if text is not None})


def _written(root: Path, files: Mapping[str, str]) -> Project:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return load_project(root, environment={})
