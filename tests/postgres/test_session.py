"""`Session`: what comes back, what goes wrong, and how it is stopped."""

import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from confiture.postgres.errors import Interrupted, SqlError, SqlTimeout
from confiture.postgres.server import Server
from confiture.postgres.session import Session

STUBBORN = """
DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(3600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$
"""


@contextmanager
def running(action: Callable[[], object]) -> Iterator[list[Exception]]:
    """Runs ``action`` in a thread for the duration of the block, and collects what it raised."""
    raised: list[Exception] = []

    def act() -> None:
        try:
            action()
        except (Interrupted, SqlError) as error:
            raised.append(error)

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield raised
    finally:
        thread.join(timeout=60)
        assert not thread.is_alive()


def sleeps(server: Server, pid: int) -> Callable[[], bool]:
    """Whether the backend ``pid`` is inside pg_sleep."""

    def check() -> bool:
        with Session(server, "postgres") as other:
            rows = other.query("SELECT wait_event FROM pg_stat_activity WHERE pid = %s", [pid])
        return rows == [("PgSleep",)]

    return check


def test_each_statement_of_a_text_has_its_result(session: Session) -> None:
    first, second, third, fourth = session.run(
        "SELECT 1 AS one, true, NULL, 'é𝄞'; CREATE TABLE t (a int);"
        "INSERT INTO t VALUES (1), (2); SELECT a FROM t WHERE false"
    )
    assert first.columns == ("one", "?column?", "?column?", "?column?")
    assert first.rows == (("1", True, None, "é𝄞"),)
    assert (second.columns, second.rowcount, second.status) == ((), 0, "CREATE TABLE")
    assert (third.rowcount, third.status) == (2, "INSERT 0 2")
    assert (fourth.columns, fourth.rows, fourth.rowcount) == (("a",), (), 0)


def test_percent_signs_and_empty_texts_are_harmless(session: Session) -> None:
    assert session.run("SELECT '100%', 5 % 3, '%s'")[0].rows == (("100%", "2", "%s"),)
    assert session.run("-- nothing\n") == session.run("-- nothing\n")


@pytest.mark.parametrize("prefix", ["", "-- é𝄞\n", "SELECT 'é𝄞';\r\n", "/* ä */ "])
def test_an_error_points_at_the_code_point_of_the_text_that_was_sent(session: Session, prefix: str) -> None:
    text = f"{prefix}SELECT nowhere FROM pg_class"
    with pytest.raises(SqlError) as caught:
        session.run(text)
    assert caught.value.sqlstate == "42703"
    assert caught.value.position == text.index("nowhere")


def test_an_error_carries_all_that_postgres_says(session: Session) -> None:
    session.run("CREATE TABLE t (a int PRIMARY KEY CONSTRAINT positive CHECK (a > 0))")
    with pytest.raises(SqlError) as caught:
        session.run("INSERT INTO t VALUES (-1)")
    error = caught.value
    assert (error.sqlstate, error.constraint, error.position) == ("23514", "positive", None)
    assert error.detail == "Failing row contains (-1)."
    with pytest.raises(SqlError) as caught:
        session.run("INSERT INTO t VALUES (NULL)")
    assert caught.value.column == "a"
    with pytest.raises(SqlError) as caught:
        session.run("DO $$ BEGIN RAISE 'no' USING HINT = 'ask', ERRCODE = 'ZZ001'; END $$")
    assert (caught.value.hint, caught.value.sqlstate) == ("ask", "ZZ001")
    assert "PL/pgSQL function inline_code_block" in (caught.value.context or "")


@pytest.mark.parametrize(("text", "position"), [("SELECT 1\0; SELECT 2", 8), ("SELECT '\ud800'", 8)])
def test_a_text_that_cannot_be_sent_is_an_error_at_its_place(session: Session, text: str, position: int) -> None:
    with pytest.raises(SqlError) as caught:
        session.run(text)
    assert (caught.value.sqlstate, caught.value.position) == ("22021", position)
    assert session.run("SELECT 1")


def test_statements_before_an_error_share_its_implicit_transaction(session: Session) -> None:
    with pytest.raises(SqlError):
        session.run("CREATE TABLE gone (a int); SELECT 1/0")
    assert session.run("SELECT to_regclass('gone')")[0].rows == ((None,),)


def test_copy_from_stdin_fails_instead_of_waiting(session: Session) -> None:
    session.run("CREATE TABLE t (a int)")
    with pytest.raises(SqlError, match="COPY … FROM STDIN"):
        session.run("INSERT INTO t VALUES (1); COPY t FROM STDIN; INSERT INTO t VALUES (2)")
    assert session.run("SELECT count(*) FROM t")[0].rows == (("0",),)


def test_copy_to_stdout_is_read_and_dropped(session: Session) -> None:
    results = session.run(
        "COPY (SELECT generate_series(1, 50000)) TO STDOUT; SELECT 'after'; COPY (SELECT 1) TO STDOUT"
    )
    assert [result.status for result in results] == ["COPY 50000", "SELECT 1", "COPY 1"]


def test_a_huge_result_is_counted_in_constant_memory(session: Session) -> None:
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    wide, after = session.run("SELECT repeat('x', 1000) FROM generate_series(1, 300000); SELECT 'after'")
    assert (wide.rowcount, wide.truncated) == (300_000, True)
    assert 0 < len(wide.rows) <= 10_000
    assert (after.rows, after.truncated) == ((("after",),), False)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit - before < 150 * 1024 * 1024


