"""Against a clone per mutant, and against a new database with the whole history per mutant."""

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter, process_time

from confiture.engine.deliver import StatementFailed
from confiture.engine.interrupt import Sessions
from confiture.engine.project import Project
from confiture.engine.setting import Setting
from confiture.errors import ConfitureError
from confiture.model.verdict import Judgement
from speed.runners import Case, judge_by_engine, judge_on_clones, judge_on_replays, prepare
from speed.section import Bench, Section, milliseconds, ratios, spread, table

_CLONES, _REPLAYS = 10, 50
_MUTANTS = 40
"""Of a public history's migrations, drawn with a fixed seed; replaying hundreds of migrations takes seconds."""


def comparisons(bench: Bench) -> list[Section]:
    """One section for the example, one for each public history."""
    shop = bench.project(bench.example("comparisons"))
    setting = Setting(shop, shop.history.migrations[-1], bench.workbench, Sessions(bench.workbench.server))
    found = [_compare(bench, "The example's newest migration", prepare(setting), replays=bench.repeats)]
    for history in bench.histories:
        case = _newest_case(bench, bench.project(history))
        title = f"{history.name}, {len(case.setting.project.history.migrations)} migrations"
        found.append(_compare(bench, title, case, replays=1 if bench.quick else 3))
    return found


def _newest_case(bench: Bench, project: Project) -> Case:
    """The newest migration of ``project`` with enough mutants, as of the day when it was the newest."""
    history = project.history
    for count in range(len(history.migrations), 0, -1):
        until = replace(project, history=replace(history, migrations=history.migrations[:count]))
        setting = Setting(until, history.migrations[count - 1], bench.workbench, Sessions(bench.workbench.server))
        try:
            case = prepare(setting, covered=True)
        except (AssertionError, ConfitureError, StatementFailed):
            continue
        if len(case.mutants) >= _MUTANTS // 4:
            drawn = sorted(random.Random(1).sample(range(len(case.mutants)), min(_MUTANTS, len(case.mutants))))
            return replace(case, mutants=tuple(case.mutants[index] for index in drawn))
    raise SystemExit(f"{history.root}: no migration can be compared")


def _compare(bench: Bench, title: str, case: Case, *, replays: int) -> Section:
    runs: dict[str, list[_Run]] = {}
    for turn in range(bench.repeats):
        runs.setdefault("engine, one database", []).append(_run(bench, judge_by_engine, case))
        runs.setdefault("a clone per mutant", []).append(_run(bench, judge_on_clones, case))
        if turn < replays:
            runs.setdefault("a new database and the history per mutant", []).append(_run(bench, judge_on_replays, case))
    engine, clones, replayed = runs.values()
    first = engine[0].verdicts
    alike = all(run.verdicts == first for each in runs.values() for run in each)
    by_clone = ratios([run.seconds for run in clones], [run.seconds for run in engine])
    by_replay = ratios([run.seconds for run in replayed], [run.seconds for run in engine[: len(replayed)]])
    rows = [
        (
            what,
            milliseconds([run.seconds for run in each]),
            f"{statistics.median(run.seconds for run in each) / len(first) * 1000:.1f} ms",
            milliseconds([run.client for run in each]),
            milliseconds([run.server for run in each]),
        )
        for what, each in runs.items()
    ]
    met = alike and statistics.median(by_clone) >= _CLONES and statistics.median(by_replay) >= _REPLAYS
    return Section(
        f"Mutants per second: {title}",
        f"{_CLONES}x a clone per mutant, {_REPLAYS}x a new database and the whole history per mutant, same verdicts",
        f"{spread(by_clone, unit='x')} and {spread(by_replay, unit='x')}; "
        f"verdicts of all {len(first)} mutants alike: {'yes' if alike else 'NO'}",
        met,
        (
            (
                f"{case.setting.migration.title}, {len(first)} mutants, {len(case.trial.tests)} tests. "
                "All runners use the same oracles and stop at the first that fails.\n"
            ),
            *table(["runner", "all mutants", "each", "CPU of the client", "CPU of the server"], rows),
        ),
    )


class _Run:
    """One run of a runner: what it found and what it took."""

    def __init__(self, judgements: Sequence[Judgement], *, seconds: float, client: float, server: float) -> None:
        self.verdicts = {each.mutant.id: (each.verdict.status, each.verdict.equivalent) for each in judgements}
        self.seconds = seconds
        self.client = client
        self.server = server


def _run(bench: Bench, judge: Callable[[Case], list[Judgement]], case: Case) -> _Run:
    server, client, started = bench.server_seconds(), process_time(), perf_counter()
    judgements = judge(case)
    seconds, client = perf_counter() - started, process_time() - client
    return _Run(judgements, seconds=seconds, client=client, server=bench.server_seconds() - server)
