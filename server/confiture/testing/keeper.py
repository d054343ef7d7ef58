"""Keeps a private server running after the tests that it served: ``python -m confiture.testing.keeper FOLDER``."""

import os
import signal
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import IO, cast

from confiture.config import find_root, load_config
from confiture.errors import DatabaseError
from confiture.postgres.server import open_server


@cache
def keep_running(root: Path) -> "subprocess.Popen[bytes]":
    """A process that keeps the private server of the project at ``root`` until it is ended; one for each of ours.

    Raises:
        DatabaseError: it does not start.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "confiture.testing.keeper", str(root)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # who waits for the end of our output must not wait for this process
        start_new_session=True,
    )
    with cast("IO[bytes]", process.stdout) as output:
        ready = output.readline()
    if not ready:
        raise DatabaseError(f"The private server could not be kept: its keeper ended with status {process.wait()}.")
    return process


def command_to_end(processes: list[int], *, platform: str = sys.platform) -> str:
    """What to type to end the processes."""
    if platform == "win32":
        return "taskkill /F " + " ".join(f"/PID {process}" for process in processes)
    return "kill " + " ".join(map(str, processes))


def main(root: Path) -> None:
    """Uses the private server, says so in a line, and waits for its end."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: ended.set())
    with open_server(load_config(find_root(root), environment=os.environ).postgres):
        sys.stdout.write("ready\n")
        sys.stdout.close()
        ended.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
