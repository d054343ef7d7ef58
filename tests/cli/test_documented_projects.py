"""Each page about a tool or a kind of test shows a project of this folder, and what its own command says of it.

``confiture write-tests`` writes the tests that the kinds of tests miss in the same way; they are in ``written``.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import run

from confiture.layouts import LAYOUTS

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
WRITTEN = HERE / "written"
NULLS = ("--operators", "SCH_002")
OF_A_USER = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]), "PYTHONWARNINGS": ""}
"""An activated environment, whose packages may warn."""
FILE = re.compile(r"^`(?P<name>[^`]+)`[^\n]*:\n\n```\w+\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"`confiture (?P<arguments>[^`]+)`")
SAID = re.compile(r"(?<=^```text\n)(?P<text>.*?)(?=^```)", re.DOTALL | re.MULTILINE)
SCRIPTS = re.compile(r"  [^\s,]+\.sql(?:, [^\s,]+\.sql)*,?")


def pages(folder: str) -> list[Path]:
    return sorted(page for page in (DOCS / folder).glob("*.md") if page.stem != "README")


PROJECTS = {
    **{page: HERE / "kinds" / page.stem for page in pages("tests")},
    **{page: HERE / "tools" / page.stem for page in pages("tools")},
}


@pytest.fixture
def project(request: pytest.FixtureRequest, repository: Path, tmp_path: Path) -> Path:
    """A copy of a project; its npm packages are those of this repository."""
    copy = tmp_path / request.param.name
    shutil.copytree(request.param, copy)
    (copy / "confiture.toml").touch()
    (copy / "node_modules").symlink_to(repository / "node_modules")
    return copy


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("page", "project"), PROJECTS.items(), ids=lambda p: f"{p.parent.name}-{p.stem}", indirect=["project"]
)
def test_a_page_shows_what_its_command_says_of_its_project(
    page: Path, project: Path, request: pytest.FixtureRequest
) -> None:
    text = page.read_text("utf-8")
    shown = FILE.findall(text)
    assert shown
    assert {name: (project / name).read_text("utf-8") for name, _ in shown} == dict(shown)
    command = COMMAND.search(text)
    assert command
    answer = run(*command["arguments"].split(), cwd=project, more=OF_A_USER)
    assert answer.stderr == ""
    said, *_ = SAID.findall(text)
    if page.parent.name == "tools":
        order = "".join(f"{line}\n" for line in order_and_scores(answer.stdout))
        if request.config.getoption("--update-cases"):
            page.write_text(SAID.sub(lambda _: order, text, count=1), "utf-8")
            return
        assert said == order
    assert said
    rest = iter(answer.stdout.splitlines())
    for line in said.splitlines():
        assert line in rest, answer.stdout


def order_and_scores(report: str) -> Iterator[str]:
    """What a report says of the files of each migration, in order, and the table of migrations."""
    lines = report.splitlines()
    yield from (line for line in lines if SCRIPTS.fullmatch(line))
    start = next(index for index, line in enumerate(lines) if line.startswith("  migration "))
    yield from lines[start : lines.index("", start)]


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    "project", [HERE / "kinds" / folder.name for folder in WRITTEN.iterdir()], ids=lambda p: p.name, indirect=True
)
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
    projects = {path for folder in ("kinds", "tools") for path in (HERE / folder).iterdir()}
    assert projects == set(PROJECTS.values())


def test_each_layout_has_its_page() -> None:
    assert {layout.name for layout in LAYOUTS} == {page.stem for page in pages("tools")}


@pytest.mark.parametrize("folder", ["tests", "tools"])
def test_the_index_links_to_each_page(folder: str) -> None:
    index = (DOCS / folder / "README.md").read_text("utf-8")
    assert re.findall(r"\]\((\w[\w-]*\.md)\)", index) == [page.name for page in pages(folder)]


def _sources(project: Path) -> set[Path]:
    return {path for pattern in ("tests/*.py", "tests/*.sql", "migrations/*.sql") for path in project.glob(pattern)}
