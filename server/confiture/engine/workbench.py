"""What stays warm between runs: a server, scratch databases and base states."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from confiture.config import PostgresConfig
from confiture.engine.base_state import BaseStates
from confiture.engine.recent import Recent
from confiture.engine.regression import Proof
from confiture.engine.spares import Spares
from confiture.model.verdict import Verdict
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server, open_server

if TYPE_CHECKING:
    from confiture.engine.known import Known

_KNOWN = 16
"""Migrations whose originals are remembered, and the statements whose mutants were judged."""
_MEASURED = 2000
"""Mutants whose costs were measured."""
_PROVED = 100
"""Pairs of texts that were run side by side."""


class Workbench:
    """Scratch databases, base states and proofs of one server. One run at a time uses it."""

    def __init__(self, server: Server, scratch: Scratch) -> None:
        self.server = server
        self.scratch = scratch
        self.base_states = BaseStates(scratch)
        self.spares = Spares(server, scratch)
        self.known: Recent[Known] = Recent(most=_KNOWN)
        self.judged: Recent[frozenset[str]] = Recent(most=_KNOWN)
        self.measured: Recent[Verdict] = Recent(most=_MEASURED)
        self.proofs: Recent[Proof] = Recent(most=_PROVED)

    @contextmanager
    def clone(self, database: str | None) -> Generator[str]:
        """A scratch database with the content of ``database`` (empty by default), dropped at the end."""
        name = self.scratch.create(database)
        try:
            yield name
        finally:
            self.scratch.drop(name)

    @contextmanager
    def called(self, name: str, database: str) -> Generator[None]:
        """For a while, ``database`` is called ``name``; its sessions are ended before and after."""
        self.scratch.rename(database, name)
        try:
            yield
        finally:
            self.scratch.rename(name, database)


@contextmanager
def open_workbench(config: PostgresConfig) -> Generator[Workbench]:
    """A workbench on the server that ``config`` leads to.

    Raises:
        NoServerError: there is none.
    """
    with open_server(config) as server, Scratch(server) as scratch:
        workbench = Workbench(server, scratch)
        with closing(workbench.spares):
            yield workbench
