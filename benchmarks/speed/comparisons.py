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
from speed.runners import Case, judge_by_engine, judge_on_clones, judge_on_replays, judge_side_by_side, prepare
from speed.section import Bench, Section, make_ready, milliseconds, ratios, spread, table

_RUNNERS = {
    "engine, as it ships": judge_side_by_side,
    "engine, one database": judge_by_engine,
    "a clone per mutant": judge_on_clones,
    "a new database and the history per mutant": judge_on_replays,
}
_CLONES, _REPLAYS = 10, 50
_MUTANTS = 40
"""Of a public history's migrations, drawn with a fixed seed; replaying hundreds of migrations takes seconds."""


def comparisons(bench: Bench) -> list[Section]:
    """One section for the example, one for each public history."""
    shop = bench.project(bench.example("comparisons"), jobs=None)
    setting = Setting(shop, shop.history.migrations[-1], bench.workbench, Sessions(bench.workbench.server))
    found = [_compare(bench, "The example's newest migration", prepare(setting), replays=bench.repeats)]
    for history in bench.histories:
        case = _newest_case(bench, bench.project(history, jobs=None))
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
    runs: dict[str, list[_Run]] = {name: [] for name in _RUNNERS}
    for turn in range(bench.repeats):
        for name, runner in _RUNNERS.items():
            if turn < replays or runner is not judge_on_replays:
                runs[name].append(_run(bench, runner, case))
    shipped, one, clones, replayed = runs.values()
    first = one[0].verdicts
    alike = "yes" if all(run.verdicts == first for each in runs.values() for run in each) else "NO"
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
    met = alike == "yes" and _median_ratio(clones, one) >= _CLONES and _median_ratio(replayed, one) >= _REPLAYS
    return Section(
        f"Mutants per second: {title}",
        f"{_CLONES}x a clone per mutant, {_REPLAYS}x a new database and the whole history per mutant, same verdicts",
        f"as it ships {_against(clones, shipped)} and {_against(replayed, shipped)}, in one database "
        f"{_against(clones, one)} and {_against(replayed, one)}; verdicts of all {len(first)} mutants alike: {alike}",
        met,
        (
            (
                f"{case.setting.migration.title}, {len(first)} mutants, {len(case.trial.tests)} tests. "
                "All runners use the same oracles and stop at the first that fails; those that are not the engine "
                "do one mutant after the other. The engine finds its clones ready, as it does between two saves.\n"
            ),
            *table(["runner", "all mutants", "each", "CPU of the client", "CPU of the server"], rows),
        ),
    )


def _against(slower: Sequence["_Run"], faster: Sequence["_Run"]) -> str:
    return spread(_ratios(slower, faster), unit="x")


def _median_ratio(slower: Sequence["_Run"], faster: Sequence["_Run"]) -> float:
    return statistics.median(_ratios(slower, faster))


def _ratios(slower: Sequence["_Run"], faster: Sequence["_Run"]) -> list[float]:
    return ratios([run.seconds for run in slower], [run.seconds for run in faster[: len(slower)]])


class _Run:
    """One run of a runner: what it found and what it took."""

    def __init__(self, judgements: Sequence[Judgement], *, seconds: float, client: float, server: float) -> None:
        self.verdicts = {each.mutant.id: (each.verdict.status, each.verdict.equivalent) for each in judgements}
        self.seconds = seconds
        self.client = client
        self.server = server


def _run(bench: Bench, judge: Callable[[Case], list[Judgement]], case: Case) -> _Run:
    make_ready(bench.workbench, case.trial.base.database)
    server, client, started = bench.server_seconds(), process_time(), perf_counter()
    judgements = judge(case)
    seconds, client = perf_counter() - started, process_time() - client
    return _Run(judgements, seconds=seconds, client=client, server=bench.server_seconds() - server)
