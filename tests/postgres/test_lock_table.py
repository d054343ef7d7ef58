"""What statements lock, rewrite and read on each PostgreSQL of this machine: every row of ``docs/locks.md``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from confiture.model.profile import LockMode, Profile
from confiture.postgres.costs import CostMeter
from confiture.postgres.errors import SqlError
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server
from confiture.postgres.session import Session
from confiture.sql import parse_script

PAGE = Path(__file__).parents[2] / "docs" / "locks.md"
SCHEMA = Path(__file__).parent / "costs" / "schema.sql"
ALONE = re.compile(r"^(?!REFRESH).*CONCURRENTLY|^VACUUM|ADD VALUE")


LINES = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
FORMS = [[cell.strip("| `") for cell in line.rsplit(" | ", 3)] for line in LINES if line.startswith("| `")]
STOPS = dict(re.findall(r"\| ([A-Z ,]+) \| ([^|]+) \|$", "\n".join(LINES), re.MULTILINE))


@dataclass(frozen=True)
class Base:
    """A database with the page's tables: a session on it, and a copy of it to be cloned."""

    server: Server
    scratch: Scratch
    session: Session
    template: str


@pytest.fixture(scope="module")
def base(each_scratch: tuple[Server, Scratch]) -> Iterator[Base]:
    server, scratch = each_scratch
    template = scratch.create()
    with Session(server, template) as session:
        session.run(SCHEMA.read_text("utf-8"))
    name = scratch.create(template)
    with Session(server, name) as session:
        yield Base(server, scratch, session, template)
    scratch.drop(name)
    scratch.drop(template)


def measure(session: Session, text: str) -> Profile:
    [statement] = parse_script(Path("case.sql"), f"{text};").statements
    return CostMeter(session).measure(statement)


def profile_of(base: Base, text: str) -> Profile:
    if not ALONE.search(text):
        base.session.begin()
        try:
            return measure(base.session, text)
        finally:
            base.session.rollback()
    clone = base.scratch.create(base.template)
    try:
        with Session(base.server, clone) as session:
            return measure(session, text)
    finally:
        base.scratch.drop(clone)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form[0])
def test_a_statement_does_what_the_page_says(base: Base, form: list[str]) -> None:
    text, locks, rewrites, scans = form
    profile = profile_of(base, text)
    assert {
        "locks": ", ".join(f"{lock.mode.label} on {lock.table}" for lock in profile.locks),
        "rewrites": ", ".join(profile.rewrites),
        "reads all of": ", ".join(profile.scans),
    } == {"locks": locks, "rewrites": rewrites, "reads all of": scans}


def test_the_page_has_many_forms() -> None:
    assert len(FORMS) >= 80


def test_the_page_says_who_waits_for_which_lock() -> None:
    said = {label: stops for labels, stops in STOPS.items() for label in labels.split(", ")}
    assert {label: stops.startswith("no query") for label, stops in said.items()} == {
        mode.label: not mode.blocks for mode in LockMode
    }
    assert all(said[mode.label] == ", ".join(mode.blocks) for mode in LockMode if mode.blocks)


def succeeds(session: Session, query: str) -> bool:
    session.begin()
    try:
        session.run(f"SET LOCAL lock_timeout = '5ms'; {query}")
    except SqlError:
        return False
    finally:
        session.rollback()
    return True


@pytest.mark.parametrize("held", LockMode, ids=lambda mode: mode.label)
def test_a_held_lock_stops_the_queries_that_we_say(base: Base, held: LockMode) -> None:
    queries = {
        "SELECT": "SELECT 1 FROM prices",
        "SELECT FOR UPDATE": "SELECT 1 FROM prices FOR UPDATE",
        "INSERT": "INSERT INTO prices VALUES (0)",
        "UPDATE": "UPDATE prices SET price = 1 WHERE false",
        "DELETE": "DELETE FROM prices WHERE false",
    }
    with Session(base.server, base.session.database) as holder:
        holder.run(f"BEGIN; LOCK TABLE prices IN {held.label} MODE")
        stopped = {word for word, query in queries.items() if not succeeds(base.session, query)}
    assert stopped - {"SELECT FOR UPDATE"} == set(held.blocks) - {"SELECT FOR UPDATE"}
    assert ("SELECT FOR UPDATE" in stopped) == (held >= LockMode.EXCLUSIVE)
