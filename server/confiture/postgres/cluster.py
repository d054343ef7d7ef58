"""A private cluster: PostgreSQL started by us, shared by all our processes, gone when the last one ends.

What is on disk, below a base folder in memory or the temporary folder:

    confiture-<uid>/            ours alone
        <key>.lock              guards starting and stopping
        <key>.users             every process that uses the cluster holds a shared lock on it
        <key>/                  0700, owned by the account that PostgreSQL runs under
            socket and log files, data-<token>/, and a copied installation where one is needed

The operating system releases the locks of a process that dies, so the next start sees a crash for what it is:
a cluster that still runs is used, and stopped by its then last user; anything else is removed and made anew.
"""

import hashlib
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from confiture.errors import NoServerError
from confiture.postgres.account import Account, account_of, cluster_account
from confiture.postgres.filelock import Guard, Membership
from confiture.postgres.installation import Installation
from confiture.postgres.postmaster import Postmaster, find_postmaster, start_postmaster

_ROOM_NEEDED = 1024**3
_LONGEST_SOCKET_PATH = 103
_SOCKET_NAME = "/.s.PGSQL.5432"


@contextmanager
def private_cluster(installation: Installation) -> Generator[Mapping[str, str]]:
    """Connection parameters of a running cluster made from ``installation``, started when there is none.

    Raises:
        NoServerError: it does not start.
    """
    account = cluster_account()
    key = hashlib.sha256(f"{installation.binaries}\0{installation.version_text}".encode()).hexdigest()[:10]
    base = _base_folder(key, copy=not account.can_run(installation.program("postgres")))
    folder, lock, users = base / key, base / f"{key}.lock", base / f"{key}.users"
    for other in {path.with_suffix("") for path in base.glob("*.lock")} - {folder}:
        _sweep(other, installation=installation)
    with Guard(lock):
        base.chmod(0o700 if account.uid is None else 0o711)
        membership = Membership(users)
        try:
            postmaster = _running(folder, account) or _start(installation, folder=folder, account=account)
        except BaseException:
            if membership.leave():
                _dispose(folder, installation=installation, account=account)
            raise
    process = os.getpid()
    try:
        yield postmaster.parameters
    finally:
        if os.getpid() == process:  # A forked child that unwinds must not end its parent's cluster.
            with Guard(lock):
                if membership.leave():
                    _dispose(folder, installation=installation, account=account)


def _sweep(folder: Path, *, installation: Installation) -> None:
    """Ends another cluster of ours that nobody uses: all its users were killed, and may never come again."""
    guard = Guard(folder.with_name(f"{folder.name}.lock"))
    if guard.is_free():
        with guard:
            if Membership(folder.with_name(f"{folder.name}.users")).leave():
                _dispose(folder, installation=installation, account=account_of(folder))


def _dispose(folder: Path, *, installation: Installation, account: Account) -> None:
    """Stops the cluster and removes all that it had on disk. To be called under the guard, by its last user."""
    if postmaster := _running(folder, account):
        postmaster.stop(installation.program("pg_ctl"))
    _remove(folder)
    for suffix in ("users", "lock"):
        with suppress(OSError):  # Windows keeps files that are open, and so the lock; it is empty and reused.
            folder.with_name(f"{folder.name}.{suffix}").unlink()
    with suppress(OSError):
        folder.parent.rmdir()


def _running(folder: Path, account: Account) -> Postmaster | None:
    """The live postmaster that serves ``folder``, if any."""
    found = (find_postmaster(data, account=account) for data in folder.glob("data-*"))
    return next((postmaster for postmaster in found if postmaster), None)


def _start(installation: Installation, *, folder: Path, account: Account) -> Postmaster:
    """A new cluster in ``folder``, in place of whatever a crash left there."""
    _remove(folder)
    folder.mkdir(mode=0o700)
    account.own(folder)
    if not account.can_run(installation.program("postgres")):
        installation = _copy(installation, folder / "install")
    data = folder / f"data-{secrets.token_hex(4)}"
    return start_postmaster(installation, data=data, account=account)


def _copy(installation: Installation, target: Path) -> Installation:
    """``installation`` in a place that other accounts can read; its folders keep their places beside each other."""
    for part in installation.parts:
        shutil.copytree(part, target / part.name, ignore=shutil.ignore_patterns("include", "doc", "*.a", "*.py*"))
    for path in (target, *target.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))
    main = installation.parts[0]
    return replace(installation, binaries=target / main.name / installation.binaries.resolve().relative_to(main))


def _remove(folder: Path) -> None:
    """Deletes ``folder``. An initdb that outlived a killed process may still write there, so more than once."""
    for _ in range(5):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
    shutil.rmtree(folder)


def _base_folder(key: str, *, copy: bool) -> Path:
    """Where the cluster ``key`` is or shall be: in memory if there is room, else in the temporary folder.

    Args:
        key: which cluster, of those of this user.
        copy: programs must be executable there too.
    """
    name = f"confiture-{os.getuid() if sys.platform != 'win32' else os.environ.get('USERNAME', 'user')}"
    memory, temporary = Path("/dev/shm") / name, Path(tempfile.gettempdir()) / name  # noqa: S108 - owner checked below
    if len(f"{temporary}/{key}{_SOCKET_NAME}") > _LONGEST_SOCKET_PATH:
        temporary = Path("/tmp") / name  # noqa: S108 - as above
    choices = [memory, temporary] if _suits(memory.parent, copy=copy) else [temporary]
    for base in (*(base for base in (memory, temporary) if (base / key).is_dir()), *choices):
        with suppress(OSError):
            base.mkdir(mode=0o700, exist_ok=True)
            if sys.platform == "win32" or (not base.is_symlink() and base.stat().st_uid == os.geteuid()):
                return base
    raise NoServerError(
        f"No folder for a private PostgreSQL: {' and '.join(map(str, choices))} cannot be made, or belong to somebody "
        "else.\nRemove them, set TMPDIR to a folder of yours, or set postgres.url."
    )


def _suits(folder: Path, *, copy: bool) -> bool:
    if sys.platform == "win32" or not folder.is_dir() or shutil.disk_usage(folder).free < _ROOM_NEEDED:
        return False
    return not (copy and os.statvfs(folder).f_flag & os.ST_NOEXEC)
