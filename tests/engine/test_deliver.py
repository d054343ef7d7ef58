"""A script in one transaction is sent at once, and what goes wrong is still said of the right statement."""

from pathlib import Path

import pytest

from confiture.engine.deliver import StatementFailed, deliver
from confiture.engine.workbench import Workbench
from confiture.model.migration import Delivery
from confiture.postgres.errors import SqlTimeout
from confiture.postgres.session import Session
from confiture.sql import parse_script


@pytest.mark.parametrize("delivery", [Delivery.TRANSACTION, Delivery.ONE_STRING])
@pytest.mark.parametrize(
    ("text", "failing"),
    [
        ("CREATE TABLE a (n int); SELECT 1 FROM nowhere; DROP TABLE a;", "SELECT 1 FROM nowhere"),
        ("CREATE TABLE a (n int); SELEC 1; DROP TABLE a;", "SELEC 1"),
        ("CREATE TABLE a (n int); INSERT INTO a VALUES (1 / 0);", "INSERT INTO a VALUES (1 / 0)"),
        ("CREATE TABLE a (n int); VACUUM a;", "VACUUM a"),
    ],
)
def test_the_statement_that_fails_is_named_and_nothing_remains(
    workbench: Workbench, text: str, failing: str, delivery: Delivery
) -> None:
    with workbench.clone(None) as database, Session(workbench.server, database) as session:
        with pytest.raises(StatementFailed) as failed:
            deliver(session, parse_script(Path("up.sql"), text), delivery)
        assert failed.value.statement.text == failing
        assert not session.in_transaction
        assert session.query("SELECT to_regclass('a')") == [(None,)]


def test_the_statement_that_takes_too_long_is_named(workbench: Workbench) -> None:
    script = parse_script(Path("up.sql"), "CREATE TABLE a (n int); SELECT pg_sleep(60); DROP TABLE a;")
    with workbench.clone(None) as database, Session(workbench.server, database) as session:
        with pytest.raises(StatementFailed) as failed, session.deadline(0.3):
            deliver(session, script, Delivery.TRANSACTION)
        assert failed.value.statement.text == "SELECT pg_sleep(60)"
        assert isinstance(failed.value.error, SqlTimeout)
        assert session.query("SELECT to_regclass('a')") == [(None,)]


def test_settings_of_a_script_count_for_how_the_rest_of_it_is_read(workbench: Workbench) -> None:
    text = r"SET LOCAL standard_conforming_strings = off; CREATE TABLE a AS SELECT '\x61' AS letter;"
    with workbench.clone(None) as database, Session(workbench.server, database) as session:
        deliver(session, parse_script(Path("up.sql"), text), Delivery.TRANSACTION)
        assert session.query("SELECT letter FROM a") == [("a",)]
