"""One workbench for all tests of this folder."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from confiture.engine.workbench import Workbench
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server


@pytest.fixture(scope="session")
def workbench(server: Server) -> Iterator[Workbench]:
    with Scratch(server) as scratch:
        workbench = Workbench(server, scratch)
        with closing(workbench.spares):
            yield workbench
