"""The project's pytest tests: collected once by a warm process, which forks for each mutant.

Where there is no fork, on Windows, each mutant gets a process of its own. Tests that pass without any database are left
out. Source of the ways to run: https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_runtestloop.
"""

import os
import shlex
import shutil
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from confiture.oracles.answer import PASSED, Answer, Opinion
from confiture.oracles.program import ProgramTimeout, Target, Watch
from confiture.oracles.project_files import digest_of_files
from confiture.oracles.pytest_processes import Cold, Reply, Request, Runs, Warm

JUDGED_DATABASE = "CONFITURE_JUDGED_DATABASE"
"""The variable that tells our plugin's fixtures which database is asked about."""


@dataclass(frozen=True, slots=True)
class PytestOracle:
    """pytest with some arguments; see `Program`.

    Attributes:
        arguments: what pytest gets: paths, or options that choose tests.
        forks: whether a warm process forks; else each answer takes a process of its own.
    """

    arguments: tuple[str, ...]
    root: Path
    forks: bool = hasattr(os, "fork")

    @property
    def name(self) -> str:
        """As one would type it."""
        return shlex.join(["pytest", *self.arguments])

    def content(self, *, without: Collection[Path]) -> str:
        """The arguments and the project's files; see `digest_of_files`."""
        return f"{self.name}\0{digest_of_files(self.root, without=without)}"

    @contextmanager
    def start(self, watch: Watch) -> "Generator[_Ready]":
        """Nothing runs before the first answer: what is collected may want a database."""
        with (Warm if self.forks else Cold)(self.root, self.arguments, watch) as runs:
            yield _Ready(runs, self.root)


class _Ready:
    """The tests, with what is known of them from the original."""

    def __init__(self, runs: Runs, root: Path) -> None:
        self._runs = runs
        self._root = root
        self._left_out: frozenset[str] = frozenset()
        self._passed: frozenset[str] | None = None

    def ask(self, target: Target) -> Answer:
        reply = self._run(target, left_out=self._left_out, first=True)
        if reply.error:
            lines = reply.error.strip().splitlines()
            return Answer(Opinion.UNDECIDED, lines[-1].strip() if lines else "it did not run", details=reply.error)
        if reply.failed:
            return Answer(Opinion.FAILED, _gist(reply.message), by=reply.failed, details=reply.message)
        if self._passed is None:
            self._passed = reply.with_outcome("passed")
        missing = sorted(self._passed & reply.with_outcome("skipped"))
        if missing:
            return Answer(Opinion.UNDECIDED, f"{missing[0]} is skipped, and was not on the original")
        return PASSED

    def learn(self, target: Target) -> None:
        with suppress(ProgramTimeout):
            self._left_out = self._run(target, left_out=frozenset(), first=False).with_outcome("passed")

    def _run(self, target: Target, *, left_out: frozenset[str], first: bool) -> Reply:
        environment = {**target.environment, JUDGED_DATABASE: target.environment["PGDATABASE"]}
        python = _python(self._root, environment)
        return self._runs.run(Request(python, environment, target.seconds, left_out=left_out, first=first))


def _python(root: Path, environment: Mapping[str, str]) -> str:
    """The Python that has the project's packages: of its virtual environment, of the active one, or of PATH."""
    program = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")
    folders = [root / ".venv", root / "venv", *(Path(folder) for folder in [environment.get("VIRTUAL_ENV")] if folder)]
    found = next((folder / program for folder in folders if (folder / program).is_file()), None)
    return str(found or shutil.which("python3", path=environment.get("PATH")) or shutil.which("python") or "python")


def _gist(message: str) -> str:
    """The line of a failure that says what was found."""
    lines = [line for line in message.splitlines() if line.strip()]
    said = next((line for line in lines if line.startswith("E ")), lines[-1] if lines else "")
    return said.removeprefix("E").strip()
