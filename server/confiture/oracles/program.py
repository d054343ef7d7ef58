"""What all tests have in common that are programs of their own: they get a database of their own, by its URL."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from confiture.oracles.answer import Answer


class Stoppable(Protocol):
    """Something that runs and can be ended."""

    def interrupt(self) -> None:
        """Ends it. Called from any thread."""
        ...


Watch: TypeAlias = Callable[[Stoppable], AbstractContextManager[object]]
"""Within the context, closing the run ends what is watched; entering it raises `Interrupted` if that happened."""


@dataclass(frozen=True, slots=True)
class Target:
    """A database that a program is asked about.

    Attributes:
        environment: the variables of the program, which lead to the database.
        seconds: the longest that it may take.
    """

    environment: Mapping[str, str] = field(repr=False)  # it may hold a password
    seconds: float


class ProgramTimeout(Exception):
    """A program took too long, and was ended."""


class RunningProgram(Protocol):
    """A program that can be asked about one database after the other."""

    def ask(self, target: Target) -> Answer:
        """What it says of the database.

        Raises:
            ProgramTimeout: it took too long.
            Interrupted: the run was closed.
        """
        ...

    def learn(self, target: Target) -> None:
        """Told after a success, while there is no such database: parts that pass all the same need not be asked."""
        ...


class Program(Protocol):
    """A test that is a program of its own."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def content(self, *, without: Collection[Path]) -> str:
        """Changes with all files of the project that may change an answer, apart from those ``without`` which it is."""
        ...

    def start(self, watch: Watch) -> AbstractContextManager[RunningProgram]:
        """Makes it ready; whatever it starts is watched, and ended with the context."""
        ...
