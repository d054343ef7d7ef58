"""Several texts in one message: what each gave, and which of them failed where."""

import pytest

from confiture.postgres.batch import Part
from confiture.postgres.errors import SqlTimeout
from confiture.postgres.session import Session

SAVEPOINT, BACK = "SAVEPOINT before", "ROLLBACK TO SAVEPOINT before"


def test_each_part_has_its_results(session: Session) -> None:
    session.begin()
    batch = session.run_batch([Part("SELECT 1; SELECT 2 -- two"), Part("", (SAVEPOINT,)), Part("SELECT 3;", (BACK,))])
    assert [[result.rows for result in results] for results in batch.results] == [
        [(("1",),), (("2",),)],
        [],
        [(("3",),)],
    ]
    assert batch.error is None


def test_what_a_part_did_is_taken_back_before_the_next(session: Session) -> None:
    session.begin()
    parts = [Part("CREATE TABLE a (id int)", (SAVEPOINT,)), Part("SELECT to_regclass('a') IS NULL", (BACK,))]
    assert session.run_batch(parts).results[1][0].rows == ((True,),)


def test_the_part_that_fails_is_named_and_those_behind_it_never_run(session: Session) -> None:
    session.begin()
    batch = session.run_batch([Part("SELECT 1"), Part("SELECT 2; SELECT nix"), Part("SELECT 3")])
    assert (len(batch.results), batch.failed) == (1, 1)
    assert batch.error
    assert batch.error.position == len("SELECT 2; SELECT ")


def test_a_text_that_cannot_be_read_is_found_before_anything_runs(session: Session) -> None:
    session.begin()
    batch = session.run_batch([Part("CREATE TABLE a (id int)"), Part("SELECT 'é', )", (SAVEPOINT,))])
    assert (batch.results, batch.failed) == ((), 1)
    assert batch.error
    assert (batch.error.sqlstate, batch.error.position) == ("42601", len("SELECT 'é', "))


def test_commands_before_a_part_end_a_failed_transaction(session: Session) -> None:
    session.begin()
    session.run_batch([Part("SELECT nix", (SAVEPOINT,))])
    assert session.failed
    assert session.run_batch([Part("SELECT 1", (BACK,))]).results[0][0].rows == (("1",),)


def test_a_deadline_ends_the_whole_message(session: Session) -> None:
    session.begin()
    with pytest.raises(SqlTimeout), session.deadline(0.05):
        session.run_batch([Part("SELECT 1"), Part("SELECT pg_sleep(3600)"), Part("SELECT 2")])
