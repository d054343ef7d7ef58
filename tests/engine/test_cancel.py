"""A run ends when it is closed, from any thread and in mid-statement, and leaves nothing behind."""

import threading
from pathlib import Path

import pytest

from confiture.engine.check import check, profile
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.errors import ConnectionLostError
from confiture.model.event import Applied, Event, Finished, Progress
from confiture.postgres.server import Server
from confiture.postgres.session import Session


@pytest.fixture
def hanging(tmp_path: Path) -> Path:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_hang.sql").write_text("CREATE TABLE a (id int);\nSELECT pg_sleep(3600);\n")
    return tmp_path


def databases(server: Server, own: str) -> int:
    """How many scratch databases the process has that made ``own``."""
    prefix = own.rpartition("_")[0]
    with Session(server, server.maintenance) as session:
        [(count,)] = session.query("SELECT count(*) FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        return int(str(count))


def test_closing_ends_a_hung_statement(hanging: Path, workbench: Workbench) -> None:
    project = load_project(hanging, environment={})
    run = check(project, project.history.migrations[0], workbench=workbench)
    events: list[Event] = []
    for event in run:
        events.append(event)
        if event == Progress("Applying 001 hang"):
            threading.Timer(0.2, run.close).start()
    assert not any(isinstance(event, Applied | Finished) for event in events)


def test_closing_early_drops_the_scratch_databases(shop: Path, server: Server, workbench: Workbench) -> None:
    newest = load_project(shop, environment={}).history.migrations[-1].up
    newest.path.write_text(f"{newest.source}\nSELECT 'closed early';\n")  # no other test has had it checked
    project = load_project(shop, environment={})
    migration = project.history.migrations[-1]
    list(profile(project, migration, workbench=workbench))  # makes the base state, which stays
    own = workbench.scratch.create()  # drops what waits for it
    before = databases(server, own)
    run = check(project, migration, workbench=workbench)
    for event in run:
        if isinstance(event, Applied):
            run.close()
    for _ in range(20):
        workbench.scratch.drop(workbench.scratch.create())
    assert databases(server, own) <= before + 8


def test_a_lost_connection_is_said(hanging: Path, server: Server, workbench: Workbench) -> None:
    project = load_project(hanging, environment={})

    def kill_the_backend() -> None:
        own = f"{workbench.scratch.name().rpartition('_')[0]}_%"  # other tests hang beside us
        with Session(server, server.maintenance) as session:
            while not session.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname LIKE %s AND wait_event = 'PgSleep'",
                [own],
            ):
                session.query("SELECT pg_sleep(0.02)")

    run = check(project, project.history.migrations[0], workbench=workbench)
    with pytest.raises(ConnectionLostError, match="went away"):
        for event in run:
            if event == Progress("Applying 001 hang"):
                threading.Thread(target=kill_the_backend, daemon=True).start()