def test_a_deadline_ends_a_statement_whatever_it_set_itself(session: Session) -> None:
    start = time.monotonic()
    with session.deadline(0.2), pytest.raises(SqlTimeout) as caught:
        session.run("SET statement_timeout = 0; SELECT pg_sleep(3600)")
    assert time.monotonic() - start < 20
    assert str(caught.value) == "did not end within 0.2 s (57014)"
    assert session.run("SELECT 1")


def test_nothing_runs_after_the_deadline_until_its_block_ends(session: Session) -> None:
    with session.deadline(0.0):
        with pytest.raises(SqlTimeout):
            session.run("CREATE TABLE late (a int)")
        with pytest.raises(SqlTimeout):
            session.query("SELECT 1")
    assert session.run("SELECT to_regclass('late')")[0].rows == ((None,),)


def test_the_shorter_of_nested_deadlines_rules(session: Session) -> None:
    with session.deadline(0.1), session.deadline(3600), pytest.raises(SqlTimeout):
        session.run("SELECT pg_sleep(3600)")
    with session.deadline(3600):
        with session.deadline(0.1), pytest.raises(SqlTimeout):
            session.run("SELECT pg_sleep(3600)")
        assert session.run("SELECT 1")


def test_a_timeout_of_the_users_own_is_an_ordinary_error(session: Session) -> None:
    with session.deadline(60), pytest.raises(SqlError) as caught:
        session.run("SET LOCAL statement_timeout = 1; SELECT pg_sleep(3600)")
    assert not isinstance(caught.value, SqlTimeout)
    assert caught.value.sqlstate == "57014"


def test_a_statement_that_survives_cancels_loses_its_backend(session: Session) -> None:
    with session.deadline(0.05), pytest.raises(SqlTimeout):
        session.run(STUBBORN)
    assert session.closed


def test_interrupt_ends_the_current_run_and_every_later_one(
    server: Server, session: Session, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    with running(lambda: session.run("SELECT pg_sleep(3600)")) as raised:
        wait_until(sleeps(server, session.backend_pid))
        session.interrupt()
    assert [type(error) for error in raised] == [Interrupted]
    with pytest.raises(Interrupted):
        session.run("SELECT 1")


def test_interrupt_before_a_run_prevents_it(session: Session) -> None:
    session.interrupt()
    with session.deadline(60), pytest.raises(Interrupted):
        session.run("SELECT pg_sleep(3600)")


def test_interrupt_wins_over_a_statement_that_survives_cancels(
    server: Server, session: Session, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    with running(lambda: session.run(STUBBORN)) as raised:
        wait_until(sleeps(server, session.backend_pid))
        session.interrupt()
    assert [type(error) for error in raised] == [Interrupted]


def test_transactions_are_begun_and_ended_by_their_caller(session: Session) -> None:
    session.begin()
    session.run("CREATE TABLE t (a int)")
    session.savepoint("before")
    with pytest.raises(SqlError):
        session.run("SELECT 1/0")
    assert session.failed
    session.rollback_to("before")
    assert session.in_transaction
    assert not session.failed
    session.release("before")
    session.commit()
    assert not session.in_transaction
    session.rollback()
    assert session.run("SELECT count(*) FROM t")[0].rows == (("0",),)


def test_our_own_reading_neither_sees_nor_changes_the_users_settings(session: Session) -> None:
    session.run("CREATE ROLE reader_of_nothing; CREATE SCHEMA s; SET search_path = s; SET TimeZone = 'Asia/Tokyo'")
    try:
        session.begin()
        session.run(
            "SET LOCAL DateStyle = 'German'; SET LOCAL ROLE reader_of_nothing; SET LOCAL statement_timeout = '1h'"
        )
        names = ("search_path", "TimeZone", "DateStyle", "role")
        shown = "SELECT " + ", ".join(f"current_setting('{name}')" for name in names)
        assert session.read(shown) == (("pg_catalog, public", "UTC", "ISO, YMD", "none"),)
        assert session.run(shown)[0].rows == (("s", "Asia/Tokyo", "German, DMY", "reader_of_nothing"),)
        session.rollback()
    finally:
        session.rollback()
        session.run("DROP ROLE reader_of_nothing")
    assert session.read("SELECT 1") == (("1",),)
    assert not session.in_transaction


def test_a_failed_reading_leaves_the_transaction_usable(session: Session) -> None:
    session.begin()
    session.run("CREATE TABLE t (a int)")
    with pytest.raises(SqlError):
        session.read("SELECT 1/0")
    assert session.run("SELECT count(*) FROM t")[0].rows == (("0",),)


def test_a_kept_plan_survives_discard_all(session: Session) -> None:
    assert session.read("SELECT 1", plan="kept") == (("1",),)
    assert session.read("SELECT 1", plan="kept") == (("1",),)
    session.run("DISCARD ALL")
    assert session.read("SELECT 1", plan="kept") == (("1",),)


def test_another_client_encoding_of_the_user_is_respected(session: Session) -> None:
    session.run("SET client_encoding = 'LATIN1'")
    assert session.run("SELECT 'é'")[0].rows == (("é",),)
    with pytest.raises(SqlError) as caught:
        session.run("SELECT '𝄞'")
    assert (caught.value.sqlstate, caught.value.position) == ("22021", 8)
