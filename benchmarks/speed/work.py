"""How busy PostgreSQL is while mutants are judged, and what several databases at once gain."""

import statistics
from pathlib import Path
from time import perf_counter, process_time

from confiture.engine.check import check
from confiture.engine.interrupt import Sessions
from confiture.engine.project import Project
from confiture.engine.setting import Setting
from confiture.engine.split_stream import split_stream
from confiture.engine.workbench import Workbench
from confiture.model.event import Judged, Planned
from confiture.model.verdict import Judgement
from speed.runners import Case, prepare
from speed.section import Bench, Section, edited, make_ready, milliseconds, ratios, spread, table

_BUSY = 0.8
_GAIN = 1.6
_JOBS = (1, 2, 4)


def busy(bench: Bench) -> Section:
    """The share of the wall time in which the backend computes, or waits for a processor to compute on."""
    project = bench.project(bench.example("busy"))
    setting = Setting(project, project.history.migrations[-1], bench.workbench, Sessions(bench.workbench.server))
    case = prepare(setting)
    _share(case)
    shares = [_share(case) for _ in range(bench.repeats)]
    backend = [run + wait for run, wait, _ in shares]
    return Section(
        "PostgreSQL is busy while mutants are judged",
        f"at least {_BUSY:.0%} of the wall time, in one database",
        spread([100 * share for share in backend], unit=" %"),
        statistics.median(backend) >= _BUSY,
        (
            (
                "Time on a processor and time in its queue, of the one backend that judges, from "
                "`/proc/PID/schedstat`; the rest is the client's Python and the way between the two.\n"
            ),
            *table(
                ["share of the wall time", ""],
                [
                    ("backend computes", spread([100 * run for run, _, _ in shares], unit=" %")),
                    ("backend waits for a processor", spread([100 * wait for _, wait, _ in shares], unit=" %")),
                    ("client computes", spread([100 * client for _, _, client in shares], unit=" %")),
                ],
            ),
        ),
    )


def _share(case: Case) -> tuple[float, float, float]:
    sessions = case.setting.sessions
    make_ready(case.setting.workbench, case.trial.base.database)
    with case.setting.place(case.trial.base.database) as session:
        mutants = iter(case.mutants[:64])  # one connection's share, whose backend can be watched to the end
        before, client, started = _schedule(session.backend_pid), process_time(), perf_counter()
        for _ in split_stream(sessions, case.trial, mutants, session=session):
            pass
        seconds = perf_counter() - started
        after = _schedule(session.backend_pid)
        run, wait = (now - then for now, then in zip(after, before, strict=True))
        return run / seconds, wait / seconds, (process_time() - client) / seconds


def _schedule(process: int) -> tuple[float, float]:
    run, wait, _ = Path(f"/proc/{process}/schedstat").read_text("ascii").split()
    return int(run) / 1e9, int(wait) / 1e9


def workers(bench: Bench) -> Section:
    """One, two and four databases at once, in turn."""
    root = bench.example("workers")
    seconds: dict[int, list[float]] = {jobs: [] for jobs in _JOBS}
    verdicts: set[frozenset[object]] = set()
    for turn in range(bench.repeats + 1):
        for jobs in _JOBS:
            edited(root)
            elapsed, judgements = _judging(bench.project(root, jobs=jobs), bench.workbench)
            verdicts.add(frozenset((j.mutant.id, j.verdict.status, j.verdict.killed_by) for j in judgements))
            if turn:
                seconds[jobs].append(elapsed)
    gains = {jobs: ratios(seconds[1], seconds[jobs]) for jobs in _JOBS}
    rows = [(jobs, milliseconds(seconds[jobs]), spread(gains[jobs], unit="x", digits=2)) for jobs in _JOBS]
    alike = len(verdicts) == 1
    return Section(
        "Several databases at once",
        f"two are {_GAIN}x one, same verdicts and killers in any number",
        f"{spread(gains[2], unit='x', digits=2)}; alike: {'yes' if alike else 'NO'}",
        alike and statistics.median(gains[2]) >= _GAIN,
        table(["databases", "from the plan to the last verdict", "of one"], rows),
    )


def _judging(project: Project, workbench: Workbench) -> tuple[float, list[Judgement]]:
    """Seconds from the plan of all mutants to the last verdict, and the verdicts."""
    judgements: list[Judgement] = []
    make_ready(workbench)
    started = last = perf_counter()
    for event in check(project, project.history.migrations[-1], workbench=workbench):
        if isinstance(event, Planned):
            started = perf_counter()
        elif isinstance(event, Judged):
            judgements.append(event.judgement)
            last = perf_counter()
    return last - started, judgements
