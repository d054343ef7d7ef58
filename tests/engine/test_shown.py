"""Which undetected mutants are shown first."""

from pathlib import Path

from confiture.engine.outcome import shown
from confiture.model.migration import Delivery, Migration
from confiture.model.verdict import Judgement, Status, Verdict
from confiture.operators import mutants
from confiture.sql import parse_script

UP = """
CREATE TABLE notes (
  id bigint PRIMARY KEY,
  body text NOT NULL,
  author bigint NOT NULL REFERENCES users (id)
);
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
"""


def first(count: int, *, status: Status = Status.SURVIVED) -> list[str]:
    migration = Migration("1", "notes", parse_script(Path("up.sql"), UP), None, Delivery.ONE_STRING)
    judgements = [Judgement(mutant, Verdict(status)) for mutant in mutants(migration.up)]
    chosen = shown(judgements, migration, per_line=1, per_file=count)
    return [judgement.mutant.description for judgement in chosen]


def test_tables_that_hold_rows_come_before_new_ones() -> None:
    assert first(1) == ["users.name accepts NULL"]


def test_each_operator_comes_once_before_one_comes_twice() -> None:
    assert first(3)[1:] == ["id of notes loses its PRIMARY KEY", "notes.body accepts NULL"]


def test_at_most_one_a_line_and_so_many_a_file_are_shown() -> None:
    assert len(first(2)) == 2
    assert len(first(100)) <= UP.count("\n")


def test_what_was_detected_is_not_shown() -> None:
    assert first(100, status=Status.KILLED) == []


def test_survivors_beside_which_a_test_noticed_something_come_first() -> None:
    assert first_beside("no such mutant", "tests/a.sql") == ["users.name accepts NULL", "users.nick accepts NULL"]
    assert first_beside("users.age accepts NULL", "tests/a.sql") == [
        "users.nick accepts NULL",
        "users.name accepts NULL",
    ]
    assert first_beside("users.mail accepts NULL", "tests/a.sql") == [
        "users.nick accepts NULL",
        "users.name accepts NULL",
    ]


def test_only_a_test_is_near() -> None:
    nearest = ["users.name accepts NULL", "users.nick accepts NULL"]
    for killer in ("data", "PostgreSQL", "round trip", "budget"):
        assert first_beside("users.age accepts NULL", killer) == nearest


def first_beside(killed: str, killer: str) -> list[str]:
    """The first two survivors when ``killer`` noticed the mutant ``killed``."""
    up = """
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
ALTER TABLE users ALTER COLUMN nick SET NOT NULL, ALTER COLUMN age SET NOT NULL,
  ALTER COLUMN mail SET NOT NULL;
"""
    migration = Migration("1", "users", parse_script(Path("up.sql"), up), None, Delivery.ONE_STRING)
    judgements = [
        Judgement(
            mutant,
            Verdict(Status.KILLED, killed_by=killer) if mutant.description == killed else Verdict(Status.SURVIVED),
        )
        for mutant in mutants(migration.up)
        if mutant.description.endswith("accepts NULL")
    ]
    return [each.mutant.description for each in shown(judgements, migration, per_line=1, per_file=2)]
