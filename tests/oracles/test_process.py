"""Programs end with their time, with the run and with us, and so does what they started."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from confiture.oracles.process import Process
from confiture.postgres.errors import Interrupted

Wait: TypeAlias = Callable[[Callable[[], object]], None]

WITH_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
print(child.pid, flush=True)
{then}
"""


def start(script: str, directory: Path) -> Process:
    return Process([sys.executable, "-c", script], directory=directory, environment=os.environ)


def is_gone(pid: int) -> bool:
    """Whether the process has ended, collected by its parent or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_exit_status_and_the_end_of_the_output_are_known(tmp_path: Path) -> None:
    with start("print('a'); raise SystemExit('b')", tmp_path) as process:
        assert process.wait(60) == 1
    assert process.printed.split() == ["a", "b"]


def test_of_100_megabytes_the_end_is_kept(tmp_path: Path) -> None:
    with start("import sys\nfor _ in range(1600): sys.stdout.write(65536 * 'x')\nprint('end')", tmp_path) as process:
        assert process.wait(60) == 0
    assert process.printed.endswith("xend")
    assert len(process.printed) <= 64 * 1024


def test_a_program_that_a_signal_ends_has_a_status(tmp_path: Path) -> None:
    with start("import os; os.kill(os.getpid(), 9)", tmp_path) as process:
        assert process.wait(60) == 128 + signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
class TestNothingIsLeft:
    """No process of the program outlives it."""

    def test_when_time_is_up(self, tmp_path: Path, wait_until: Wait) -> None:
        with start(WITH_CHILD.format(then="time.sleep(3600)"), tmp_path) as process:
            wait_until(lambda: process.printed != "")
            assert process.wait(0.01) is None
        wait_until(lambda: is_gone(int(process.printed)))

    def test_when_it_ends_before_its_child(self, tmp_path: Path, wait_until: Wait) -> None:
        with start(WITH_CHILD.format(then=""), tmp_path) as process:
            assert process.wait(60) == 0
        wait_until(lambda: is_gone(int(process.printed)))

    def test_when_the_run_is_closed_from_another_thread(self, tmp_path: Path, wait_until: Wait) -> None:
        with start(WITH_CHILD.format(then="time.sleep(3600)"), tmp_path) as process:
            wait_until(lambda: process.printed != "")
            threading.Thread(target=process.interrupt).start()
            with pytest.raises(Interrupted):
                process.wait(60)
        wait_until(lambda: is_gone(int(process.printed)))

    def test_when_we_are_killed(self, tmp_path: Path, wait_until: Wait) -> None:
        script = f"""
import os, sys
from pathlib import Path
from confiture.oracles.process import Process
command = [sys.executable, "-c", {WITH_CHILD.format(then="time.sleep(3600)")!r}]
process = Process(command, directory=Path(), environment=os.environ)
while not process.printed: pass
print(process.printed, flush=True)
process.wait(3600)
"""
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as ours:
            assert ours.stdout
            child = int(ours.stdout.readline())
            assert not is_gone(child)
            ours.kill()
        wait_until(lambda: is_gone(child))
