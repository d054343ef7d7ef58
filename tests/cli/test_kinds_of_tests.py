"""Each page about a kind of test shows a project of this folder, and what ``confiture check`` says of it."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from command import run

PROJECTS = Path(__file__).parent / "kinds"
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


def test_each_project_has_its_page() -> None:
    assert sorted(path.name for path in PROJECTS.iterdir()) == [page.stem for page in PAGES]
