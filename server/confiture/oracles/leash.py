"""Runs a program that ends with us: ``python leash.py PROGRAM ARGUMENT…``.

It runs in a process of its own and needs nothing but Python. The program gets a process group, and all of that group is
ended when the program ends or when standard input does, which happens when whoever started this is gone, in whatever
way. A process that leaves the group, as daemons do, is not ended.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress


def main(command: Sequence[str]) -> int:
    """Runs ``command`` and returns its exit status, 128 and the signal's number for one that a signal ended."""
    if sys.platform == "win32":
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, creationflags=subprocess.CREATE_NEW_PROCESS_GROUP)
    else:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, close_fds=False, start_new_session=True)
    threading.Thread(target=_end_with_input, args=(process,), daemon=True).start()
    status = process.wait()
    _end_group(process.pid)
    return status if status >= 0 else 128 - status


def _end_with_input(process: "subprocess.Popen[bytes]") -> None:
    os.read(0, 1)  # nothing is ever written: it returns when the other end is closed
    _end_group(process.pid)


def _end_group(leader: int) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(leader)], capture_output=True, check=False)  # noqa: S607
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    found = main(sys.argv[1:])
    os._exit(found)  # at once: the thread waits for input that never comes
