"""pytest says the same whether a warm process forks or each answer has a process; a file plays the database."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from confiture.oracles.answer import Answer, Opinion
from confiture.oracles.program import ProgramTimeout, RunningProgram, Stoppable, Target
from confiture.oracles.pytest_oracle import PytestOracle

TESTS = """
import os, time
from pathlib import Path

import pytest

with Path("imported").open("a") as file:
    file.write("x")
DATABASE = Path("database")


@pytest.fixture(autouse=True)
def note(request):
    with Path("ran").open("a") as file:
        file.write(request.node.name + "\\\\n")


def test_pure():
    assert 1 + 1 == 2


def test_reads():
    if DATABASE.read_text() == "unknown":
        pytest.skip("not here")
    if DATABASE.read_text() == "slow":
        time.sleep(3600)
    if DATABASE.read_text() == "crash":
        os._exit(0)
    assert DATABASE.read_text() in ("good", "bad")


def test_checks():
    assert DATABASE.read_text() == "good", "it is bad"
""".replace("\\\\n", "\\n")
ENVIRONMENT = {**os.environ, "PGDATABASE": "db", "PATH": str(Path(sys.executable).parent), "VIRTUAL_ENV": ""}
WAYS = [
    pytest.param(True, id="warm", marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")),
    pytest.param(False, id="cold"),
]


class Project:
    """A project, and what is watched while its tests run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.watched: list[Stoppable] = []
        (root / "test_all.py").write_text(TESTS)

    @contextmanager
    def watch(self, stoppable: Stoppable) -> Iterator[None]:
        self.watched.append(stoppable)
        yield

    def ask(self, running: RunningProgram, database: str, *, seconds: float = 60) -> Answer:
        (self.root / "ran").unlink(missing_ok=True)
        (self.root / "database").write_text(database)
        return running.ask(Target(ENVIRONMENT, seconds))

    @property
    def ran(self) -> list[str]:
        return (self.root / "ran").read_text().split()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize("forks", WAYS)
def test_answers_name_the_test(project: Project, *, forks: bool) -> None:
    with PytestOracle((), project.root, forks).start(project.watch) as running:
        assert project.ask(running, "good").opinion is Opinion.PASSED
        assert project.ran == ["test_pure", "test_reads", "test_checks"]
        failed = project.ask(running, "bad")
        assert (failed.opinion, failed.by) == (Opinion.FAILED, "test_all.py::test_checks")
        assert failed.message == "AssertionError: it is bad"
        assert "DATABASE.read_text() ==" in failed.details
        (project.root / "database").unlink()
        running.learn(Target(ENVIRONMENT, 60))
        assert project.ask(running, "unknown").by == "test_all.py::test_checks"  # a failure counts, whatever is skipped
        assert project.ran == ["test_reads", "test_checks"]  # the other one passes without a database
    assert len((project.root / "imported").read_text()) == (1 if forks else 4)


def test_a_test_that_becomes_skipped_leaves_it_undecided(project: Project) -> None:
    with PytestOracle(("-k", "reads"), project.root).start(project.watch) as running:
        assert project.ask(running, "good").opinion is Opinion.PASSED
        answer = project.ask(running, "unknown")
    assert answer.opinion is Opinion.UNDECIDED
    assert answer.message == "test_all.py::test_reads is skipped, and was not on the original"


def test_one_that_hangs_is_ended_and_the_next_is_asked(project: Project) -> None:
    with PytestOracle((), project.root).start(project.watch) as running:
        with pytest.raises(ProgramTimeout):
            project.ask(running, "slow", seconds=0.5)
        assert project.ask(running, "good").opinion is Opinion.PASSED


def test_tests_that_end_their_process_are_undecided(project: Project) -> None:
    with PytestOracle((), project.root).start(project.watch) as running:
        assert project.ask(running, "crash").opinion is Opinion.UNDECIDED
        assert project.ask(running, "good").opinion is Opinion.PASSED


def test_what_cannot_be_collected_is_said(project: Project) -> None:
    (project.root / "test_broken.py").write_text("import no_such_module\n")
    with PytestOracle((), project.root).start(project.watch) as running:
        answer = project.ask(running, "good")
    assert answer.opinion is Opinion.UNDECIDED
    assert "No module named 'no_such_module'" in answer.details


@pytest.mark.parametrize("forks", WAYS)
def test_arguments_that_pytest_refuses_are_said(project: Project, *, forks: bool) -> None:
    with PytestOracle(("--no-such-option",), project.root, forks).start(project.watch) as running:
        answer = project.ask(running, "good")
    assert answer.opinion is Opinion.UNDECIDED
    assert "--no-such-option" in answer.details
