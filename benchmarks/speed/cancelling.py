"""Many saves, each cancelled at a random moment: nothing is left over, and the next one is as on a fresh start."""

import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from confiture.engine.check import check, places
from confiture.engine.interrupt import Sessions
from confiture.engine.project import Project
from confiture.engine.workbench import Workbench, open_workbench
from confiture.model.event import Judged
from speed.section import Bench, Section, forget, make_ready, table

_SAVES = 200


def cancelling(bench: Bench) -> Section:
    """Runs are closed from another thread after a random part of the time that a whole one takes."""
    root = bench.example("cancelled")
    project = bench.project(root, jobs=2)
    count = 20 if bench.quick else _SAVES
    chance = random.Random(1)
    with open_workbench(project.config.postgres) as workbench:
        started = perf_counter()
        _verdicts(project, workbench)
        _verdicts(project, workbench)
        longest = (perf_counter() - started) / 2
        make_ready(workbench)
        before = _held(bench.workbench)
        ended = sum(not _cancelled(project, workbench, after=chance.uniform(0, longest)) for _ in range(count))
        make_ready(workbench)
        after = _held(bench.workbench)
        last = _verdicts(project, workbench)
    with open_workbench(project.config.postgres) as fresh:
        same = last == _verdicts(project, fresh)
    closed = _held(bench.workbench)
    leaked = [what for what in before if after[what] > before[what] and what != "databases"]
    met = same and not leaked and after["databases"] <= before["databases"] + 10
    rows = [(what, before[what], after[what], closed[what]) for what in before]
    return Section(
        f"{count} saves, each cancelled at a random moment",
        "no connection, database, process, file or thread is left; the next save gives what a fresh start gives",
        f"left over: {', '.join(leaked) or 'nothing'}; {ended} had ended before; next save as fresh: "
        f"{'yes' if same else 'NO'} ({len(last)} verdicts)",
        met,
        (
            "Databases are given up at once and dropped in batches of eight; a base state is kept.\n",
            *table(["", "before", "after", "once all is closed"], rows),
        ),
    )


def _cancelled(project: Project, workbench: Workbench, *, after: float) -> bool:
    forget(project.config.root)
    run = check(project, project.history.migrations[-1], workbench=workbench)
    with _closing_later(run.close, after) as closed:
        for _ in run:
            pass
        workbench.spares.want_again(places(project.config.mutation))
        return closed.is_set()


@contextmanager
def _closing_later(close: Callable[[], None], seconds: float) -> Iterator[threading.Event]:
    closed = threading.Event()

    def bite() -> None:
        closed.set()
        close()

    timer = threading.Timer(seconds, bite)
    timer.start()
    try:
        yield closed
    finally:
        timer.cancel()
        timer.join()


def _verdicts(project: Project, workbench: Workbench) -> set[tuple[object, ...]]:
    forget(project.config.root)
    run = check(project, project.history.migrations[-1], workbench=workbench)
    judged = [event.judgement for event in run if isinstance(event, Judged)]
    return {(each.mutant.id, each.verdict.status, each.verdict.reason, each.verdict.killed_by) for each in judged}


def _held(workbench: Workbench) -> dict[str, int]:
    """What this process holds, and what is on the server, which nobody else uses."""
    server = workbench.server
    with Sessions(server).open(server.maintenance) as session:
        [(connections, databases)] = session.query(
            "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
            " (SELECT count(*) FROM pg_database WHERE datname LIKE 'confiture%')"
        )
    children = sum(_is_child(path) for path in Path("/proc").glob("[0-9]*"))
    return {
        "connections": int(str(connections)),
        "databases": int(str(databases)),
        "processes": children,
        "open files": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "threads": threading.active_count(),
    }


def _is_child(process: Path) -> bool:
    try:
        return int((process / "stat").read_text("ascii", errors="replace").rpartition(")")[2].split()[1]) == os.getpid()
    except OSError:
        return False
