"""Advisory locks on files, which the operating system gives back when a process dies."""

import os
import secrets
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

if sys.platform == "win32":
    import msvcrt

    _RANGE = 1 << 30

    def _lock_exclusive(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, _RANGE)

    def _lock_shared(descriptor: int) -> int:
        """Windows locks only exclusively here, so each sharer takes a byte of its own."""
        place = secrets.randbelow(_RANGE)
        os.lseek(descriptor, place, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        return place

    def _try_exclusive(descriptor: int) -> bool:
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, _RANGE)
        except OSError:
            return False
        return True

    def _unlock_shared(descriptor: int, place: int) -> None:
        os.lseek(descriptor, place, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock_exclusive(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _lock_shared(descriptor: int) -> int:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        return 0

    def _try_exclusive(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock_shared(descriptor: int, place: int) -> None:
        del place
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class Guard:
    """An exclusive lock on ``path``, waited for. The file may be deleted by whoever holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        while True:
            self._descriptor = _open(self._path)
            _lock_exclusive(self._descriptor)
            if _is_current(self._descriptor, self._path):
                return self
            os.close(self._descriptor)

    def is_free(self) -> bool:
        """Whether nobody holds it now; who needs to rely on that enters it."""
        descriptor = _open(self._path)
        free = _try_exclusive(descriptor)
        os.close(descriptor)
        return free

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        os.close(self._descriptor)


class Membership:
    """A shared lock on ``path``, held from construction to `leave`. Taken and left under one `Guard`."""

    def __init__(self, path: Path) -> None:
        self._descriptor = _open(path)
        self._place = _lock_shared(self._descriptor)

    def leave(self) -> bool:
        """Gives the lock back; whether nobody else holds it now."""
        _unlock_shared(self._descriptor, self._place)
        last = _try_exclusive(self._descriptor)
        os.close(self._descriptor)
        return last


def _open(path: Path) -> int:
    while True:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            continue  # The last user of another cluster removed the empty folder in between.


def _is_current(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
