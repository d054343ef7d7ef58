"""For how many survivors a test is written, by operator, and why the others get none.

Run with ``python benchmarks/killing_tests.py PROJECT… [--migrations N] [--mutants M] [--seed S] [--print]``. Public
histories have no SQL tests, so all their mutants count as survivors: N migrations and M mutants of each are drawn at
random. Mutants of which only the cost differs are left out, and so are those of down scripts; budgets and
`complete-down` are for them.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from confiture.engine.check import check
from confiture.engine.killing.write import Proved, Unproved, Written, write_tests
from confiture.engine.outcome import collect
from confiture.engine.project import Project, load_project
from confiture.engine.workbench import Workbench, open_workbench
from confiture.model.migration import Migration, Role
from confiture.model.mutant import Category
from confiture.model.verdict import UNDETECTED


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="+", type=Path, metavar="PROJECT")
    parser.add_argument("--migrations", type=int, default=10_000, help="at most so many of each history")
    parser.add_argument("--mutants", type=int, default=10_000, help="at most so many of each migration")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", type=int, metavar="VERSION", help="major version")
    parser.add_argument("--print", action="store_true", dest="printed", help="print the tests")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    results: Counter[tuple[str, str]] = Counter()
    for path in arguments.projects:
        overrides = {"postgres": {"version": arguments.postgres}} if arguments.postgres else {}
        project = load_project(path, environment={}, overrides=overrides)
        found: Counter[tuple[str, str]] = Counter()
        with open_workbench(project.config.postgres) as workbench:
            migrations = project.history.migrations
            for migration in chance.sample(migrations, min(arguments.migrations, len(migrations))):
                survivors = _survivors(project, migration, workbench)
                chosen = set(chance.sample(survivors, min(arguments.mutants, len(survivors))))
                found.update(_write(project, migration, chosen, workbench, printed=arguments.printed))
        _print(path.name, found)
        results.update(found)
    _print("all", results)


def _survivors(project: Project, migration: Migration, workbench: Workbench) -> list[str]:
    outcome = collect(check(project, migration, workbench=workbench))
    return sorted(
        each.mutant.id
        for each in outcome.judgements
        if each.verdict.status in UNDETECTED
        and each.mutant.role is Role.UP
        and each.mutant.category is not Category.PERFORMANCE
    )


def _write(
    project: Project, migration: Migration, survivors: set[str], workbench: Workbench, *, printed: bool
) -> Iterator[tuple[str, str]]:
    """What became of each survivor, with its operator."""
    for message in write_tests(project, migration, mutants=survivors, workbench=workbench):
        match message:
            case Proved(mutant, claim):
                yield mutant.operator, "proved" if claim else "fails by itself"
            case Unproved(mutant, reason):
                yield mutant.operator, reason.partition(":")[0]
                sys.stdout.write(f"   {mutant.operator} {mutant.description}: {reason}\n")
            case Written(file, claims, rows) if printed:
                sys.stdout.write(rows.inserts if rows else "")
                sys.stdout.write(f"-- {project.config.root.name} {migration.title}\n{file.said(claims)}\n")
            case _:
                pass


def _print(title: str, found: Counter[tuple[str, str]]) -> None:
    total = sum(found.values())
    proved = sum(count for (_, what), count in found.items() if what == "proved")
    real = total - sum(count for (_, what), count in found.items() if what == "fails by itself")
    sys.stdout.write(f"{title}: {proved} of {real} survivors got a proved test ({100 * proved / max(1, real):.0f} %)\n")
    for (operator, what), count in sorted(found.items()):
        sys.stdout.write(f"  {operator}  {count:4}  {what}\n")


if __name__ == "__main__":
    main()
