"""How many mistakes in our own code its tests notice: mutmut on `confiture.testing` and on the arithmetic of scores.

Run with ``uv run --all-extras --group mutation benchmarks/mutation_score.py [MODULE ...]``. Without a module all are
mutated, one after the other, which can take hours. A mutant that does not end in time counts as killed. Survivors that
cannot be noticed stand in ``equivalent_mutants.md`` with the reason; all others are printed, and fail the run. In the
folder of a module ``outside.json`` has the mutants that were put to tests in programs of their own, and how these
ended: 0 means survived.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from mutmut.stats import status_by_exit_code

from confiture.config import PostgresConfig
from confiture.postgres.server import open_server

REPOSITORY = Path(__file__).parents[1]
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.md")
DETECTED = ("killed", "timeout")
MUTMUT = Path(sys.executable).with_name("mutmut")
PYTEST = ["-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:confiture"]
SETTINGS = """\
[mutmut]
source_paths = src/confiture/
only_mutate = src/confiture/{module}.py
pytest_add_cli_args =
    {options}
pytest_add_cli_args_test_selection =
    {tests}
"""


@dataclass(frozen=True, slots=True)
class Tests:
    """What is in ``tests/testing`` about a module.

    Attributes:
        inside: files whose tests call the module. mutmut judges by those that call the mutant.
        without: tests of these files that start programs, which mutmut cannot follow, or meet its frames on the stack.
        outside: a file whose tests only meet the module in programs that they start. It judges what the others miss.
    """

    inside: tuple[str, ...]
    without: tuple[str, ...] = ()
    outside: str | None = None


PERFORMANCE = (
    "test_performance.py::test_processes_do_not_lose_samples_of_each_other",
    "test_performance.py::test_a_warning_of_a_damaged_file_points_to_who_read_it",
)
MODULES = {
    "model/verdict": Tests(("test_scores.py",)),
    "testing/databases": Tests(("test_databases.py",)),
    "testing/fixtures/applied": Tests(("test_migration_runner.py", "test_schema_snapshotter.py")),
    "testing/fixtures/data_validator": Tests(("test_data_validator.py",)),
    "testing/fixtures/migration_runner": Tests(("test_migration_runner.py",)),
    "testing/fixtures/schema_snapshotter": Tests(("test_schema_snapshotter.py",)),
    "testing/frameworks/measure": Tests(("test_performance.py",), PERFORMANCE),
    "testing/frameworks/mutation": Tests(("test_runner.py",)),
    "testing/frameworks/performance": Tests(("test_performance.py",), PERFORMANCE),
    "testing/frameworks/registry": Tests(("test_registry.py",)),
    "testing/frameworks/report": Tests(("test_report.py", "test_scores.py")),
    "testing/frameworks/suite": Tests(("test_suite.py", "test_runner.py")),
    "testing/keeper": Tests(("test_keeper.py",), outside="test_keeper.py"),
    "testing/plugin": Tests(("test_plugin_suite.py",), outside="test_plugin.py"),
    "testing/samples": Tests(("test_samples.py",)),
    "testing/settings": Tests(("test_runner.py", "test_performance.py"), PERFORMANCE),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the mutants of a module.

    Attributes:
        statuses: how many ended how, in words of mutmut.
        equivalent: survivors that `EQUIVALENT` has, as lines of a difference.
        unjudged: all other survivors.
    """

    statuses: Counter[str]
    equivalent: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()

    def __add__(self, other: "Found") -> "Found":
        return Found(self.statuses + other.statuses, self.equivalent + other.equivalent, self.unjudged + other.unjudged)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"one or more of {', '.join(MODULES)}")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "confiture-mutation")
    parser.add_argument("--minutes", type=float, default=30, help="for each module; what is left is not run (30)")
    options = parser.parse_args()
    if unknown := {*options.modules} - {*MODULES}:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    print(f"Folders of mutmut, one for each module: {options.folder}\n")
    print("| module | mutants | killed | survived | equivalent | not run | score | without equivalent ones |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    everything = Found(Counter())
    with open_server(PostgresConfig()):  # kept running, so that no judge has to start it
        for module in options.modules or MODULES:
            folder, end = options.folder / module.replace("/", "."), monotonic() + 60 * options.minutes
            found = judge(module, folder, end=end)
            print(row(f"`{module}`", found), flush=True)
            everything += found
    print(row("all", everything))
    print(*everything.unjudged, sep="\n\n")
    return int(bool(everything.unjudged))


def judge(module: str, folder: Path, *, end: float) -> Found:
    """Mutates ``module`` in ``folder``, which is made anew."""
    tests = MODULES[module]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(REPOSITORY / "server", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests", "pyproject.toml"):
        (folder / name).symlink_to(REPOSITORY / name)
    options = [*PYTEST, *(f"--deselect=tests/testing/{test}" for test in tests.without)]
    files = [f"tests/testing/{file}" for file in tests.inside]
    (folder / "setup.cfg").write_text(
        SETTINGS.format(module=module, options="\n    ".join(options), tests="\n    ".join(files))
    )
    run_mutmut(folder, end=end)
    file = Path("src", "confiture", f"{module}.py")
    codes = read_codes(folder, file)
    if tests.outside:
        missed = [mutant for mutant, code in codes.items() if status_by_exit_code[code] not in DETECTED]
        codes |= judge_outside(missed, folder, file, f"tests/testing/{tests.outside}", end=end)
    statuses = {mutant: status_by_exit_code[code] for mutant, code in codes.items()}
    survivors = [difference(folder, mutant) for mutant, status in statuses.items() if status == "survived"]
    known = read_equivalent(module)
    return Found(
        Counter(statuses.values()),
        tuple(survivor for survivor in survivors if survivor in known),
        tuple(survivor for survivor in survivors if survivor not in known),
    )


def difference(folder: Path, mutant: str) -> str:
    """The lines that ``mutant`` takes away and adds."""
    shown = subprocess.run([MUTMUT, "show", mutant], cwd=folder, capture_output=True, text=True, check=True).stdout
    return "\n".join(re.findall(r"^[-+](?!--|\+\+).*$", shown, re.MULTILINE))


def read_equivalent(module: str) -> set[str]:
    """The differences below the heading of ``module`` in `EQUIVALENT`."""
    _, _, text = EQUIVALENT.read_text().partition(f"\n## `{module}`\n")
    blocks = re.findall(r"^```diff\n(.*?)\n```$", text.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
    return {difference for block in blocks for difference in block.split("\n\n")}


def run_mutmut(folder: Path, *, end: float) -> None:
    """Lets mutmut make the mutants and judge them. Where no test calls the module, it only makes them."""
    with (folder / "mutmut.log").open("w") as log:
        command = [MUTMUT, "run", "--max-children", "1"]
        with subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True) as running:
            try:
                running.wait(max(end - monotonic(), 0))
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGTERM)


def read_codes(folder: Path, file: Path) -> dict[str, int | None]:
    """How mutmut's judge of each mutant ended; None for those that it did not come to."""
    meta = folder / "mutants" / f"{file}.meta"
    if not meta.is_file() or "failed to collect stats" in (folder / "mutmut.log").read_text():
        raise SystemExit(f"mutmut failed; see {folder / 'mutmut.log'}")
    return json.loads(meta.read_text())["exit_code_by_key"]


def judge_outside(mutants: list[str], folder: Path, file: Path, tests: str, *, end: float) -> dict[str, int]:
    """How ``tests`` end with each of ``mutants`` written into ``file``, as long as there is time."""
    source, codes = (folder / file).read_text(), dict[str, int]()
    path = os.pathsep.join([str(folder / "src"), *sys.path])
    for mutant in [None, *mutants]:
        if monotonic() >= end:
            break
        if mutant:
            subprocess.run([MUTMUT, "apply", mutant], cwd=folder, capture_output=True, check=True)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", *PYTEST, tests],
            cwd=folder / "mutants",
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        (folder / file).write_text(source)
        if mutant:
            codes[mutant] = done.returncode
        elif done.returncode:
            raise SystemExit(f"The tests fail without a mutant:\n{done.stdout}")
    (folder / "outside.json").write_text(json.dumps(codes, indent=2))
    return codes


def row(name: str, found: Found) -> str:
    killed, survived = sum(found.statuses[status] for status in DETECTED), found.statuses["survived"]
    total, equivalent = found.statuses.total(), len(found.equivalent)
    scores = f"{percentage(killed, survived)} | {percentage(killed, survived - equivalent)}"
    return f"| {name} | {total} | {killed} | {survived} | {equivalent} | {total - killed - survived} | {scores} |"


def percentage(killed: int, survived: int) -> str:
    return f"{100 * killed / (killed + survived):.1f}%" if killed + survived else "–"


if __name__ == "__main__":
    raise SystemExit(main())
