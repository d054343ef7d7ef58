"""Runs that are ended, and processes that die: the next save works, and nothing is left behind."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from editor import SECONDS, Editor, started
from lsprotocol import types

from confiture.postgres.server import Server
from confiture.postgres.session import Session

GOOD = "ALTER TABLE users ADD COLUMN name text UNIQUE;\n"
ENDLESS = "SELECT pg_sleep(3600) AS {mark};\n"

pytestmark = pytest.mark.asyncio(loop_scope="session")


def _sleeping(server: Server, mark: str) -> str:
    """The scratch database in which the endless statement runs, once it does."""
    with Session(server, "postgres") as session:
        for _ in range(SECONDS * 50):
            found = session.query(
                "SELECT datname FROM pg_stat_activity"
                " WHERE position(%s IN query) > 0 AND state = 'active' AND pid <> pg_backend_pid()",
                [mark],
            )
            if found:
                return str(found[0][0])
            session.query("SELECT pg_sleep(0.02)")
    raise AssertionError("the statement never started")


async def sleeping(server: Server, mark: str) -> str:
    """As `_sleeping`, in a thread, so that the editor goes on listening."""
    return await asyncio.to_thread(_sleeping, server, mark)


def databases(server: Server, name: str) -> int:
    with Session(server, "postgres") as session:
        return len(session.query("SELECT 1 FROM pg_database WHERE datname = %s", [name]))


async def test_the_next_save_ends_an_endless_statement(editor: Editor, project: Path, server: Server) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    editor.save(path, ENDLESS.format(mark="replaced"))
    await sleeping(server, "replaced")
    await editor.check(path, GOOD)
    assert "SCH_001" in editor.codes(path)
    title = (await editor.lenses(path))[0][1]
    assert title.startswith("75% · 1 survivor · ")


async def test_the_progress_button_ends_a_run_and_keeps_what_was_known(
    editor: Editor, project: Path, server: Server
) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path)
    known = editor.codes(path)
    assert "SCH_001" in known
    editor.save(path, GOOD + ENDLESS.format(mark="cancelled"))
    await sleeping(server, "cancelled")
    await editor.until(lambda: len(editor.bars) == 2)
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(editor.bars[-1]))
    await editor.idle()
    assert editor.codes(path) == known
    assert not any("judging" in title for _, title in await editor.lenses(path))


async def test_a_test_that_hangs_is_ended_by_the_save_of_its_migration(
    editor: Editor, project: Path, server: Server
) -> None:
    path, test = project / "migrations/0002_names.up.sql", project / "tests/0002_column.sql"
    good = test.read_text("utf-8")
    editor.save(test, ENDLESS.format(mark="hanging"))
    await sleeping(server, "hanging")
    test.write_text(good, "utf-8")
    await editor.check(path)
    assert "SCH_001" in editor.codes(path)
    assert editor.of(test) == []


async def test_a_fix_that_nobody_waits_for_ends(editor: Editor, project: Path) -> None:
    path, endless = (project / f"migrations/{name}.up.sql" for name in ("0001_users", "0002_names"))
    editor.open(path)
    await editor.check(path)
    editor.open(endless)
    editor.save(endless, "SELECT pg_sleep(3600);\n")
    await editor.until(lambda: len(editor.bars) == 2)
    await editor.give_up("confiture.writeTests", path.as_uri())
    await editor.until(lambda: editor.bars[2] in editor.ended)
    assert editor.bars[1] not in editor.ended
    await editor.execute("confiture.cancel")
    await editor.idle()


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (lambda editor: editor.process.stdin.close(), 0),
        (lambda editor: editor.process.terminate(), 128 + signal.SIGTERM),
    ],
    ids=["end of input", "SIGTERM"],
)
async def test_ends_at_once_and_leaves_no_database(
    end: Callable[[Editor], None], status: int, project: Path, server: Server
) -> None:
    path = project / "migrations/0002_names.up.sql"
    async with started(project, goodbye=False) as editor:
        editor.save(path, ENDLESS.format(mark=f"ended{status}"))
        database = await sleeping(server, f"ended{status}")
        end(editor)
        assert await asyncio.wait_for(editor.process.wait(), SECONDS) == status
    assert databases(server, database) == 0
