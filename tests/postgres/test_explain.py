"""Plans and the reasons of rewrites."""

import json
from pathlib import Path

import pytest

from confiture.model.script import Statement
from confiture.postgres.explain import note_rewrites, plan_of, reason_of_rewrite
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server
from confiture.postgres.session import Session
from confiture.sql import parse_script


@pytest.fixture
def session(server: Server):
    with Scratch(server) as scratch, Session(server, scratch.create()) as session:
        session.run("CREATE TABLE a AS SELECT g AS id FROM generate_series(1, 9) AS g")
        yield session


def statement(text: str) -> Statement:
    return parse_script(Path("a.sql"), text).statements[0]


def test_a_plan_says_what_really_ran_and_changes_nothing(session: Session) -> None:
    session.begin()
    [plan] = json.loads(plan_of(session, statement("UPDATE a SET id = id + 1;")))
    assert plan["Plan"]["Plans"][0]["Actual Rows"] == 9
    assert session.run("SELECT sum(id) FROM a")[0].rows[0][0] == "45"


@pytest.mark.parametrize("text", ["ALTER TABLE a ADD b int;", "UPDATE nowhere SET id = 1;"])
def test_what_has_no_plan_has_none(session: Session, text: str) -> None:
    session.begin()
    assert plan_of(session, statement(text)) == ""
    assert not session.failed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ALTER TABLE a ADD b float8 DEFAULT random()", "each row gets a default of its own"),
        ("ALTER TABLE a ALTER id TYPE bigint", "the new type is stored differently"),
        ("ALTER TABLE a SET UNLOGGED", "it becomes logged or unlogged"),
        (
            "ALTER TABLE a ALTER id TYPE bigint, ADD b float8 DEFAULT random()",
            "each row gets a default of its own, the new type is stored differently",
        ),
        ("ALTER TABLE a ADD b int DEFAULT 1", ""),
    ],
)
def test_postgresql_says_why_it_rewrites(session: Session, text: str, reason: str) -> None:
    assert note_rewrites(session)
    session.run(text)
    assert reason_of_rewrite(session) == reason
    assert reason_of_rewrite(session) == ""
