"""Alarms about costs: how many are false, and how many real slowdowns are found.

Run with ``python benchmarks/regressions.py [--runs N] [--trials N] [--parts PART …] [--history PROJECT] [--newest N]``.
All on one private cluster, through the engine's own path: a baseline is recorded, the migration is profiled again, and
the alarms are counted. The naive rule beside it takes a single run that is 20% slower for a regression. Half of the
runs have a background load on the other core.
"""

import argparse
import json
import multiprocessing
import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from confiture.engine.check import profile
from confiture.engine.project import load_project
from confiture.engine.recent import Recent
from confiture.engine.workbench import Workbench, open_workbench
from confiture.model.event import Found, Profiled
from confiture.model.profile import Comparison
from confiture.postgres.session import Session
from confiture.postgres.timing import run_timed

SHOP = Path(__file__).parents[1] / "examples" / "shop"
BASE = """
CREATE TABLE item (id int PRIMARY KEY, owner int, note text);
INSERT INTO item SELECT g, g % 3000, md5(g::text) FROM generate_series(1, 40000) AS g;
CREATE INDEX item_owner_idx ON item (owner);
CREATE TABLE tally (owner int, note text);
CREATE TABLE ledger AS SELECT g AS id, 0 AS amount FROM generate_series(1, 150000) AS g;
"""
BY_ROWS = {
    "INSERT of more rows": "INSERT INTO tally SELECT g, g::text FROM generate_series(1, {rows}) AS g;",
    "UPDATE of more rows": "UPDATE ledger SET amount = amount + 1 WHERE id <= {rows};",
    "more to compute": "INSERT INTO tally SELECT max(length(md5(g::text))) FROM generate_series(1, {rows}) AS g;",
}
ROWS = {"INSERT of more rows": 60_000, "UPDATE of more rows": 30_000, "more to compute": 60_000}
RATIOS = (1.25, 1.5, 2.0, 5.0)
FACTS = {
    "lost index": (
        "DELETE FROM item WHERE owner = 7;",
        "DELETE FROM item WHERE owner + 0 = 7;",
    ),
    "volatile default": (
        "ALTER TABLE item ADD COLUMN rank float8 DEFAULT 0;",
        "ALTER TABLE item ADD COLUMN rank float8 DEFAULT random();",
    ),
    "missing CONCURRENTLY": (
        "CREATE INDEX CONCURRENTLY item_note_idx ON item (note);",
        "CREATE INDEX item_note_idx ON item (note);",
    ),
}
NAIVE = 1.2
PARTS = ("false-alarms", "same-cost", "detection")
CLONES = 9


@dataclass(frozen=True, slots=True)
class Run:
    """One profile of one migration."""

    comparisons: tuple[Comparison, ...]
    alarms: int
    seconds: float


def profile_once(root: Path, index: int, workbench: Workbench) -> Run:
    """Profiles the migration with this index, as `confiture profile` does."""
    project = load_project(root, environment={})
    workbench.proofs = Recent(most=1)  # each trial is to find out for itself
    started = perf_counter()
    events = list(profile(project, project.history.migrations[index], workbench=workbench))
    comparisons = tuple(event.comparison for event in events if isinstance(event, Profiled))
    alarms = sum(isinstance(event, Found) and event.finding.code == "regression" for event in events)
    return Run(comparisons, alarms, perf_counter() - started)


def naive_alarm(comparison: Comparison) -> bool:
    """Whether a single run is 20% slower than the single run of the baseline."""
    baseline = comparison.baseline
    return bool(baseline) and comparison.profile.samples[0] > NAIVE * baseline.profile.samples[0]


@contextmanager
def load(*, on: bool) -> Generator[None]:
    """A process that computes all the while."""
    busy = multiprocessing.get_context("fork").Process(target=_compute, daemon=True)
    if on:
        busy.start()
    try:
        yield
    finally:
        if on:
            busy.terminate()
            busy.join()


def _compute() -> None:
    while True:
        sum(range(100_000))


