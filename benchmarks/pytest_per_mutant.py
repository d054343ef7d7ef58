"""What a warm, forking pytest costs per mutant beside a process per mutant, and whether both say the same.

Run with ``python benchmarks/pytest_per_mutant.py [--mutants N]``. The example's own tests of the head of the history
are asked through pytest, in both ways and about the same mutants; the verdicts are compared, and the times of pytest
alone, without making the database.
"""

import argparse
import os
import shutil
import statistics
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

from confiture.engine.check import check
from confiture.engine.project import Project, load_project
from confiture.engine.workbench import Workbench, open_workbench
from confiture.model.event import Judged
from confiture.oracles.answer import Answer
from confiture.oracles.program import RunningProgram, Target, Watch
from confiture.oracles.pytest_oracle import PytestOracle

SHOP = Path(__file__).parents[1] / "examples" / "shop"
TESTS = """
import os
from pathlib import Path

import psycopg
import pytest

SCRIPTS = sorted(path for path in Path({tests!r}).glob("*.sql") if not path.name[0].isdigit())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_holds(script):
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute("BEGIN;" + script.read_text() + ";ROLLBACK")
        while True:
            if cursor.description and len(cursor.description) == 1 and cursor.description[0].type_code == 16:
                rows = cursor.fetchall()
                assert rows and all(row[0] is True for row in rows)
            if not cursor.nextset():
                break
"""


@dataclass(frozen=True)
class Timed:
    """A program with the seconds that each of its answers took."""

    program: PytestOracle
    seconds: list[float] = field(default_factory=list, compare=False)
    name: str = "pytest"

    def __hash__(self) -> int:
        return hash(self.program)

    def content(self, *, without: Collection[Path]) -> str:
        return self.program.content(without=without)

    @contextmanager
    def start(self, watch: Watch) -> Iterator["Timed.Running"]:
        with self.program.start(watch) as running:
            yield Timed.Running(running, self.seconds)

    @dataclass
    class Running:
        running: RunningProgram
        seconds: list[float]

        def ask(self, target: Target) -> Answer:
            started = perf_counter()
            try:
                return self.running.ask(target)
            finally:
                self.seconds.append(perf_counter() - started)

        def learn(self, target: Target) -> None:
            self.running.learn(target)


def judge(project: Project, workbench: Workbench, *, forks: bool, wanted: int) -> tuple[list[float], dict[str, str]]:
    """Seconds of pytest per mutant, and its verdicts, of the newest migrations until there are enough."""
    seconds: list[float] = []
    verdicts: dict[str, str] = {}
    for migration in reversed(project.history.migrations):
        shutil.rmtree(project.config.root / ".confiture" / "cache", ignore_errors=True)
        timed = Timed(PytestOracle(("pytests",), project.config.root, forks))
        run = check(replace(project, tests=(), programs=(timed,)), migration, workbench=workbench)
        rehearsed = 0
        for event in run:
            if isinstance(event, Judged):
                rehearsed = rehearsed or len(timed.seconds)
                verdict = event.judgement.verdict
                verdicts[event.judgement.mutant.id] = f"{verdict.status.value} {verdict.killed_by}"
                if len(seconds) + len(timed.seconds) - rehearsed >= wanted:
                    run.close()
        seconds += timed.seconds[3:]  # two answers about the original, one about an empty script
        if len(seconds) >= wanted:
            break
    return seconds, verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=100, help="asked in each way; 100 by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "shop"
        shutil.copytree(SHOP, root, ignore=shutil.ignore_patterns(".confiture"))
        (root / "pytests").mkdir()
        (root / "pytests" / "test_shop.py").write_text(TESTS.format(tests=str(root / "tests")))
        project = load_project(root, environment=dict(os.environ))
        with open_workbench(project.config.postgres) as workbench:
            found = {forks: judge(project, workbench, forks=forks, wanted=options.mutants) for forks in (True, False)}
    (warm, ours), (cold, theirs) = found[True], found[False]
    both = ours.keys() & theirs.keys()
    alike = sum(ours[each] == theirs[each] for each in both)
    print(f"pytest per mutant, warm: median {1000 * statistics.median(warm):.0f} ms of {len(warm)}")
    print(f"pytest per mutant, a process each: median {1000 * statistics.median(cold):.0f} ms of {len(cold)}")
    print(f"ratio of the medians: {statistics.median(cold) / statistics.median(warm):.1f}")
    print(f"verdicts alike: {alike} of {len(both)}")
    for each in sorted(both):
        if ours[each] != theirs[each]:
            print(f"  {each}: {ours[each]} warm, {theirs[each]} otherwise")


if __name__ == "__main__":
    main()
