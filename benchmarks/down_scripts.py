"""How many down scripts do not restore the state before, and how many of these can be completed, proved?

Run with ``python benchmarks/down_scripts.py PROJECT… [--newest N] [--print]``. Each migration is taken as the newest of
its history; one that does not apply is left out of the history. Down scripts that fail restore nothing and cannot be
completed: they are counted apart.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from confiture.engine.project import Project, load_project
from confiture.engine.restoring.complete import Completed, complete_down
from confiture.engine.workbench import Workbench, open_workbench
from confiture.errors import ProjectError
from confiture.model.difference import Difference
from confiture.model.event import Found
from confiture.model.migration import Migration


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one down script.

    Attributes:
        outcome: one of `OUTCOMES`.
        left: what the completed script still gets wrong, and why.
    """

    migration: Migration
    outcome: str
    left: tuple[tuple[Difference, str], ...] = ()
    text: str = ""


OUTCOMES = ("restores", "completed", "completed, rows kept", "in part", "not at all", "fails")


def results_of(project: Project, workbench: Workbench, *, newest: int) -> Iterator[Result]:
    """Each down script's result, from the oldest of the ``newest`` on."""
    kept: tuple[Migration, ...] = ()
    first = len(project.history.migrations) - newest
    for index, migration in enumerate(project.history.migrations):
        until = replace(project, history=replace(project.history, migrations=(*kept, migration)))
        if index < first:
            kept = until.history.migrations
            continue
        result = _result(until, migration, workbench)
        if result:
            kept = until.history.migrations
            if result.migration.down:
                yield result


def _result(project: Project, migration: Migration, workbench: Workbench) -> Result | None:
    """None where the up script does not apply."""
    if migration.down is None:
        return Result(migration, "restores")
    try:
        messages = list(complete_down(project, migration, workbench=workbench))
    except ProjectError as error:
        if str(error).startswith(migration.up.path.name) and migration.up.path != migration.down.path:
            sys.stdout.write(f"  not applied: {error}\n")
            return None
        return Result(migration, "fails", text=str(error))
    for message in messages:
        if isinstance(message, Completed):
            chosen = message.keeping or message.plain
            text = "\n".join(edit.replacement for _, edits in message.edits(chosen) for edit in edits)
            return Result(migration, _outcome(message), chosen.left, text)
    said = [message.finding.message for message in messages if isinstance(message, Found)]
    sys.stdout.write(f"  not judged: {migration.title}: {' '.join(said)[:200]}\n")
    return None


def _outcome(completed: Completed) -> str:
    if not completed.residue:
        return "restores"
    if not completed.plain.left:
        return "completed"
    if completed.keeping and not completed.keeping.left:
        return "completed, rows kept"
    return "in part" if completed.restored(completed.keeping or completed.plain) else "not at all"


def main() -> None:
    """Prints a table, and what is left."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="+", type=Path, metavar="PROJECT")
    parser.add_argument("--newest", type=int, default=10_000, metavar="N", help="only the newest migrations")
    parser.add_argument("--print", action="store_true", dest="printed", help="print what was added")
    arguments = parser.parse_args()
    counts: dict[str, Counter[str]] = {}
    for path in arguments.projects:
        project = load_project(path, environment={})
        with open_workbench(project.config.postgres) as workbench:
            for result in results_of(project, workbench, newest=arguments.newest):
                counts.setdefault(path.name, Counter())[result.outcome] += 1
                _tell(result, printed=arguments.printed)
    _table(counts)


def _tell(result: Result, *, printed: bool) -> None:
    if result.outcome == "restores":
        return
    sys.stdout.write(f"{result.migration.title}: {result.outcome}\n")
    sys.stdout.writelines(f"  {each.change.value} {each.object}: {reason}\n" for each, reason in result.left)
    if printed or result.outcome == "fails":
        sys.stdout.write(f"{result.text.strip()}\n")
    sys.stdout.flush()


def _table(counts: dict[str, Counter[str]]) -> None:
    sys.stdout.write(f"| history | {' | '.join(OUTCOMES)} | completed of those that do not restore |\n")
    sys.stdout.write("|---" * (len(OUTCOMES) + 2) + "|\n")
    for name, found in {**counts, "all": sum(counts.values(), Counter[str]())}.items():
        done = found["completed"] + found["completed, rows kept"]
        tried = done + found["in part"] + found["not at all"]
        share = f"{done / tried:.0%}" if tried else "–"
        sys.stdout.write(f"| {name} | {' | '.join(str(found[each]) for each in OUTCOMES)} | {share} |\n")


if __name__ == "__main__":
    main()