def false_alarms(workbench: Workbench, source: Path, *, runs: int, newest: int) -> None:
    """Profiles the newest migrations, unchanged, until ``runs`` statements were compared with their baselines."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(shutil.copytree(source, Path(directory) / "project", ignore=shutil.ignore_patterns(".confiture")))
        last = len(load_project(root, environment={}).history.migrations)
        indexes = range(max(0, last - newest), last)
        print(f"False alarms: {runs} re-runs of unchanged statements of {source.name}, {len(indexes)} migrations")
        for index in indexes:
            profile_once(root, index, workbench)
        for background in (False, True):
            compared = alarms = naive = 0
            with load(on=background):
                while compared < runs // 2:
                    for index in indexes:
                        run = profile_once(root, index, workbench)
                        compared += sum(comparison.baseline is not None for comparison in run.comparisons)
                        alarms += run.alarms
                        naive += sum(map(naive_alarm, run.comparisons))
            where = "with a background load" if background else "without load of ours"
            share = f"naive rule {naive} ({naive / compared:.0%})"
            print(f"  {where}: {alarms} alarms in {compared}; {share}", flush=True)


def same_cost(workbench: Workbench, trials: int) -> None:
    """Texts that differ by words that say nothing, always put to the proof: the interval alone decides."""
    print(f"Proofs of texts that cost the same: {trials} for each statement, half with a background load")
    for name, text in BY_ROWS.items():
        old = text.format(rows=ROWS[name])
        results = trials_of(
            workbench,
            old,
            old.replace("SELECT ", "SELECT ALL ").replace("WHERE ", "WHERE true AND "),
            trials,
            suspect=True,
        )
        print(f"  {name}: {results.found} alarms; a proof takes {results.extra:.1f} s; {results.said}")


def detection(workbench: Workbench, trials: int, ratios: Sequence[float]) -> None:
    """Real slowdowns, made by changing the SQL; how many rows make one is measured on fresh clones before."""
    print(f"Detection: {trials} trials each, half with a background load")
    for name, text in BY_ROWS.items():
        old = text.format(rows=ROWS[name])
        once, five_times = processor_times(workbench, [old, text.format(rows=5 * ROWS[name])])
        for ratio in ratios:
            rows = ROWS[name] * (1 + 4 * once * (ratio - 1) / (five_times - once))
            new = text.format(rows=round(rows))
            results = trials_of(workbench, old, new, trials)
            print(
                f"  {ratio}× by {name} ({results.milliseconds:.0f} ms): found {results.found}/{trials}, "
                f"said {results.ratio:.2f}×, naive rule {results.naive}/{trials}, "
                f"{results.extra:.1f} s to decide"
            )
    for name, (old, new) in FACTS.items():
        results = trials_of(workbench, old, new, trials)
        print(f"  {name}: found {results.found}/{trials}, naive rule {results.naive}/{trials}; {results.reason}")


def processor_times(workbench: Workbench, texts: Sequence[str]) -> list[float]:
    """Median time of the backend for each text, run once on a fresh clone whose rows were read before."""
    times: dict[str, list[float]] = {text: [] for text in texts}
    with workbench.clone(None) as base:
        with Session(workbench.server, base) as session:
            session.run(BASE)
        for text in list(texts) * CLONES:
            with workbench.clone(base) as clone, Session(workbench.server, clone) as session:
                session.begin()
                session.savepoint("warm")
                session.run(texts[0])
                session.rollback_to("warm")
                times[text].append(run_timed(session, text)[1].cpu or 0.0)
    return [median(times[text]) for text in texts]


@dataclass(frozen=True, slots=True)
class Trials:
    """What came of several trials; medians."""

    found: int
    naive: int
    ratio: float
    extra: float
    milliseconds: float
    reason: str
    said: str


def trials_of(workbench: Workbench, old: str, new: str, trials: int, *, suspect: bool = False) -> Trials:
    """Records ``old`` as the baseline, then profiles ``new``, each time anew."""
    pairs: list[tuple[Run, Run]] = []
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        (root / "migrations").mkdir()
        (root / "migrations" / "001_base.sql").write_text(BASE)
        changed, baseline = root / "migrations" / "002_change.sql", root / ".confiture" / "baseline.json"
        for trial in range(trials):
            baseline.unlink(missing_ok=True)
            with load(on=bool(trial % 2)):
                changed.write_text(old)
                first = profile_once(root, 1, workbench)
                if suspect:
                    _make_suspicious(baseline)
                changed.write_text(new)
                pairs.append((first, profile_once(root, 1, workbench)))
    seconds = [run.comparisons[0] for _, run in pairs]
    return Trials(
        found=sum(run.alarms > 0 for _, run in pairs),
        naive=sum(map(naive_alarm, seconds)),
        ratio=median(comparison.ratio or 0 for comparison in seconds),
        extra=median(run.seconds - first.seconds for first, run in pairs),
        milliseconds=median(1000 * first.comparisons[0].profile.seconds for first, _ in pairs),
        reason=next((c.reason for c in seconds if c.regressed), ""),
        said=seconds[-1].reason,
    )


def _make_suspicious(baseline: Path) -> None:
    data = json.loads(baseline.read_text("utf-8"))
    for operation in data["operations"].values():
        operation["profile"]["samples"] = [sample / 2 for sample in operation["profile"]["samples"]]
    baseline.write_text(json.dumps(data), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000, help="re-runs of unchanged statements")
    parser.add_argument("--trials", type=int, default=20, help="trials of each slowdown")
    parser.add_argument("--ratios", nargs="+", type=float, default=RATIOS, help="slowdowns to look for; all by default")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="which parts to run; all by default")
    parser.add_argument("--history", type=Path, default=SHOP, metavar="PROJECT", help="whose statements are re-run")
    parser.add_argument("--newest", type=int, default=10_000, help="re-run only so many migrations, the newest")
    arguments = parser.parse_args()
    from confiture.config import PostgresConfig

    with open_workbench(PostgresConfig()) as workbench:
        if "false-alarms" in arguments.parts:
            false_alarms(workbench, arguments.history, runs=arguments.runs, newest=arguments.newest)
        if "same-cost" in arguments.parts:
            same_cost(workbench, arguments.trials)
        if "detection" in arguments.parts:
            detection(workbench, arguments.trials, arguments.ratios)


if __name__ == "__main__":
    main()
