"""How many rows are locked at once, and which functions may say something else the next time."""

import pytest

from confiture.postgres.errors import SqlError
from confiture.postgres.functions import unstable_functions
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server
from confiture.postgres.session import Session
from confiture.postgres.written import note_written, written

IN_TWO = """
DO $$ BEGIN
    {} WHERE id <= 2;
    COMMIT;
    {} WHERE id = 3;
    {} WHERE id = 4;
    {} WHERE id = 5;
END $$
"""


@pytest.fixture
def session(server: Server):
    with Scratch(server) as scratch, Session(server, scratch.create()) as session:
        session.run("CREATE TABLE plain (id int, note text); INSERT INTO plain SELECT generate_series(1, 9)")
        session.run('CREATE SCHEMA shop; CREATE TABLE shop."Parts" (id int, note text) PARTITION BY RANGE (id)')
        session.run('CREATE TABLE shop.few PARTITION OF shop."Parts" DEFAULT')
        session.run('INSERT INTO shop."Parts" SELECT generate_series(1, 9)')
        yield session


@pytest.mark.parametrize("table", ["plain", 'shop."Parts"'])
@pytest.mark.parametrize("command", ["UPDATE {} SET note = 'a'", "DELETE FROM {}"])
def test_the_rows_of_a_transaction_are_counted_together(session: Session, table: str, command: str) -> None:
    note_written(session, table=table, kind=command.split(maxsplit=1)[0])
    session.run(IN_TWO.replace("{}", command.format(table)))
    assert written(session).at_once == 3
    assert 0 < written(session).seconds < 60
    session.run(command.format(table))
    assert written(session).at_once == (9 if command.startswith("UPDATE") else 4)


def test_time_runs_from_the_first_row_of_a_transaction_to_its_last(session: Session) -> None:
    session.begin()
    session.run("SELECT pg_sleep(0.3)")
    note_written(session, table="plain", kind="UPDATE")
    session.run("UPDATE plain SET note = 'a' WHERE id < 0")
    assert written(session).at_once == 0
    assert written(session).seconds < 0.3
    session.run("SELECT pg_sleep(0.3); UPDATE plain SET note = 'a' WHERE id < 0")
    assert written(session).seconds > 0.3


def test_only_tables_can_be_watched(session: Session) -> None:
    session.run("CREATE VIEW seen AS SELECT * FROM plain")
    with pytest.raises(SqlError, match=r'"seen" is a view'):
        note_written(session, table="seen", kind="UPDATE")
    with pytest.raises(SqlError, match="does not exist"):
        note_written(session, table="nowhere", kind="UPDATE")


def test_functions_of_the_project_are_trusted_only_if_they_are_immutable(session: Session) -> None:
    for name, volatility in (("fixed", "IMMUTABLE"), ("looked_up", "STABLE"), ("counted", "VOLATILE")):
        session.run(f"CREATE FUNCTION {name}() RETURNS int {volatility} LANGUAGE sql RETURN 1")
    asked = {"fixed", "looked_up", "counted", "random", "nextval", "now", "lower", "concat"}
    assert unstable_functions(session) & asked == {"looked_up", "counted", "random", "nextval"}
