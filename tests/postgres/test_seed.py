"""Generated rows satisfy what the catalog asks for, and are always the same.

Each file in ``seeds/`` holds a schema, how many rows its tables get, what is said of those that get none, and
queries that must be true of the rows.
"""

from pathlib import Path

import pytest

from confiture.postgres.catalog import read_schema
from confiture.postgres.errors import SqlError
from confiture.postgres.fingerprint import read_fingerprint
from confiture.postgres.scratch import Scratch
from confiture.postgres.seed import generate_rows
from confiture.postgres.seed_values import fits_length, literals_in, pool, series
from confiture.postgres.server import Server
from confiture.postgres.session import Session

CASES = sorted((Path(__file__).parent / "seeds").glob("*.sql"))


def comments(text: str) -> list[str]:
    return [line.removeprefix("-- ") for line in text.splitlines() if line]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_empty_tables_are_filled(each_session: Session, case: Path) -> None:
    schema, rest = case.read_text(encoding="utf-8").split("---- rows\n")
    rows, rest = rest.split("---- notes\n")
    notes, holds = rest.split("---- holds\n")
    each_session.run(schema)
    assert sorted(generate_rows(each_session, read_schema(each_session))) == comments(notes)
    assert not each_session.in_transaction
    counts = {name: table.rows for name, table in read_schema(each_session).tables.items()}
    for table, _, count in (line.rpartition(": ") for line in comments(rows)):
        assert count == "some" or counts[table] == int(count), table
    for query in filter(str.strip, holds.split(";\n")):
        assert each_session.run(query)[0].rows == ((True,),), query


def test_the_same_schema_always_gets_the_same_rows(server: Server, scratch: Scratch) -> None:
    fingerprints = []
    for _ in range(2):
        name = scratch.create()
        with Session(server, name) as session:
            for case in CASES:
                session.run(f'CREATE SCHEMA "{case.stem}"; SET search_path = "{case.stem}", public')
                schema = case.read_text(encoding="utf-8").partition("---- rows")[0]
                session.run(schema.replace('CREATE SCHEMA "My App";', 'CREATE SCHEMA IF NOT EXISTS "My App";'))
            generate_rows(session, read_schema(session))
            fingerprints.append(read_fingerprint(session))
        scratch.drop(name)
    assert fingerprints[0] == fingerprints[1]


def test_the_number_of_rows_is_the_callers_choice(session: Session) -> None:
    session.run("CREATE TABLE t (id int PRIMARY KEY)")
    generate_rows(session, read_schema(session), rows_per_table=3)
    assert session.run("SELECT id FROM t ORDER BY id")[0].rows == (("1",), ("2",), ("3",))


def test_within_a_transaction_of_the_caller_nothing_is_committed(session: Session) -> None:
    session.run("CREATE TABLE t (id int PRIMARY KEY)")
    session.begin()
    generate_rows(session, read_schema(session))
    assert session.run("SELECT count(*) FROM t")[0].rows == (("20",),)
    session.rollback()
    assert session.run("SELECT count(*) FROM t")[0].rows == (("0",),)


def test_a_table_that_changed_meanwhile_is_said(session: Session) -> None:
    session.run("CREATE TABLE a (id int)")
    schema = read_schema(session)
    session.run("ALTER TABLE a RENAME COLUMN id TO renamed")
    assert generate_rows(session, schema) == ('a has no rows: column "id" of relation "a" does not exist (42703)',)


def test_literals_are_found_where_postgres_printed_them() -> None:
    printed = ["CHECK ((a >= 18) AND (b = ANY (ARRAY['it''s'::text, 'x%'::text])))", "CHECK ((c2 < 1.5))", "'x%'"]
    assert literals_in(printed) == ("18", "it's", "x%", "1.5")


def test_a_limit_brings_the_numbers_beside_it() -> None:
    values = pool("integer", column="age", labels=(), literals=("18",))
    assert {"17", "18", "19", "1", "2", "10", "100", "0"} == set(values)


def test_texts_fit_their_column() -> None:
    assert fits_length("character varying(2)", "ab")
    assert not fits_length("character varying(2)", "abc")
    assert fits_length("numeric(3,2)", "1.23456")


def test_a_series_has_a_style_for_most_rules_and_never_repeats() -> None:
    styles = [series("text", number, column="code") for number in range(200)]
    assert styles[8][:2] == ("item-9", "user9@example.org")
    assert series("text", 8, column="email")[0] == "user9@example.org"
    assert all(len(set(style)) == 200 for style in zip(*styles, strict=True))
    assert series("boolean", 8, column="c") == ()


def test_a_session_that_fails_midway_is_rolled_back(session: Session) -> None:
    session.run("CREATE TABLE t (id int)")
    schema = read_schema(session)
    with session.deadline(0.0), pytest.raises(SqlError):
        generate_rows(session, schema)
    assert not session.in_transaction
