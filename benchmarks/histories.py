"""What becomes of every mutant of whole histories, and random survivors to judge by reading.

Public histories have no SQL tests, so that nothing would reach their migrations and the engine would run none of their
mutants. Here every one is run: each migration is taken as the newest of its history, as on the day it was written, and
the only oracles are PostgreSQL, the rows and the round trip.

Run with ``python benchmarks/histories.py DIRECTORY… [--newest N] [--list STATUS] [--sample N --seed S]``, where each
DIRECTORY holds one project. Migrations that cannot be judged are named with their reason.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from time import perf_counter
from typing import TypeAlias

from confiture.engine.base_state import BaseState
from confiture.engine.check import make_trial, plan_of
from confiture.engine.costs import breaches
from confiture.engine.deliver import StatementFailed
from confiture.engine.interrupt import Sessions
from confiture.engine.mutate import judge_mutants
from confiture.engine.original import Original, run_original
from confiture.engine.project import Project, load_project
from confiture.engine.rehearse import Rehearsal, rehearse
from confiture.engine.setting import Setting
from confiture.engine.workbench import Workbench, open_workbench
from confiture.errors import ConfitureError
from confiture.model.event import Event, Found, Judged
from confiture.model.finding import Finding
from confiture.model.migration import Migration
from confiture.model.verdict import Judgement


@dataclass(frozen=True, slots=True)
class Result:
    """A judged mutant with where it comes from."""

    history: str
    migration: Migration
    judgement: Judgement

    @property
    def outcome(self) -> str:
        """Its status; equivalent ones apart."""
        verdict = self.judgement.verdict
        return "Equivalent" if verdict.equivalent else verdict.status.value


OUTCOMES = ("Killed", "Survived", "NoCoverage", "CompileError", "Equivalent", "Ignored", "RuntimeError", "Timeout")


def judge_history(project: Project, workbench: Workbench, *, newest: int | None) -> Iterator[Result]:
    """Every mutant of the ``newest`` migrations, or of all."""
    migrations = project.history.migrations
    first = max(0, len(migrations) - newest) if newest else 0
    for count, migration in enumerate(migrations[first:], start=first + 1):
        until = replace(project, history=replace(project.history, migrations=migrations[:count]))
        try:
            judgements = judge_all(Setting(until, migration, workbench, Sessions(workbench.server)))
        except (ConfitureError, StatementFailed) as error:
            print(f"not judged: {migration.up.path.name}: {str(error).splitlines()[0]}", file=sys.stderr)
            continue
        for judgement in judgements:
            yield Result(project.config.root.name, migration, judgement)


def judge_all(setting: Setting) -> list[Judgement]:
    """Every mutant of one migration, as though a test reached it.

    Raises:
        ConfitureError: the original cannot be run as its mutants must be.
        StatementFailed: so does an earlier migration.
    """
    states = setting.workbench.base_states
    empty = states.before(setting.project, setting.index, sessions=setting.sessions, made_up=0)
    try:
        filled = states.before(setting.project, setting.index, sessions=setting.sessions, made_up=20)
        return _judge_all(setting, filled)
    except ConfitureError:
        return _judge_all(setting, empty)


def _judge_all(setting: Setting, base: BaseState) -> list[Judgement]:
    with setting.place(base.database) as session:
        original = _value(run_original(setting, base, session=session))
    if not isinstance(original, Original):
        raise ConfitureError(str(original) if isinstance(original, StatementFailed) else original.message)
    with setting.place(base.database) as session:
        rehearsal = _value(rehearse(setting, make_trial(setting, base, original), original, session=session))
        if not isinstance(rehearsal, Rehearsal):
            raise ConfitureError(rehearsal.message if isinstance(rehearsal, Finding) else str(rehearsal))
        rehearsal = rehearsal.with_breaches(breaches(setting, original.profiles))
        plan = plan_of(setting, base, original)
        events = judge_mutants(setting, replace(rehearsal, covered=True), plan, place=lambda: nullcontext(session))
        return [event.judgement for event in events if isinstance(event, Judged)]


Returned: TypeAlias = Original | Rehearsal | Finding | StatementFailed


def _value(run: Generator[Event, None, Returned | None]) -> Returned:
    """What a part of a run returns, or the last finding of one that returned nothing."""
    last: Finding | None = None
    while True:
        try:
            event = next(run)
        except StopIteration as end:
            value = end.value or last
            assert value is not None
            return value
        last = event.finding if isinstance(event, Found) else last


def table(results: Iterable[Result], *, by: Callable[[Result], str]) -> Iterator[str]:
    """Lines of a Markdown table: outcomes of ``results``, a row per value of ``by``."""
    rows: dict[str, Counter[str]] = {}
    for result in results:
        for row in (by(result), "all"):
            rows.setdefault(row, Counter())[result.outcome] += 1
    yield f"| | mutants | {' | '.join(OUTCOMES)} | CompileError of mutants | equivalents of survivors |"
    yield "|---" * (len(OUTCOMES) + 4) + "|"
    for row, counts in sorted(rows.items()):
        cells = " | ".join(str(counts[outcome]) for outcome in OUTCOMES)
        rejected = _share(counts["CompileError"], counts.total())
        equivalent = _share(counts["Equivalent"], counts["Equivalent"] + counts["Survived"])
        yield f"| {row} | {counts.total()} | {cells} | {rejected} | {equivalent} |"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def described(result: Result) -> Iterator[str]:
    """One mutant for reading."""
    mutant, verdict = result.judgement.mutant, result.judgement.verdict
    script = result.migration.script(mutant.role)
    line = script.source.count("\n", 0, mutant.span.start) + 1
    yield f"\n{result.history}/{script.path.name}:{line} {mutant.operator} {result.outcome}: {mutant.description}"
    if verdict.reason:
        yield f"  {verdict.reason}"
    before, after = script.text.splitlines(), mutant.apply(script).splitlines()
    yield from (f"  {text}" for text in [*unified_diff(before, after, lineterm="", n=2)][3:])


def main() -> None:
    """Judges and prints."""
    options = _options()
    results: list[Result] = []
    for directory in options.directories:
        started = perf_counter()
        project = load_project(directory, environment={})
        with open_workbench(project.config.postgres) as workbench:
            found = list(judge_history(project, workbench, newest=options.newest))
        results += found
        files = len({result.migration.version for result in found})
        print(f"{directory.name}: {files} migrations with mutants, {perf_counter() - started:.0f} s")
    for by in (lambda result: result.history, lambda result: result.judgement.mutant.operator):
        print("\n" + "\n".join(table(results, by=by)))
    survivors = [result for result in results if result.outcome == "Survived"]
    sample = random.Random(options.seed).sample(survivors, min(options.sample, len(survivors)))
    for result in (*(result for result in results if result.outcome in options.list), *sample):
        print("\n".join(described(result)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directories", nargs="+", type=Path, metavar="DIRECTORY")
    parser.add_argument("--newest", type=int, metavar="N", help="only the newest migrations of each history")
    parser.add_argument("--list", action="append", default=[], choices=OUTCOMES, help="print all mutants that ended so")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="print random survivors")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which survivors are drawn")
    return parser.parse_args()


if __name__ == "__main__":
    main()
