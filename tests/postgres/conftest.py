"""What the tests of the PostgreSQL layer share: scratch databases, and clusters that a test may break."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from confiture.config import PostgresConfig
from confiture.postgres.installation import Installation, find_installations
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server, open_server
from confiture.postgres.session import Session

INSTALLATIONS: dict[int, Installation] = {}
for lead in find_installations(PostgresConfig()):
    if lead.installation:
        INSTALLATIONS.setdefault(lead.installation.version, lead.installation)

HOLD_SERVER = """
import sys
from pathlib import Path
from confiture.config import PostgresConfig
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import open_server
with open_server(PostgresConfig(binaries=Path(sys.argv[1]))) as server, Scratch(server) as scratch:
    print(scratch.create(), server.parameters["host"], flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="session")
def installations() -> Mapping[int, Installation]:
    """The installations that this machine has, by version."""
    return INSTALLATIONS


@pytest.fixture(scope="session")
def scratch(server: Server) -> Iterator[Scratch]:
    with Scratch(server) as scratch:
        yield scratch


@pytest.fixture
def database(scratch: Scratch) -> Iterator[str]:
    name = scratch.create()
    yield name
    scratch.drop(name)


@pytest.fixture
def session(server: Server, database: str) -> Iterator[Session]:
    with Session(server, database) as session:
        yield session


@pytest.fixture(scope="session", params=sorted(INSTALLATIONS), ids=lambda version: f"postgres{version}")
def each_scratch(request: pytest.FixtureRequest) -> Iterator[tuple[Server, Scratch]]:
    """A server of each version that this machine has."""
    with open_server(PostgresConfig(version=request.param)) as server, Scratch(server) as scratch:
        yield server, scratch


@pytest.fixture
def each_session(each_scratch: tuple[Server, Scratch]) -> Iterator[Session]:
    """A session on an empty database of each version that this machine has."""
    server, scratch = each_scratch
    name = scratch.create()
    with Session(server, name) as session:
        yield session
    scratch.drop(name)


class Holder:
    """Another process that uses the server of ``binaries`` until it is told to leave."""

    def __init__(self, binaries: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", HOLD_SERVER, str(binaries)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )
        assert self._process.stdout is not None
        self.database, folder = self._process.stdout.readline().split()
        self.folder = Path(folder)

    def leave(self) -> None:
        """Lets it end as programs do; nothing happens when it has ended before."""
        if self._process.poll() is None:
            self._process.communicate(timeout=60)
            assert self._process.returncode == 0

    def kill(self) -> None:
        """Ends it without a chance to clean up."""
        self._process.kill()
        self._process.communicate(timeout=60)


@pytest.fixture
def hold(own_binaries: Path) -> Iterator[Callable[[], Holder]]:
    """Starts processes that share the cluster of `own_binaries`."""
    holders: list[Holder] = []

    def start() -> Holder:
        holders.append(Holder(own_binaries))
        return holders[-1]

    yield start
    for holder in holders:
        holder.leave()
