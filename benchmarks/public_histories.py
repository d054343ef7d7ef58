"""How much of real histories applies, what their down scripts take back, and what becomes of their mutants?

Run with ``python benchmarks/public_histories.py CHECKOUT…``, each of them DIRECTORY or, where there are several
histories, DIRECTORY=MIGRATIONS. Every migration runs on what the ones before left, delivered as its tool delivers it;
one that fails is left out. Down scripts are tried on a copy of that, so that none of them touches the history. The
mutants of the newest migrations are judged as `histories.py` does it: as though a test reached each of them.

Consecutive migrations of one name are one change to those who wrote them (kratos has a file for each statement), and
are undone together, the last one first.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from time import perf_counter

from histories import judge_history

from confiture.config import load_config
from confiture.engine.deliver import StatementFailed, deliver
from confiture.engine.project import Project, load_project
from confiture.engine.workbench import Workbench, open_workbench
from confiture.errors import ConfitureError
from confiture.model.migration import Migration, Role
from confiture.model.verdict import Status
from confiture.postgres.fingerprint import differences, read_fingerprint
from confiture.postgres.session import Session

HEADINGS = ("project", "tool", "applied", "taken back", "mutants", "killed", "survived", "others", "seconds")
JUDGED = (Status.KILLED, Status.SURVIVED)


@dataclass(slots=True)
class Replay:
    """A history that is applied migration by migration.

    Attributes:
        database: as the next migration finds it; no session is open.
        failures: the migrations that failed, with PostgreSQL's words.
    """

    project: Project
    workbench: Workbench
    database: str
    failures: list[str] = field(default_factory=list[str])

    def __iter__(self) -> Iterator[tuple[Migration, ...]]:
        """The migrations of each change before they are applied."""
        if self.project.prerequisites:
            with Session(self.workbench.server, self.database) as session:
                session.run(self.project.prerequisites.text)
        for _, group in groupby(self.project.history.migrations, key=lambda migration: migration.name or migration):
            change = tuple(group)
            yield change
            with Session(self.workbench.server, self.database) as session:
                for migration in change:
                    try:
                        deliver(session, migration.up, migration.delivery)
                    except StatementFailed as failure:
                        self.failures.append(f"{migration.title}: {failure}")


def main() -> None:
    """Measures and prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", nargs="+", metavar="DIRECTORY[=MIGRATIONS]")
    parser.add_argument("--newest", type=int, default=10, help="whose mutants are judged (default 10, 0 for none)")
    parser.add_argument("--errors", action="store_true", help="say why migrations and down scripts failed")
    options = parser.parse_args()
    print_table(options.checkouts, HEADINGS, partial(row, newest=options.newest, errors=options.errors))


def print_table(
    checkouts: Sequence[str], headings: Sequence[str], row_of: Callable[[Project, Workbench], Sequence[object]]
) -> None:
    """A Markdown table with a row for each of ``checkouts``, as soon as it is known."""
    print_row(headings)
    print_row(["---"] * len(headings))
    for checkout in checkouts:
        try:
            project = project_of(checkout)
        except ConfitureError as error:
            print(f"{checkout}: {error}")
            continue
        with open_workbench(project.config.postgres) as workbench:
            print_row(row_of(project, workbench))


def project_of(checkout: str) -> Project:
    """The project that an argument of the command line names.

    Raises:
        ConfitureError: its history cannot be found or read.
    """
    directory, _, migrations = checkout.partition("=")
    overrides = {"migrations": str(Path(directory, migrations).resolve())} if migrations else {}
    load_config(Path(directory), environment={}, overrides=overrides)
    return load_project(Path(directory), environment={}, overrides=overrides)


def print_row(cells: Sequence[object]) -> None:
    """One line of a Markdown table."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def row(project: Project, workbench: Workbench, *, newest: int, errors: bool) -> list[object]:
    """The line of one project."""
    started = perf_counter()
    restored: list[bool] = []
    with workbench.clone(None) as database:
        replay = Replay(project, workbench, database)
        for change in replay:
            restored += restores(workbench, database, change, errors=errors)
    if errors:
        print("\n".join(replay.failures))
    results = judge_history(project, workbench, newest=newest) if newest else ()
    verdicts = [result.judgement.verdict for result in results]
    counts = Counter(verdict.status for verdict in verdicts)
    others = ", ".join(f"{count} {status.value}" for status, count in counts.items() if status not in JUDGED)
    total = len(project.history.migrations)
    return [
        project.config.root.name,
        project.history.layout,
        f"{total - len(replay.failures)} of {total}",
        f"{sum(restored)} of {len(restored)}",
        len(verdicts),
        *(counts[status] for status in JUDGED),
        others or "none",
        f"{perf_counter() - started:.0f}",
    ]


def restores(workbench: Workbench, database: str, change: Sequence[Migration], *, errors: bool) -> list[bool]:
    """Whether the down scripts of a change that applies restore ``database``, tried on a copy; empty without any."""
    if not any(migration.down for migration in change):
        return []
    with workbench.clone(database) as copy, Session(workbench.server, copy) as session:
        before = read_fingerprint(session)
        try:
            for migration in change:
                deliver(session, migration.up, migration.delivery)
        except StatementFailed:
            return []
        try:
            for migration in reversed(change):
                if migration.down:
                    deliver(session, migration.down, migration.delivery_of(Role.DOWN))
        except StatementFailed as failure:
            found = [str(failure)]
        else:
            found = [str(difference) for difference in differences(before, read_fingerprint(session))]
    if errors and found:
        print(f"{change[-1].title} undone: {'; '.join(text.splitlines()[0] for text in found[:3])}")
    return [not found]


if __name__ == "__main__":
    main()
