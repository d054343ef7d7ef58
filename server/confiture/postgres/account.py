"""Which account a private cluster runs under. PostgreSQL refuses root, so root lends it a lesser one."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import NoServerError


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the machine; ``uid`` None means our own."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def run(self, command: Sequence[str | Path], *, log: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        """Runs ``command`` to its end as this account, with a bare environment; output goes to ``log``.

        Raises:
            OSError: it cannot be executed.
        """
        environment = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if key in os.environ}
        with (log or Path(os.devnull)).open("ab") as output:
            return subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                cwd=Path(command[0]).anchor or "/",
                env=environment | {"LC_ALL": "C"},
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
            )

    def own(self, path: Path) -> None:
        """Gives ``path`` to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_run(self, program: Path) -> bool:
        """Whether this account can execute ``program``; taken for granted of our own account."""
        if self.uid is None:
            return True
        try:
            return self.run([program, "--version"]).returncode == 0
        except PermissionError:
            return False


def account_of(folder: Path) -> Account:
    """The account that a cluster in ``folder`` runs under, when it is there."""
    if sys.platform == "win32" or os.geteuid() != 0 or not folder.exists():
        return Account("the current user")
    owner = folder.stat()
    return Account("the owner of the folder", owner.st_uid, owner.st_gid)


def cluster_account() -> Account:
    """Our own account, or an unprivileged one when we are root.

    Raises:
        NoServerError: we are root, and neither ``postgres`` nor ``nobody`` exists.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return Account("the current user")
    import pwd

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise NoServerError(
        "PostgreSQL refuses to run as root, and this machine has neither an account postgres nor nobody to run it.\n"
        "Create one (useradd --system postgres), run as another user, or set postgres.url."
    )
