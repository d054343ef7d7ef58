"""Any command of the project as a test: its exit status is its answer."""

import re
import shlex
import shutil
import sys
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confiture.oracles.answer import PASSED, Answer, Opinion
from confiture.oracles.process import Process
from confiture.oracles.program import ProgramTimeout, Target, Watch
from confiture.oracles.project_files import digest_of_files

_SHOWN_LINES = 20
_SHOWN_CHARACTERS = 200
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class CommandOracle:
    """One command line; see `Program`. No shell reads it."""

    name: str
    root: Path

    def content(self, *, without: Collection[Path]) -> str:
        """The command and the project's files; see `digest_of_files`."""
        return f"{self.name}\0{digest_of_files(self.root, without=without)}"

    @contextmanager
    def start(self, watch: Watch) -> "Generator[_Ready]":
        """Nothing runs between answers."""
        yield _Ready(self, watch)


@dataclass(frozen=True, slots=True)
class _Ready:
    oracle: CommandOracle
    watch: Watch

    def ask(self, target: Target) -> Answer:
        root = self.oracle.root
        try:
            word, *arguments = split(self.oracle.name)
        except ValueError as error:
            return Answer(Opinion.UNDECIDED, f"it cannot be cut into words: {error}")
        program = find_program(word, root, target.environment)
        if program is None:
            return Answer(Opinion.UNDECIDED, _not_there(word))
        process = Process([program, *arguments], directory=root, environment=target.environment)
        with process, self.watch(process):
            status = process.wait(target.seconds)
            if status is None:
                raise ProgramTimeout("did not end in time")
        return PASSED if status == 0 else _failed(status, process.printed)

    def learn(self, target: Target) -> None:
        """A command has no parts."""


def split(command: str) -> list[str]:
    """The words of a command line, as a shell cuts them.

    Raises:
        ValueError: a quotation is not closed.
    """
    return shlex.split(command, posix=sys.platform != "win32")


def find_program(word: str, root: Path, environment: Mapping[str, str]) -> str | None:
    """The program that ``word`` means: on PATH, or a path from the project's root."""
    if "/" in word or "\\" in word:
        return shutil.which(str(root / word))
    return shutil.which(word, path=environment.get("PATH"))


def _not_there(word: str) -> str:
    return (
        f"there is no program {word!r}: looked on PATH, and a name with a slash is a path from the project's root. "
        "Install it, or change test_commands."
    )


def _failed(status: int, printed: str) -> Answer:
    lines = [line.rstrip()[:_SHOWN_CHARACTERS] for line in printed.splitlines()]
    last = next((line.strip() for line in reversed(lines) if _WORD.search(line)), "")
    message = f"exit status {status}: {last}" if last else f"exit status {status}"
    return Answer(Opinion.FAILED, message, details="\n".join(lines[-_SHOWN_LINES:]))
