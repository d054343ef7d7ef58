"""How much of real histories applies, and how many down scripts restore what was there?

Each argument is a checkout, or DIRECTORY=MIGRATIONS where it holds several histories. Every migration runs on what the
ones before left, delivered as its tool delivers it; then its down script, then it again. One that fails is skipped.
"""

import argparse
from collections import Counter
from pathlib import Path
from time import perf_counter

from confiture.config import PostgresConfig, load_config
from confiture.engine.deliver import StatementFailed, deliver
from confiture.engine.project import load_project
from confiture.errors import ConfitureError
from confiture.model.migration import Migration, Role
from confiture.postgres.fingerprint import differences, read_fingerprint
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server, open_server
from confiture.postgres.session import Session


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkouts", nargs="+", metavar="DIRECTORY[=MIGRATIONS]")
    parser.add_argument("--newest", type=int, default=10, help="down scripts are tried for this many (default 10)")
    parser.add_argument("--errors", action="store_true", help="say why migrations failed")
    arguments = parser.parse_args()
    print(f"{'project':28} {'layout':15} {'apply':>11} {'downs restore':>14} {'seconds':>8}")
    with open_server(PostgresConfig()) as server, Scratch(server) as scratch:
        for checkout in arguments.checkouts:
            measure(checkout, server, scratch, newest=arguments.newest, errors=arguments.errors)


def measure(checkout: str, server: Server, scratch: Scratch, *, newest: int, errors: bool) -> None:
    root, _, migrations = checkout.partition("=")
    overrides = {"migrations": migrations} if migrations else {}
    try:
        load_config(Path(root), environment={}, overrides=overrides)
        project = load_project(Path(root), environment={}, overrides=overrides)
    except ConfitureError as error:
        print(f"{Path(root).name:28} {error}")
        return
    history = project.history.migrations
    counts: Counter[str] = Counter()
    started = perf_counter()
    database = scratch.create()
    with Session(server, database) as session:
        if project.prerequisites:
            session.run(project.prerequisites.text)
        for index, migration in enumerate(history):
            try:
                counts.update(step(session, migration, undo=index >= len(history) - newest))
            except StatementFailed as failure:
                session.run("RESET ALL")
                if errors:
                    print(f"  {migration.title}: {failure}")
    scratch.drop(database)
    applied, restored = f"{counts['applied']}/{len(history)}", f"{counts['restored']}/{counts['undone']}"
    seconds = perf_counter() - started
    print(f"{Path(root).name:28} {project.history.layout:15} {applied:>11} {restored:>14} {seconds:8.1f}", flush=True)


def step(session: Session, migration: Migration, *, undo: bool) -> list[str]:
    if not (undo and migration.down):
        deliver(session, migration.up, migration.delivery)
        return ["applied"]
    before = read_fingerprint(session)
    deliver(session, migration.up, migration.delivery)
    try:
        deliver(session, migration.down, migration.delivery_of(Role.DOWN))
    except StatementFailed:
        return ["applied", "undone"]
    restored = not differences(before, read_fingerprint(session))
    deliver(session, migration.up, migration.delivery)
    return ["applied", "undone", *(["restored"] if restored else [])]


if __name__ == "__main__":
    main()
