"""Fingerprints tell two databases apart by exactly what differs.

Each file in ``fingerprints/`` holds a schema, a change of it, and the differences. A line there stands for the
difference that begins with it.
"""

from pathlib import Path

import pytest

from confiture.postgres.fingerprint import Fingerprint, differences, read_fingerprint
from confiture.postgres.session import Session

CASES = sorted((Path(__file__).parent / "fingerprints").glob("*.sql"))


def parts(case: Path) -> tuple[str, str, list[str]]:
    before, rest = case.read_text(encoding="utf-8").split("---- change\n")
    after, expected = rest.split("---- differences\n")
    return before, after, [line.removeprefix("-- ") for line in expected.splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_changed_is_what_differs(each_session: Session, case: Path) -> None:
    before, after, expected = parts(case)
    each_session.run(before)
    original = read_fingerprint(each_session)
    each_session.begin()
    each_session.run(after)
    changed = read_fingerprint(each_session)
    found = [str(difference) for difference in differences(original, changed)]
    assert len(found) == len(expected), found
    for line, start in zip(found, expected, strict=True):
        assert line.startswith(start)
    each_session.rollback()
    assert read_fingerprint(each_session) == original


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_differences_turn_round_with_their_sides(each_session: Session, case: Path) -> None:
    before, after, _ = parts(case)
    each_session.run(before)
    original = read_fingerprint(each_session)
    each_session.run(after)
    changed = read_fingerprint(each_session)
    forth = {(one.object, one.expected, one.actual) for one in differences(original, changed)}
    assert {(one.object, one.actual, one.expected) for one in differences(changed, original)} == forth


def test_rows_are_read_only_when_wanted(session: Session) -> None:
    session.run("CREATE TABLE t AS SELECT 1 AS a")
    assert read_fingerprint(session, rows=False).rows == {}
    assert set(read_fingerprint(session).rows) == {"rows of t"}


def test_the_settings_of_the_users_sql_do_not_show(session: Session) -> None:
    session.run(
        "CREATE TABLE t AS SELECT '2020-01-02 03:04:05+00'::timestamptz AS a, 0.1::float8 AS b, '1 day'::interval c"
    )
    session.run("ALTER TABLE t ADD CHECK (a > '2020-01-01 00:00:00+00')")
    before = read_fingerprint(session)
    session.run(
        "SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German'; SET search_path = ''; SET IntervalStyle = 'iso_8601';"
        "SET extra_float_digits = -5; SET quote_all_identifiers = on"
    )
    assert read_fingerprint(session) == before


def test_reading_leaves_no_trace_in_a_transaction(session: Session) -> None:
    session.run("CREATE TABLE t AS SELECT 1 AS a")
    session.begin()
    read_fingerprint(session)
    assert session.run("SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass")[0].rows == (("0",),)
    session.rollback()


def test_a_database_of_many_tables_is_read_whole(session: Session) -> None:
    session.run(";".join(f"CREATE TABLE t{number} (a int PRIMARY KEY, b text)" for number in range(250)))
    fingerprint = read_fingerprint(session)
    assert sum(key.startswith("table ") for key in fingerprint.catalog) == 250
    assert len(fingerprint.rows) == 250


def test_a_change_of_another_column_does_not_hide_changed_rows() -> None:
    parts_of = {"column t.a": "table t", "rows of t": "table t"}
    expected = Fingerprint({"table t": "TABLE", "column t.a": "integer"}, {"rows of t": "2 rows, checksum 1"}, parts_of)
    actual = Fingerprint({"table t": "TABLE", "column t.a": "bigint"}, {"rows of t": "2 rows, checksum 2"}, parts_of)
    assert [one.object for one in differences(expected, actual)] == ["column t.a", "rows of t"]
    fewer = Fingerprint({"table t": "TABLE"}, {"rows of t": "1 rows, checksum 2"}, parts_of)
    assert [one.object for one in differences(expected, fewer)] == ["column t.a", "rows of t"]
