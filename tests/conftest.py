"""Fixtures that all tests share. Tests that need PostgreSQL share one private cluster per run."""

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from confiture.postgres.server import Server

SERVER_VARIABLES = (
    "DATABASE_URL",
    "POSTGRES_HOST",
    "POSTGRES_PORT",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "POSTGRES_DB",
)

collect_ignore = ["cli/kinds", "cli/tools"]
"""Projects whose tests run when the projects are checked."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="write the expected files of data-driven cases anew")


@pytest.fixture(autouse=True)
def no_named_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test, nor any program that it starts, meets a server that the developer's environment names."""
    for variable in SERVER_VARIABLES:
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).parents[1]


@pytest.fixture
def shop(repository: Path, tmp_path: Path) -> Path:
    """A copy of the example project that the test may change."""
    project = tmp_path / "shop"
    shutil.copytree(repository / "examples" / "shop", project, ignore=shutil.ignore_patterns(".confiture"))
    return project


@pytest.fixture(scope="session")
def server() -> Iterator["Server"]:
    """The private cluster of this run."""
    from confiture.config import PostgresConfig
    from confiture.postgres.server import open_server

    with open_server(PostgresConfig()) as server:
        yield server


@pytest.fixture
def own_binaries() -> Iterator[Path]:
    """Binaries under a path of their own, and so a cluster of their own, which the test may break or have in peace."""
    from confiture.config import PostgresConfig
    from confiture.postgres.installation import find_installations

    installations = [lead.installation for lead in find_installations(PostgresConfig()) if lead.installation]
    newest = max(installations, key=lambda installation: installation.version)
    with tempfile.TemporaryDirectory(prefix="confiture-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "bin").symlink_to(newest.binaries)
        yield folder / "bin"


@pytest.fixture(scope="session")
def wait_until() -> Callable[[Callable[[], object]], None]:
    """A function that returns when a condition holds, and fails the test when it does not in time."""

    def wait(condition: Callable[[], object]) -> None:
        end, pause = time.monotonic() + 30, threading.Event()
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            pause.wait(0.005)

    return wait
