"""Do generated rows fill the tables of real histories, keep their constraints, and give statements on data work to do?

Run with ``python benchmarks/seed_rows.py DIRECTORY[=MIGRATIONS]…``. Tables that the migrations themselves fill are left
alone, as in every run, and counted apart. A statement on data is an INSERT, UPDATE, DELETE or MERGE of an up script; it
is run where its migration finds it, once in the tables as the migrations left them and once after the empty ones were
filled. What stands in functions and DO blocks is not counted.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from public_histories import Replay, print_table

from confiture.engine.base_state import MadeUp
from confiture.engine.deliver import StatementFailed, measure
from confiture.engine.project import Project
from confiture.engine.workbench import Workbench
from confiture.model.migration import Migration
from confiture.model.script import Statement
from confiture.postgres.catalog import read_schema
from confiture.postgres.seed import generate_rows
from confiture.postgres.seed_details import read_details
from confiture.postgres.session import Session
from confiture.postgres.violations import count_violations, read_checks
from confiture.sql.told import values_told

DATA = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})
WANTED = 20
ROWS = (20, 1)
HEADINGS = (
    "project",
    "tables",
    "empty before",
    "filled",
    "share",
    "violations",
    "statements",
    "act before",
    "act after",
)


@dataclass(slots=True)
class Counts:
    """What was counted in one history.

    Attributes:
        notes: what could not be filled, and which migrations refuse the rows.
    """

    tables: int = 0
    empty: int = 0
    filled: int = 0
    violations: int = 0
    statements: int = 0
    acting: Counter[bool] = field(default_factory=Counter[bool])
    notes: list[str] = field(default_factory=list[str])

    def cells(self, name: str) -> list[object]:
        """The line of the table."""
        share = f"{self.filled / self.empty:.1%}" if self.empty else "–"
        return [
            name,
            self.tables,
            self.empty,
            self.filled,
            share,
            self.violations,
            self.statements,
            self.acting[False],
            self.acting[True],
        ]


def main() -> None:
    """Measures and prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", nargs="+", metavar="DIRECTORY[=MIGRATIONS]")
    parser.add_argument("--notes", action="store_true", help="say what is not filled, and what refuses the rows")
    options = parser.parse_args()
    print_table(options.checkouts, HEADINGS, partial(row, notes=options.notes))


def row(project: Project, workbench: Workbench, *, notes: bool) -> list[object]:
    """The line of one project."""
    counts = count(project, workbench)
    if notes:
        print("\n".join(counts.notes))
    return counts.cells(project.config.root.name)


def count(project: Project, workbench: Workbench) -> Counts:
    """Everything about one history."""
    counts = Counts()
    with workbench.clone(None) as database:
        for change in Replay(project, workbench, database):
            if any(data_of(migration) for migration in change):
                try_data(workbench, database, change, counts)
        count_tables(workbench, database, counts)
    return counts


def data_of(migration: Migration) -> list[Statement]:
    """The statements on data of an up script."""
    return [statement for statement in migration.up.statements if statement.kind in DATA]


def try_data(workbench: Workbench, database: str, change: Sequence[Migration], counts: Counts) -> None:
    """Which statements on data do something, without and with generated rows."""
    counts.statements += sum(len(data_of(migration)) for migration in change)
    bare = acting(workbench, database, change, rows=0)
    counts.acting[False] += bare.statements
    if bare.refused:
        counts.notes.append(f"fails: {bare.refused}")
    for rows in ROWS:
        filled = acting(workbench, database, change, rows=rows)
        counts.violations += filled.violations
        if filled.refused is None:
            counts.acting[True] += filled.statements
            return
        counts.notes.append(f"refuses {rows} rows: {filled.refused}")
    counts.acting[True] += bare.statements


@dataclass(slots=True)
class Run:
    """What the statements of one change did.

    Attributes:
        refused: why one of its migrations failed.
    """

    statements: int = 0
    violations: int = 0
    refused: str | None = None


def acting(workbench: Workbench, database: str, change: Sequence[Migration], *, rows: int) -> Run:
    """How many statements on data of ``change`` touch a row, where empty tables get ``rows`` generated ones."""
    run = Run()

    def meter(statement: Statement) -> None:
        touched = session.run(statement.text)[-1].rowcount
        run.statements += statement.kind in DATA and touched > 0

    with workbench.clone(database) as copy, Session(workbench.server, copy) as session:
        for migration in change:
            if rows and data_of(migration):
                MadeUp(rows, values_told(migration.up)).generate(session)
                run.violations += violations(session)
            try:
                measure(session, migration.up, migration.delivery, meter=meter)
            except StatementFailed as failure:
                run.refused = f"{migration.title}: {failure}"
                break
    return run


def count_tables(workbench: Workbench, database: str, counts: Counts) -> None:
    """How many tables of the whole history are filled."""
    with workbench.clone(database) as copy, Session(workbench.server, copy) as session:
        schema, details = read_schema(session), read_details(session)
        empty = [name for name, table in schema.tables.items() if details.takes_rows(name) and table.rows == 0]
        counts.tables = sum(details.takes_rows(name) for name in schema.tables)
        counts.empty = len(empty)
        counts.notes += generate_rows(session, schema)
        after = read_schema(session).tables
        counts.filled = sum(after[name].rows >= WANTED for name in empty)
        counts.notes += [f"{name} has {after[name].rows} rows" for name in empty if 0 < after[name].rows < WANTED]
        counts.violations += violations(session)


def violations(session: Session) -> int:
    """Rows that break a constraint or a unique index."""
    return sum(count_violations(session, check) for check in read_checks(session))


if __name__ == "__main__":
    main()
