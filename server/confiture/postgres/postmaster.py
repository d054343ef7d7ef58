"""Starting, finding and stopping the server process of a private cluster."""

import os
import secrets
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from confiture.errors import NoServerError
from confiture.postgres.account import Account
from confiture.postgres.installation import Installation

_PATIENCE_SECONDS = 10.0
_SETTINGS = """
autovacuum = off
checkpoint_timeout = 1h
dynamic_shared_memory_type = {shared_memory}  # posix would leave files behind when the server is killed
fsync = off
full_page_writes = off
jit = off
listen_addresses = '{addresses}'
log_min_error_statement = panic
log_min_messages = fatal
log_timezone = UTC
max_connections = 50
max_locks_per_transaction = 512  # a whole history may run in one transaction
max_wal_senders = 0
max_wal_size = 256MB
min_wal_size = 32MB
port = {port}
synchronous_commit = off
timezone = UTC
track_functions = none
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
wal_level = replica  # with minimal, WAL volume would not reveal rewrites
"""


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A running server.

    Attributes:
        parameters: how to connect, as libpq keywords, without a database.
    """

    pid: int
    data: Path
    account: Account
    parameters: Mapping[str, str]

    def stop(self, pg_ctl: Path) -> None:
        """Ends the server at once; its data is worthless from then on."""
        self._signal("QUIT", pg_ctl)
        if not _wait(lambda: not _serves(self.data, self.pid)):
            self._signal("KILL", pg_ctl)
            _wait(lambda: not _alive(self.pid))

    def _signal(self, name: str, pg_ctl: Path) -> None:
        """As the account of the server, so that a forged pid file cannot make root end anything else."""
        if sys.platform == "win32":
            self.account.run([pg_ctl, "kill", name, str(self.pid)])
        else:  # the shell's own kill: small systems have no other, and the account may not reach pg_ctl
            self.account.run(["/bin/sh", "-c", f"kill -{name} {self.pid}"])


def start_postmaster(installation: Installation, *, data: Path, account: Account) -> Postmaster:
    """A new cluster in ``data`` with its server running; its socket and its logs are beside it.

    Raises:
        NoServerError: with the last lines of the log.
    """
    folder, log = data.parent, data.parent / "log"
    try:
        _initdb(installation, data=data, account=account)
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_settings(folder))
        command = (installation.program("pg_ctl"), "start", "-w", "-s", "-D", data, "-l", log)
        started = account.run(command, log=folder / "pg_ctl.log").returncode == 0
        if started and (postmaster := find_postmaster(data, account=account)):
            return postmaster
    except OSError as error:
        raise NoServerError(_failure(installation, account, [str(error)])) from error
    logs = [folder / "initdb.log", folder / "pg_ctl.log", log]
    raise NoServerError(_failure(installation, account, [_tail(path) for path in logs]))


def find_postmaster(data: Path, *, account: Account) -> Postmaster | None:
    """The live server of ``data``, None when there is none that lets us in."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid, port = int(lines[0]), lines[3]
    except (OSError, ValueError, IndexError):
        return None
    parameters = _parameters(data.parent, port)
    ready = _alive(pid) and _wait(lambda: not _serves(data, pid) or _answers(parameters))
    return Postmaster(pid, data, account, parameters) if ready and _serves(data, pid) else None


def _initdb(installation: Installation, *, data: Path, account: Account) -> None:
    """Makes the cluster, with UTF-8 semantics beyond ASCII where the system has them."""
    command = [installation.program("initdb"), "-D", data, "-U", "postgres", "-E", "UTF8", "-N", "--no-instructions"]
    if installation.version >= 18:
        command.append("--no-data-checksums")
    if sys.platform == "win32":
        (data.parent / "password").write_text(secrets.token_hex(16), encoding="utf-8")
        command += ["--auth=scram-sha-256", f"--pwfile={data.parent / 'password'}"]
    else:
        command.append("--auth=trust")
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale"]
    attempts = [builtin] if installation.version >= 17 else [["--locale=C.UTF-8", "--lc-messages=C"], ["--no-locale"]]
    log = data.parent / "initdb.log"
    if not any(account.run([*command, *locale], log=log).returncode == 0 for locale in attempts):
        raise NoServerError(_failure(installation, account, [_tail(log)]))


def _settings(folder: Path) -> str:
    if sys.platform == "win32":
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        return _SETTINGS.format(addresses="127.0.0.1", port=port, sockets="", shared_memory="windows")
    sockets = str(folder).replace("'", "''")
    return _SETTINGS.format(addresses="", port=5432, sockets=sockets, shared_memory="mmap")


def _parameters(folder: Path, port: str) -> dict[str, str]:
    """Every keyword that the environment (PGOPTIONS and its like) could otherwise set is set here."""
    found = {"user": "postgres", "port": port, "options": "", "sslmode": "disable", "gssencmode": "disable"}
    if sys.platform == "win32":
        return found | {"host": "127.0.0.1", "password": (folder / "password").read_text(encoding="utf-8")}
    return found | {"host": str(folder)}


def _answers(parameters: Mapping[str, str]) -> bool:
    return PGconn.ping(make_conninfo(**{**parameters, "connect_timeout": "5"}).encode()) == Ping.OK


def _serves(data: Path, pid: int) -> bool:
    """Whether the process ``pid`` still owns ``data``; a server that stops deletes its pid file last."""
    return (data / "postmaster.pid").exists() and _alive(pid)


def _alive(pid: int) -> bool:
    """Whether ``pid`` runs and, where the system tells, is PostgreSQL and not a zombie."""
    if sys.platform == "win32":
        return True  # The pid file and the connection decide there.
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    if not Path("/proc/self/stat").exists():
        return True
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "(postgres) " in stat and "(postgres) Z" not in stat


def _wait(condition: Callable[[], bool]) -> bool:
    """Polls until ``condition`` holds; False when that takes too long."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.003)
    return True


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])
    except FileNotFoundError:
        return ""


def _failure(installation: Installation, account: Account, said: list[str]) -> str:
    lines = "\n".join(f"    {line}" for text in said for line in text.splitlines())
    return (
        f"PostgreSQL {installation.version_text} in {installation.binaries} ({installation.found}) "
        f"did not start as {account.name}:\n{lines}\n"
        "Set postgres.binaries or postgres.version to use another installation, or postgres.url to use a server."
    )
