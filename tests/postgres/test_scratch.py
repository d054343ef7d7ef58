"""`Scratch`: databases come quickly, and none is left behind."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from confiture.config import PostgresConfig
from confiture.errors import ConnectionLostError, DatabaseError
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server, open_server
from confiture.postgres.session import Session


def databases(server: Server) -> set[str]:
    with Session(server, server.maintenance) as session:
        return {str(row[0]) for row in session.query("SELECT datname FROM pg_database")}


def test_a_copy_holds_what_its_template_held(each_scratch: tuple[Server, Scratch]) -> None:
    server, scratch = each_scratch
    template = scratch.create()
    with Session(server, template) as session:
        session.run("CREATE TABLE t AS SELECT 1 AS a")
    # The session above has only just been closed: the copy waits for its backend to end.
    copy = scratch.create(template)
    with Session(server, copy) as session:
        assert session.run("SELECT a FROM t")[0].rows == (("1",),)
    assert {template, copy} <= databases(server)
    scratch.drop(template)
    scratch.drop(copy)


def test_a_new_database_is_empty_and_speaks_utf8(session: Session) -> None:
    tables = session.run("SELECT count(*) FROM pg_class WHERE oid >= 16384; SHOW server_encoding")
    assert [result.rows for result in tables] == [(("0",),), (("UTF8",),)]


def test_dropped_databases_go_in_batches_and_closing_drops_the_rest(server: Server) -> None:
    with Scratch(server) as scratch:
        names = {scratch.create() for _ in range(10)}
        for name in names:
            scratch.drop(name)
        assert names <= databases(server)
        last = scratch.create()
        assert databases(server) & (names | {last}) == {last}
    assert last not in databases(server)


def test_closing_drops_a_database_that_still_has_a_session(server: Server) -> None:
    with Scratch(server) as scratch:
        name = scratch.create()
        session = Session(server, name)
    assert name not in databases(server)
    with pytest.raises(ConnectionLostError, match="went away"):
        session.run("SELECT 1")
    assert session.closed
    session.close()


def test_what_a_killed_process_left_is_dropped_and_what_a_living_one_has_is_not(
    own_binaries: Path, hold: Callable[[], Any]
) -> None:
    with open_server(PostgresConfig(binaries=own_binaries)) as server:
        living, killed = hold(), hold()
        assert {living.database, killed.database} <= databases(server)
        killed.kill()
        with Session(server, server.maintenance) as session:
            while session.query("SELECT 1 FROM pg_stat_activity WHERE application_name = %s", [lease(killed.database)]):
                pass
        with Scratch(server):
            assert living.database in databases(server)
            assert killed.database not in databases(server)


def lease(database: str) -> str:
    return f"confiture-lease-{database.split('_')[2]}"


def test_databases_that_only_look_like_ours_are_left_alone(server: Server) -> None:
    with Session(server, server.maintenance) as session:
        session.run("CREATE DATABASE confiture_scratch_of_my_own")
        try:
            with Scratch(server):
                assert "confiture_scratch_of_my_own" in databases(server)
        finally:
            session.run("DROP DATABASE confiture_scratch_of_my_own")


def test_a_template_that_is_in_use_is_explained_after_a_while(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("confiture.postgres.scratch._COPY_PATIENCE_SECONDS", 0.01)
    with Scratch(server) as scratch:
        template = scratch.create()
        with Session(server, template), pytest.raises(DatabaseError, match="being accessed by other users"):
            scratch.create(template)


def test_a_database_that_cannot_be_dropped_now_is_dropped_later(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("confiture.postgres.scratch._DROP_SECONDS", 0.05)
    with Scratch(server) as scratch, Session(server, server.maintenance) as other:
        held, *others = (scratch.create() for _ in range(8))
        other.begin()
        other.run(f"COMMENT ON DATABASE {held} IS 'held'")  # a lock for which DROP DATABASE waits
        for name in (*others, held):
            scratch.drop(name)
        assert scratch.create() in databases(server)
        assert held in databases(server)
        other.rollback()
        monkeypatch.undo()
        for _ in range(8):
            scratch.drop(scratch.create())
        scratch.create()
        assert held not in databases(server)


def test_a_server_that_dies_in_mid_run_is_said_clearly_and_the_next_start_is_clean(
    own_binaries: Path, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    with open_server(PostgresConfig(binaries=own_binaries)) as server:
        [file] = Path(server.parameters["host"]).glob("data-*/postmaster.pid")
        with Scratch(server) as scratch, Session(server, scratch.create()) as session:
            killer = threading.Thread(target=end_when_asleep, args=(server, session.backend_pid, file, wait_until))
            killer.start()
            with pytest.raises(ConnectionLostError) as caught:
                session.run("SELECT pg_sleep(3600)")
            killer.join()
            assert f"PostgreSQL {server.version_text}" in str(caught.value)
            assert "Run again" in str(caught.value)
            wait_until(lambda: not file.exists())
            with pytest.raises(ConnectionLostError):
                scratch.create()
            with pytest.raises(ConnectionLostError):
                Session(server, "postgres")
        with open_server(PostgresConfig(binaries=own_binaries)) as again, Scratch(again) as scratch:
            assert scratch.create() in databases(again)
    assert not file.parents[1].exists()


def end_when_asleep(server: Server, pid: int, file: Path, wait_until: Callable[[Callable[[], object]], None]) -> None:
    with Session(server, "postgres") as other:
        asleep = "SELECT wait_event FROM pg_stat_activity WHERE pid = %s"
        wait_until(lambda: other.query(asleep, [pid]) == [("PgSleep",)])
        os.kill(int(file.read_text().splitlines()[0]), signal.SIGQUIT)
