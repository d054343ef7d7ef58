"""A database of its own for each test, on the server that the environment names or on a private one."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confiture.config import find_root, load_config
from confiture.oracles.pytest_oracle import JUDGED_DATABASE
from confiture.postgres.borrowed import Connection
from confiture.postgres.handout import hand_out, keep
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server, open_server
from confiture.testing.keeper import keep_running


class Databases:
    """Hands out fresh databases; all are dropped at the end, by the next process after a crash."""

    def __init__(self, root: Path, server: Server, scratch: Scratch, *, judged: str | None = None) -> None:
        """For `open_databases`; all tests share the database ``judged``, where a mutant is in one."""
        self._judged = judged
        self._root = root
        self._server = server
        self._scratch = scratch

    @contextmanager
    def connect(self) -> Generator[tuple[str, Connection]]:
        """The name of an empty database and a connection to it, which is closed at the end."""
        name = self._judged or self._scratch.create()
        try:
            connection = hand_out(self._server, name)
            try:
                yield name, connection
            finally:
                connection.close()
        finally:
            if name != self._judged:
                self._scratch.drop(name)

    def keep(self, name: str) -> "Kept":
        """Keeps a database for good, and a private server until its keeper is ended.

        Raises:
            DatabaseError: it cannot be kept.
        """
        keeper = keep_running(self._root).pid if self._server.private else None
        return Kept(keep(self._server, name), keeper)


@dataclass(frozen=True, slots=True)
class Kept:
    """A database that outlives its test.

    Attributes:
        url: without a password.
        keeper: the process that keeps its private server running.
    """

    url: str
    keeper: int | None


@contextmanager
def open_databases(root: Path) -> Generator[Databases]:
    """Databases for the tests of the project at ``root``.

    Raises:
        ConfigError: a setting is wrong.
        NoServerError: there is no server; the message says what was tried, and what to do.
    """
    config = load_config(find_root(root), environment=os.environ)
    with open_server(config.postgres) as server, Scratch(server) as scratch:
        yield Databases(root, server, scratch, judged=os.environ.get(JUDGED_DATABASE))
