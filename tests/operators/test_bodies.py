"""PostgreSQL, which reads a function in PL/pgSQL when it is created, takes each one with a mistake in its body."""

from collections.abc import Iterator

import pytest
from cases import Case, all_cases

from confiture.model.script import Script
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server
from confiture.postgres.session import Session
from confiture.sql import parse_script

AS_FUNCTION = "CREATE FUNCTION block() RETURNS void LANGUAGE plpgsql AS"


def routines(script: Script) -> Iterator[str]:
    """Functions in PL/pgSQL; a DO block becomes one, so that it is read but not run."""
    for statement in script.statements:
        if statement.kind == "DO":
            yield statement.text.replace("DO", AS_FUNCTION, 1)
        elif "PLPGSQL" in statement.words:
            yield statement.text


WITH_BODIES = [
    case for case in all_cases() if case.up and case.path.stem.startswith("body_") and any(routines(case.up))
]


@pytest.fixture(scope="module")
def session(server: Server) -> Iterator[Session]:
    with Scratch(server) as scratch, Session(server, scratch.create()) as session:
        session.begin()
        session.savepoint("nothing")
        yield session


@pytest.mark.parametrize("case", WITH_BODIES, ids=str)
def test_postgresql_takes_every_body(case: Case, session: Session) -> None:
    for script, mutant in case.mutants():
        for text in routines(parse_script(script.path, mutant.apply(script))):
            session.run(text)
            session.rollback_to("nothing")
