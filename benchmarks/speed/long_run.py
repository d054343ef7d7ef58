"""Thousands of mutants in one run: what the last ones cost, and what memory is held."""

import heapq
import os
import random
import statistics
from itertools import cycle, islice
from time import perf_counter

from confiture.engine.interrupt import Sessions
from confiture.engine.setting import Setting
from confiture.engine.split_stream import split_stream
from confiture.model.migration import Role
from confiture.model.mutant import Category, Mutant
from speed.plot import plot
from speed.runners import prepare
from speed.section import Bench, Section, resident_megabytes, spread, table

_MUTANTS = 5000
_LARGE = 20_000
_WINDOW = 100
_MOST = 1.3
_WORKERS = (1, 4, 16, 64)


def long_run(bench: Bench) -> Section:
    """The mutants of the statement that has most of them, again and again, so that each hundred is of one kind."""
    project = bench.project(bench.example("long run"))
    setting = Setting(project, project.history.migrations[-1], bench.workbench, Sessions(bench.workbench.server))
    case = prepare(setting)
    by_statement: dict[int, list[Mutant]] = {}
    for mutant in case.mutants:
        if mutant.role is Role.UP and mutant.category is not Category.PERFORMANCE:
            by_statement.setdefault(mutant.statement, []).append(mutant)
    chosen = max(by_statement.values(), key=len)
    total = 600 if bench.quick else _MUTANTS
    durations: list[float] = []
    client: list[float] = []
    backend: list[float] = []
    with setting.workbench.clone(case.trial.base.database) as database, setting.sessions.open(database) as session:
        stream = split_stream(setting.sessions, case.trial, islice(cycle(chosen), total), session=session)
        last = perf_counter()
        for count, _ in enumerate(stream, start=1):
            now = perf_counter()
            durations.append(now - last)
            if count % _WINDOW == 0:
                client.append(resident_megabytes(os.getpid()))
                backend.append(sum(map(resident_megabytes, _backends(setting, database))))
            last = perf_counter()
    windows = [sum(durations[start : start + _WINDOW]) for start in range(0, total, _WINDOW)]
    growth = windows[-1] / windows[0]
    flat = max(client[len(client) // 2 :]) <= 1.1 * max(client[: len(client) // 2])
    return Section(
        f"{total:,} mutants in one run",
        f"the last hundred cost at most {_MOST}x the first, memory stays flat",
        f"{growth:.2f}x; client {client[0]:.0f} → {client[-1]:.0f} MB, backends at most {max(backend):.0f} MB",
        growth <= _MOST and flat,
        (
            (
                f"{len(chosen)} mutants of one statement of {setting.migration.title} in turn, in one database. "
                "Memory that a process shares with no other, at the end of each hundred.\n"
            ),
            "![milliseconds of each hundred](RESULTS-long-run.svg)\n",
            "![memory in MB](RESULTS-memory.svg)\n",
            *_extrapolated(durations, windows),
        ),
        (
            ("RESULTS-long-run.svg", plot({"ms per hundred": [1000 * value for value in windows]}, step=_WINDOW)),
            ("RESULTS-memory.svg", plot({"client MB": client, "backends MB": backend}, step=_WINDOW)),
        ),
    )


def _backends(setting: Setting, database: str) -> list[int]:
    with setting.sessions.open(setting.workbench.server.maintenance) as session:
        rows = session.query("SELECT pid FROM pg_stat_activity WHERE datname = %s", [database])
    return [int(str(pid)) for (pid,) in rows]


def _extrapolated(durations: list[float], windows: list[float]) -> tuple[str, ...]:
    """What more mutants cost as measured growth, and a simulation of several workers on the measured times."""
    slope, intercept = statistics.linear_regression(range(len(windows)), windows)
    hundreds = _LARGE // _WINDOW
    whole = sum(max(0.0, intercept + slope * index) for index in range(hundreds))
    chance = random.Random(1)
    jobs = chance.choices(durations, k=_LARGE)
    rows = [(workers, f"{_makespan(jobs, workers):.0f} s") for workers in _WORKERS]
    times = spread([1000 * value for value in durations], unit=" ms")
    return (
        (
            f"\nBy the line through these hundreds ({slope * 1000:+.1f} ms from one to the next), {_LARGE:,} mutants "
            f"take {whole:.0f} s in one database. A simulation, not a measurement: the same number of jobs, drawn from "
            f"the measured times ({times}), each given to the first worker that is free, where every worker has its "
            "own server:\n"
        ),
        *table(["workers", "all verdicts"], rows),
    )


def _makespan(jobs: list[float], workers: int) -> float:
    free = [0.0] * workers
    for job in jobs:
        heapq.heapreplace(free, free[0] + job)
    return max(free)
