"""Databases for tests of what works on a connection of the caller."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from confiture.postgres.borrowed import Connection
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server
from confiture.testing.keeper import keep_running


@pytest.fixture(scope="session")
def scratch(server: Server) -> Iterator[Scratch]:
    with Scratch(server) as scratch:
        yield scratch


@pytest.fixture
def url(server: Server, scratch: Scratch) -> Iterator[str]:
    """The URL of an empty database."""
    name = scratch.create()
    yield server.dsn(name)
    scratch.drop(name)


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    """A connection to an empty database, as psycopg makes it."""
    with psycopg.connect(url) as connection:
        yield connection
        if not connection.closed:
            connection.rollback()


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The keeper of the private server of a project, which ends with the test at the latest."""
    keeper = keep_running(tmp_path)
    yield keeper
    keeper.kill()
    keeper.wait()
