"""What stays warm between runs: a server, scratch databases and base states."""

from collections.abc import Generator
from contextlib import contextmanager

from confiture.config import PostgresConfig
from confiture.engine.base_state import BaseStates
from confiture.engine.regression import Proof
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server, open_server


class Workbench:
    """Scratch databases, base states and proofs of one server. One run at a time uses it."""

    def __init__(self, server: Server, scratch: Scratch) -> None:
        self.server = server
        self.scratch = scratch
        self.base_states = BaseStates(scratch)
        self.proofs: dict[tuple[str, ...], Proof] = {}

    @contextmanager
    def clone(self, database: str | None) -> Generator[str]:
        """A scratch database with the content of ``database`` (empty by default), dropped at the end."""
        name = self.scratch.create(database)
        try:
            yield name
        finally:
            self.scratch.drop(name)


@contextmanager
def open_workbench(config: PostgresConfig) -> Generator[Workbench]:
    """A workbench on the server that ``config`` leads to.

    Raises:
        NoServerError: there is none.
    """
    with open_server(config) as server, Scratch(server) as scratch:
        yield Workbench(server, scratch)
