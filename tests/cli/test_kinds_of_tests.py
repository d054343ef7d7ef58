"""Each page about a kind of test shows a project of this folder, and what ``confiture check`` says of it.

``confiture write-tests`` writes the tests that these miss in the same way; they are in ``written``.
"""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from command import run

PROJECTS = Path(__file__).parent / "kinds"
WRITTEN = Path(__file__).parent / "written"
NULLS = ("--operators", "SCH_002")
OF_A_USER = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]), "PYTHONWARNINGS": ""}
"""An activated environment, whose packages may warn."""
PAGES = sorted((Path(__file__).parents[2] / "docs" / "tests").glob("*.md"))
FILE = re.compile(r"^`(?P<name>[^`]+)`[^\n]*:\n\n```\w+\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)
SAID = re.compile(r"^```text\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def project(request: pytest.FixtureRequest, repository: Path, tmp_path: Path) -> Path:
    """The project of a page; its npm packages are those of this repository."""
    copy = tmp_path / request.param.stem
    shutil.copytree(PROJECTS / request.param.stem, copy)
    (copy / "confiture.toml").touch()
    (copy / "node_modules").symlink_to(repository / "node_modules")
    return copy


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("page", "project"), [(page, page) for page in PAGES], ids=lambda p: p.stem, indirect=["project"]
)
def test_a_page_shows_what_check_says_of_its_project(page: Path, project: Path) -> None:
    text = page.read_text("utf-8")
    shown = FILE.findall(text)
    assert shown
    assert {name: (project / name).read_text("utf-8") for name, _ in shown} == dict(shown)
    answer = run("check", "--verbose", cwd=project, more=OF_A_USER)
    assert answer.stderr == ""
    [said] = SAID.findall(text)
    for line in said.splitlines():
        assert line in answer.stdout.splitlines(), answer.stdout


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("project", sorted(WRITTEN.iterdir()), ids=lambda folder: folder.stem, indirect=True)
def test_the_tests_that_are_missing_are_written_in_the_same_way(project: Path, request: pytest.FixtureRequest) -> None:
    before = _sources(project)
    answer = run("write-tests", *NULLS, cwd=project, more=OF_A_USER)
    assert answer.code == 0, answer.stdout + answer.stderr
    found = re.search(r"^  written to (.+)$", answer.stdout, re.MULTILINE)
    assert found, answer.stdout
    written = project / found[1]
    expected = WRITTEN / project.name / f"{written.name}.expected"
    if request.config.getoption("--update-cases"):
        expected.write_text(written.read_text())
    assert written.read_text() == expected.read_text()
    assert _sources(project) - before == {written}
    checked = run("check", "--verbose", *NULLS, cwd=project, more=OF_A_USER)
    assert checked.code == 0, checked.stdout
    assert f"({found[1]}" in checked.stdout


def test_each_project_has_its_page() -> None:
    assert sorted(path.name for path in PROJECTS.iterdir()) == [page.stem for page in PAGES]


def _sources(project: Path) -> set[Path]:
    return {path for pattern in ("tests/*.py", "tests/*.sql", "migrations/*.sql") for path in project.glob(pattern)}
