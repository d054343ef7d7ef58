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
