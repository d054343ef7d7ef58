"""Whether a baseline that was acknowledged can be lost: many writers of one file, some killed in the middle.

Run with ``python benchmarks/baseline_store.py [--accepts N] [--processes N]``. Each process accepts one baseline after
the other and says so; now and then one is killed with SIGKILL and another takes its place. Meanwhile the file is read.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from time import perf_counter

from confiture.engine.baselines import BaselineStore

WRITER = """
import sys
from pathlib import Path
from confiture.engine.baselines import BaselineStore
from confiture.model.profile import Environment, Profile
store = BaselineStore(Path(sys.argv[1]))
for number in range(10_000):
    key = f"{sys.argv[2]} {number}"
    store.accept({key: Profile(key, 0, "SELECT 1", (1.0,))}, Environment("18", "here", 0))
    print(key, flush=True)
"""


class Writers:
    """Processes that accept, and what they acknowledged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.acknowledged: set[str] = set()
        self.killed = 0
        self._started = 0
        self._running: list[tuple[subprocess.Popen[str], threading.Thread]] = []

    def start(self) -> None:
        """Starts one more."""
        command = [sys.executable, "-c", WRITER, str(self.path), f"writer{self._started}"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        listener = threading.Thread(target=self._listen, args=(process,))
        listener.start()
        self._started += 1
        self._running.append((process, listener))

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        with process.stdout:
            for line in process.stdout:
                if line.endswith("\n"):
                    self.acknowledged.add(line.strip())

    def kill_one(self) -> None:
        """Ends the oldest or another one, in whatever it does."""
        process, listener = self._running.pop(random.randrange(len(self._running)))
        process.kill()
        process.wait()
        listener.join()
        self.killed += 1

    def kill_all(self) -> None:
        """Ends the rest."""
        while self._running:
            self.kill_one()


def hammer(path: Path, *, accepts: int, processes: int) -> tuple[Writers, int]:
    """Lets ``processes`` write until so many ``accepts`` are acknowledged; returns how often the file was read too.

    Raises:
        ProjectError: the file could not be read.
    """
    writers, reads, pause = Writers(path), 0, threading.Event()
    try:
        for _ in range(processes):
            writers.start()
        next_kill = accepts // 10
        while len(writers.acknowledged) < accepts:
            BaselineStore(path).load()
            reads += 1
            if len(writers.acknowledged) >= next_kill:
                writers.kill_one()
                writers.start()
                next_kill += accepts // 10
            pause.wait(0.005)
    finally:
        writers.kill_all()
    return writers, reads


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accepts", type=int, default=500)
    parser.add_argument("--processes", type=int, default=8)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "baseline.json"
        started = perf_counter()
        writers, reads = hammer(path, accepts=arguments.accepts, processes=arguments.processes)
        lost = writers.acknowledged - BaselineStore(path).load().keys()
        print(f"{len(writers.acknowledged)} acknowledged by {arguments.processes} processes, {writers.killed} killed")
        print(
            f"{len(lost)} lost; the file was read {reads} times and whole each time; {perf_counter() - started:.1f} s"
        )
        print(f"left beside it: {sorted(file.name for file in Path(directory).iterdir() if file != path)}")


if __name__ == "__main__":
    main()
