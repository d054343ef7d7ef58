"""Profiles of operations on connections and on scratch databases, and the baselines that they are held against."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from confiture.errors import ConfigError, DatabaseError, ProjectError
from confiture.postgres.borrowed import Connection
from confiture.postgres.server import Server
from confiture.testing.frameworks.performance import (
    MigrationPerformanceProfiler,
    PerformanceBaseline,
    PerformanceProfile,
)

PROFILER = MigrationPerformanceProfiler()


def profile(seconds: float) -> PerformanceProfile:
    return PerformanceProfile("x", seconds, "2026-01-01T00:00:00+00:00")


def test_measures_in_the_transaction_of_the_connection(connection: Connection) -> None:
    measured = PROFILER.profile_operation("CREATE TABLE", "CREATE TABLE a (id int)", connection)
    assert (measured.operation, measured.success, measured.error) == ("CREATE TABLE", True, None)
    assert 0 < measured.duration_seconds < 60
    assert datetime.fromisoformat(measured.timestamp).tzinfo
    assert measured.memory_mb
    assert measured.memory_mb > 0.1
    assert measured.query_plan is None
    assert connection.info.transaction_status is TransactionStatus.INTRANS
    connection.rollback()
    row = connection.execute("SELECT to_regclass('a')").fetchone()
    assert row == (None,)


def test_leaves_no_prepared_statement_and_no_savepoint(connection: Connection) -> None:
    PROFILER.profile_operation("SELECT", "SELECT 1", connection)
    assert connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)
    with pytest.raises(psycopg.errors.InvalidSavepointSpecification):
        connection.execute("ROLLBACK TO SAVEPOINT confiture_undone")


def test_commits_on_an_autocommit_connection(url: str) -> None:
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
        assert PROFILER.profile_operation("CREATE TABLE", "CREATE TABLE a (id int)", connection).success
        assert PROFILER.profile_operation("index", "CREATE INDEX CONCURRENTLY ON a (id)", connection).success
        assert connection.info.transaction_status is TransactionStatus.IDLE
        assert connection.execute("SELECT count(*) AS n FROM pg_indexes WHERE tablename = 'a'").fetchone() == {"n": 1}


EXPLAINED = {
    "SELECT count(*) FROM pg_class": "Aggregate",
    "INSERT INTO a SELECT 1": "Insert on a",
    "UPDATE a SET id = 2; DELETE FROM a": "Delete on a",
    "CREATE TABLE b AS SELECT * FROM a": "Seq Scan on a",
    "CREATE MATERIALIZED VIEW b AS SELECT * FROM a": "Seq Scan on a",
    "WITH n AS (SELECT 1) SELECT * FROM n": "Result",
    "CREATE INDEX ON a (id)": None,
    "CREATE TABLE b (id int)": None,
    "CREATE TABLE b (id int); INSERT INTO b VALUES (1)": None,
}


@pytest.mark.parametrize("sql", EXPLAINED)
def test_has_the_plan_of_what_can_be_explained(sql: str, connection: Connection) -> None:
    connection.execute("CREATE TABLE a (id int)")
    measured = PROFILER.profile_operation("x", sql, connection)
    assert measured.success, measured.error
    wanted = EXPLAINED[sql]
    assert measured.query_plan is None if wanted is None else wanted in (measured.query_plan or "")


def test_a_failure_leaves_the_transaction_as_execute_does(connection: Connection) -> None:
    measured = PROFILER.profile_operation("x", "INSERT INTO nowhere VALUES (1)", connection)
    assert not measured.success
    assert measured.error == 'relation "nowhere" does not exist (42P01)'
    assert connection.info.transaction_status is TransactionStatus.INERROR
    again = PROFILER.profile_operation("x", "SELECT 1", connection)
    assert "(25P02)" in (again.error or "")
    connection.rollback()
    assert PROFILER.profile_operation("x", "SELECT 1", connection).success


def test_ends_in_time(connection: Connection) -> None:
    started = time.monotonic()
    measured = PROFILER.profile_operation("x", "SELECT pg_sleep(3600)", connection, timeout_seconds=0.1)
    assert time.monotonic() - started < 20
    assert (measured.success, measured.error) == (False, "did not end within 0.1 s (57014)")
    assert "failed" in measured.get_summary()


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_timeout_must_be_above_0(seconds: float) -> None:
    with pytest.raises(ValueError, match="timeout_seconds must be a number above 0"):
        PROFILER.profile_operation("x", "SELECT 1", timeout_seconds=seconds)


def test_a_closed_connection_is_said(connection: Connection) -> None:
    connection.close()
    with pytest.raises(DatabaseError, match="closed"):
        PROFILER.profile_operation("x", "SELECT 1", connection)


def test_takes_a_scratch_database_without_a_connection(server: Server) -> None:
    sql = "CREATE TABLE a (id int); INSERT INTO a VALUES (1)"
    assert PROFILER.profile_operation("x", sql).success
    assert PROFILER.profile_operation("x", sql).success
    assert PROFILER.profile_operation("x", "SELECT * FROM a").error == 'relation "a" does not exist (42P01)'
    with pytest.raises(ProjectError, match="reaches outside"):
        PROFILER.profile_operation("x", "ALTER SYSTEM SET work_mem = '1MB'")


@pytest.mark.parametrize(
    ("variable", "sql"),
    [
        ("PERF_CREATE_TABLE_THRESHOLD", "CREATE TABLE b (id int)"),
        ("PERF_CREATE_INDEX_THRESHOLD", "CREATE INDEX ON a (id)"),
        ("PERF_BULK_INSERT_10K_THRESHOLD", "INSERT INTO a SELECT generate_series(1, 10000)"),
    ],
)
def test_thresholds_are_budgets(
    variable: str, sql: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("CREATE TABLE a (id int)")
    monkeypatch.setenv(variable, "0.000001")
    measured = PROFILER.profile_operation("x", sql, connection)
    assert measured.success
    assert "over the budget of 1e-06 s" in measured.get_summary()
    monkeypatch.setenv(variable, "-1")
    with pytest.raises(ConfigError, match=variable):
        PROFILER.profile_operation("x", sql, connection)


def test_the_profiler_gathers_a_baseline(connection: Connection) -> None:
    profiler = MigrationPerformanceProfiler()
    assert profiler.get_baseline() is None
    profiler.profile_operation("good", "SELECT 1", connection)
    profiler.profile_operation("bad", "SELECT", connection)
    profiler.profile_operation("bad", "SELEC", connection)
    baseline = profiler.get_baseline()
    assert baseline
    assert baseline.get_statistics()["operations"]["good"]["count"] == 1
    given = PerformanceBaseline()
    assert MigrationPerformanceProfiler(given).get_baseline() is given


@pytest.mark.parametrize(
    ("seconds", "regression", "regressed"), [(1.2, 20, False), (1.21, 21, True), (0.5, -50, False), (3, 200, True)]
)
def test_regressions_are_percentages(seconds: float, regression: float, *, regressed: bool) -> None:
    assert profile(seconds).calculate_regression(1.0) == pytest.approx(regression)
    assert profile(seconds).is_regression(baseline_seconds=1.0, threshold_pct=20.0000001) is regressed


def test_numbers_that_mean_nothing_are_refused() -> None:
    baseline = PerformanceBaseline()
    for call in (
        lambda: profile(1).is_regression(0),
        lambda: profile(1).calculate_regression(-1),
        lambda: profile(1).is_regression(1, threshold_pct=-1),
        lambda: baseline.add_profile("x", -1),
        lambda: baseline.add_profile("x", float("nan")),
        lambda: baseline.add_profile("", 1),
        lambda: baseline.detect_regression("x", -1),
        lambda: baseline.detect_regression("x", 1, threshold_pct=-1),
    ):
        with pytest.raises(ValueError, match="must"):
            call()
    assert baseline.get_all_baselines() == {}


@pytest.fixture(params=["memory", "file"])
def baseline(request: pytest.FixtureRequest, tmp_path: Path) -> PerformanceBaseline:
    return PerformanceBaseline(tmp_path / "deep" / "baseline.json" if request.param == "file" else None)


def test_a_baseline_remembers(baseline: PerformanceBaseline) -> None:
    for seconds in (0.5, 9.0, 0.4):
        baseline.add_profile("CREATE TABLE", seconds)
    baseline.add_profile(operation_name="CREATE INDEX", duration_seconds=1.0)
    known = baseline.get_baseline("CREATE TABLE")
    assert known
    assert (known.operation, known.duration_seconds, known.success) == ("CREATE TABLE", 0.5, True)
    assert sorted(baseline.get_all_baselines()) == ["CREATE INDEX", "CREATE TABLE"]
    statistics = baseline.get_statistics()
    assert (statistics["min"], statistics["max"], statistics["count"]) == (0.4, 9.0, 4)
    assert statistics["average"] == pytest.approx(10.9 / 4)
    assert statistics["operations"]["CREATE TABLE"]["median"] == 0.5
    assert baseline.detect_regression("CREATE TABLE", 0.65, threshold_pct=20)
    assert not baseline.detect_regression(operation="CREATE TABLE", current_seconds=0.59, threshold_pct=20)


def test_an_unknown_operation_has_no_baseline(baseline: PerformanceBaseline) -> None:
    assert baseline.get_baseline("x") is None
    assert not baseline.detect_regression("x", 100)
    assert baseline.get_statistics()["average"] == 0


def test_writers_do_not_lose_samples_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    together = threading.Barrier(4)

    def write(number: int) -> None:
        together.wait()
        for second in range(5):
            PerformanceBaseline(path).add_profile("x", number * 10 + second)

    with ThreadPoolExecutor(4) as pool:
        [*pool.map(write, range(4))]
    assert PerformanceBaseline(path).get_statistics()["operations"]["x"]["count"] == 20
    assert sorted(file.name for file in tmp_path.iterdir()) == ["baseline.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1, "operations": {"x": {}}}'])
def test_a_damaged_file_is_kept_aside_and_said(text: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text)
    baseline = PerformanceBaseline(path)
    with pytest.warns(UserWarning, match=r"kept as .*baseline\.json\.damaged-1"):
        assert baseline.get_baseline("x") is None
    baseline.add_profile("x", 1)
    assert (tmp_path / "baseline.json.damaged-1").read_text() == text
    assert json.loads(path.read_text())["operations"]["x"]["profile"]["samples"] == [1.0]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "baseline.json").mkdir()
    with pytest.raises(ProjectError, match=r"baseline\.json"):
        PerformanceBaseline(tmp_path / "baseline.json").add_profile("x", 1)
