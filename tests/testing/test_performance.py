"""Profiles of operations on connections and on scratch databases, and the baselines that they are held against."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from confiture.engine.baselines import BaselineStore
from confiture.errors import ConfigError, DatabaseError, ProjectError
from confiture.model.profile import Environment, Profile
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
    assert 0.1 < measured.memory_mb < 1000
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
    "CREATE TABLE b (id int); INSERT INTO b VALUES (1); DELETE FROM a": "Delete on a",
}


@pytest.mark.parametrize("sql", EXPLAINED)
def test_has_the_plan_of_what_can_be_explained(sql: str, connection: Connection) -> None:
    connection.execute("CREATE TABLE a (id int)")
    measured = PROFILER.profile_operation("x", sql, connection)
    assert measured.success, measured.error
    wanted = EXPLAINED[sql]
    assert measured.query_plan is None if wanted is None else wanted in (measured.query_plan or "")


def test_plans_stand_below_each_other_as_explain_writes_them(connection: Connection) -> None:
    connection.execute("CREATE TABLE a (id int)")
    plan = PROFILER.profile_operation("x", "INSERT INTO a SELECT 1; SELECT 2", connection).query_plan
    assert re.sub(" +[(].*[)]", "", plan or "") == "Insert on a\n  ->  Result\n\nResult"


def test_a_failure_leaves_the_transaction_as_execute_does(connection: Connection) -> None:
    measured = PROFILER.profile_operation("x", "INSERT INTO nowhere VALUES (1)", connection)
    assert not measured.success
    assert measured.error == 'relation "nowhere" does not exist (42P01)'
    assert connection.info.transaction_status is TransactionStatus.INERROR
    again = PROFILER.profile_operation("x", "SELECT 1", connection)
    assert "(25P02)" in (again.error or "")
    connection.rollback()
    assert PROFILER.profile_operation("x", "SELECT 1", connection).success


@pytest.mark.parametrize("on", ["connection", "scratch database"])
def test_ends_in_time(on: str, connection: Connection, server: Server) -> None:
    started = time.monotonic()
    own = connection if on == "connection" else None
    measured = PROFILER.profile_operation("x", "SELECT pg_sleep(3600)", own, timeout_seconds=0.1)
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
    assert PROFILER.profile_operation(
        "x", "DO 'BEGIN ASSERT current_setting(''application_name'') = ''confiture''; END'"
    ).success


REACHES = {
    "SELECT 1": {"private", "named"},
    "REVOKE pg_monitor FROM CURRENT_USER": {"private"},
    "ALTER SYSTEM SET work_mem = '1MB'": set[str](),
}


@pytest.mark.parametrize("sql", REACHES)
@pytest.mark.parametrize("kind", ["private", "named"])
def test_only_what_databases_of_a_private_server_share_is_reached_too(
    kind: str, sql: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "named":
        monkeypatch.setenv("DATABASE_URL", server.dsn("postgres"))
    if kind in REACHES[sql]:
        assert PROFILER.profile_operation("x", sql).success
    else:
        with pytest.raises(ProjectError, match=f"{sql[:5]}.* reaches outside the scratch database; nothing was run"):
            PROFILER.profile_operation("x", sql)


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
    for number in ("0", "-1", "nan", "soon"):
        monkeypatch.setenv(variable, number)
        with pytest.raises(ConfigError, match=f"{variable}: .* must be a number"):
            PROFILER.profile_operation("x", sql, connection)


def test_the_profiler_gathers_a_baseline(connection: Connection) -> None:
    profiler = MigrationPerformanceProfiler()
    assert profiler.get_baseline() is None
    profiler.profile_operation("good", "SELECT 1", connection)
    assert profiler.profile_operation(" ", "SELECT 1", connection).success
    assert not profiler.profile_operation("bad", "SELEC", connection).success
    baseline = profiler.get_baseline()
    assert baseline
    assert [*baseline.get_all_baselines()] == ["good"]
    given = PerformanceBaseline()
    assert MigrationPerformanceProfiler(given).get_baseline() is given


@pytest.mark.parametrize(
    ("seconds", "regression", "regressed"), [(1.2, 20, False), (1.21, 21, True), (0.5, -50, False), (3, 200, True)]
)
def test_regressions_are_percentages(seconds: float, regression: float, *, regressed: bool) -> None:
    assert profile(seconds).calculate_regression(1.0) == pytest.approx(regression)
    assert profile(seconds).is_regression(baseline_seconds=1.0, threshold_pct=20.0000001) is regressed


def test_a_threshold_of_0_allows_no_increase() -> None:
    assert profile(1.01).is_regression(1.0, threshold_pct=0)
    assert not profile(1.0).is_regression(1.0, threshold_pct=0)


def test_numbers_that_mean_nothing_are_refused() -> None:
    baseline = PerformanceBaseline()
    for name, call in (
        ("baseline_seconds", lambda: profile(1).is_regression(0)),
        ("baseline_seconds", lambda: profile(1).calculate_regression(-1)),
        ("threshold_pct", lambda: profile(1).is_regression(1, threshold_pct=-1)),
        ("duration_seconds", lambda: baseline.add_profile("x", -1)),
        ("duration_seconds", lambda: baseline.add_profile("x", float("nan"))),
        ("operation_name", lambda: baseline.add_profile(" ", 1)),
        ("current_seconds", lambda: baseline.detect_regression("x", -1)),
        ("threshold_pct", lambda: baseline.detect_regression("x", 1, threshold_pct=-1)),
    ):
        with pytest.raises(ValueError, match=f"^{name} must"):
            call()
    assert baseline.get_all_baselines() == {}


@pytest.fixture(params=["memory", "file"])
def baseline(request: pytest.FixtureRequest, tmp_path: Path) -> PerformanceBaseline:
    return PerformanceBaseline(tmp_path / "deep" / "baseline.json" if request.param == "file" else None)


def test_a_baseline_remembers(baseline: PerformanceBaseline) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    for seconds in (0.5, 9.0, 0.4):
        baseline.add_profile("CREATE TABLE", seconds)
    baseline.add_profile(operation_name="CREATE INDEX", duration_seconds=1.0)
    known = baseline.get_baseline("CREATE TABLE")
    assert known
    assert (known.operation, known.duration_seconds, known.success) == ("CREATE TABLE", 0.5, True)
    assert yesterday <= datetime.fromisoformat(known.timestamp).date()
    assert sorted(baseline.get_all_baselines()) == ["CREATE INDEX", "CREATE TABLE"]
    statistics = baseline.get_statistics()
    assert (statistics["min"], statistics["max"], statistics["count"]) == (0.4, 9.0, 4)
    assert statistics["average"] == pytest.approx(10.9 / 4)
    assert statistics["operations"]["CREATE TABLE"]["median"] == 0.5
    assert baseline.detect_regression("CREATE TABLE", 0.65, threshold_pct=20)
    assert not baseline.detect_regression(operation="CREATE TABLE", current_seconds=0.59, threshold_pct=20)


def test_a_baseline_in_memory_knows_the_moment() -> None:
    baseline = PerformanceBaseline()
    baseline.add_profile("x", 1)
    known = baseline.get_baseline("x")
    assert known
    assert datetime.fromisoformat(known.timestamp).tzinfo is UTC


def test_a_fifth_more_is_no_regression_by_default(baseline: PerformanceBaseline) -> None:
    baseline.add_profile("x", 1.0)
    baseline.add_profile("none", 0.0)
    assert [profile(seconds).is_regression(1.0) for seconds in (1.2, 1.205)] == [False, True]
    assert [baseline.detect_regression("x", seconds) for seconds in (1.2, 1.205)] == [False, True]
    assert [baseline.detect_regression("x", seconds, threshold_pct=50) for seconds in (1.5, 1.51)] == [False, True]
    assert not baseline.detect_regression("none", 100)


def test_a_baseline_forgets_the_oldest_samples(baseline: PerformanceBaseline) -> None:
    for seconds in range(60):
        baseline.add_profile("x", seconds)
    statistics = baseline.get_statistics()["operations"]["x"]
    assert (statistics["min"], statistics["max"], statistics["count"]) == (10, 59, 50)


def test_what_a_profile_says_is_complete() -> None:
    told = PerformanceProfile("x", 0.5, "", success=False, memory_mb=1.25, error="gone", over_budget=("slow", "big"))
    assert told.get_summary() == "x: 500.0 ms, 1.2 MiB, failed\n  gone\n  slow\n  big"
    assert profile(1).get_summary() == "x: 1000.0 ms"


def test_an_unknown_operation_has_no_baseline(baseline: PerformanceBaseline) -> None:
    assert baseline.get_baseline("x") is None
    assert not baseline.detect_regression("x", 100)
    nothing = {"min": 0, "max": 0, "average": 0, "median": 0, "count": 0}
    assert baseline.get_statistics() == {**nothing, "operations": {}}


WRITER = """
import sys
from confiture.testing.frameworks.performance import PerformanceBaseline
path, number = sys.argv[1:]
sys.stdin.readline()
for second in range(10):
    PerformanceBaseline(path).add_profile("shared", int(number))
    PerformanceBaseline(path).add_profile(f"own {number} {second}", second)
"""


def test_processes_do_not_lose_samples_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, path, str(number)], stdin=subprocess.PIPE, env=environment)
        for number in range(2)
    ]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=100)
        assert writer.returncode == 0
    operations = PerformanceBaseline(path).get_statistics()["operations"]
    assert operations["shared"] == {"min": 0, "max": 1, "average": 0.5, "median": 0.5, "count": 20}
    assert len(operations) == 1 + 2 * 10
    assert [*tmp_path.iterdir()] == [path]


def file(**changes: object) -> str:
    """A file as the store writes it, but for ``changes`` anywhere in it."""
    profile = {"operation": "x", "statement": 0, "sql": "", "samples": [1.0], "rows": 0, "locks": {}}
    profile |= {"rewrites": [], "scans": [], "wal_bytes": 0}
    baseline = {"profile": profile, "environment": {"server": "", "machine": "", "rows": 0}, "accepted": "2026-01-01"}
    data: dict[str, object] = {"format": 1, "operations": {"x": baseline}}
    for level in (profile, baseline, data):
        level.update({key: value for key, value in changes.items() if key in level})
    return json.dumps(data)


def test_a_file_is_that_of_the_engine(tmp_path: Path) -> None:
    PerformanceBaseline(tmp_path / "ours.json").add_profile("x", 1)
    nowhere = Environment("", "", 0)
    BaselineStore(tmp_path / "theirs.json").accept({"x": Profile("x", 0, "", (1.0,))}, nowhere)
    assert (tmp_path / "ours.json").read_text() == (tmp_path / "theirs.json").read_text()


DAMAGED = {
    "empty": "",
    "truncated": file()[:-20],
    "no UTF-8": "\udcff",
    "too deep": "[" * 100_000,
    "a list": "[]",
    "a number": "1",
    "null": "null",
    "no format": '{"operations": {}}',
    "the format of a later version": file(format=2),
    "no operations": '{"format": 1}',
    "a list of operations": file(operations=[]),
    "an operation that is a text": file(operations={"x": "y"}),
    "an empty operation": file(operations={"x": {}}),
    "a profile that is a list": file(profile=[]),
    "no samples": file(samples=[]),
    "samples in a text": file(samples="123"),
    "a sample that is a text": file(samples=["1"]),
    "a sample that is true": file(samples=[True]),
    "a negative sample": file(samples=[1, -1]),
    "a sample that is no number": file(samples=[float("nan")]),
    "an infinite sample": file(samples=[float("inf")]),
    "locks in a list": file(locks=["users"]),
    "an unknown lock": file(locks={"users": "SOMEHOW"}),
    "a lock that is a list": file(locks={"users": []}),
    "rewrites in a text": file(rewrites="users"),
    "a scan that is a number": file(scans=[1]),
    "a size that is a text": file(wal_bytes="1"),
    "an environment that is a text": file(environment="here"),
    "a date that is a number": file(accepted=2026),
}


def test_the_file_that_damages_start_from_is_sound(tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text(file())
    assert [*PerformanceBaseline(tmp_path / "baseline.json").get_all_baselines()] == ["x"]


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_kept_aside_and_said(damage: str, tmp_path: Path) -> None:
    path, text = tmp_path / "baseline.json", DAMAGED[damage]
    path.write_bytes(text.encode(errors="surrogateescape"))
    baseline = PerformanceBaseline(path)
    with pytest.warns(UserWarning, match=r"cannot be read \(.+\); the file was kept as .*baseline\.json\.damaged-1"):
        assert baseline.get_baseline("x") is None
    baseline.add_profile("x", 1)
    assert (tmp_path / "baseline.json.damaged-1").read_bytes() == text.encode(errors="surrogateescape")
    assert json.loads(path.read_text())["operations"]["x"]["profile"]["samples"] == [1.0]


def test_no_damaged_file_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    for number in (1, 2, 3):
        path.write_text(f"damaged {number}")
        with pytest.warns(UserWarning, match=rf"damaged-{number}"):
            PerformanceBaseline(path).add_profile("x", 1)
    for number in (1, 2, 3):
        assert (tmp_path / f"baseline.json.damaged-{number}").read_text() == f"damaged {number}"


READS: dict[str, Callable[[PerformanceBaseline], object]] = {
    "add_profile": lambda baseline: baseline.add_profile("x", 1),
    "get_baseline": lambda baseline: baseline.get_baseline("x"),
    "detect_regression": lambda baseline: baseline.detect_regression("x", 1),
    "get_all_baselines": lambda baseline: baseline.get_all_baselines(),
    "get_statistics": lambda baseline: baseline.get_statistics(),
}


@pytest.mark.parametrize("name", READS)
def test_a_warning_of_a_damaged_file_points_to_who_read_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text("damaged")
    with pytest.warns(UserWarning, match="damaged-1") as told:
        READS[name](PerformanceBaseline(tmp_path / "baseline.json"))
    assert [warning.filename for warning in told] == [__file__]


def test_what_cannot_be_opened_is_no_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "baseline.json").mkdir()
    with pytest.raises(ProjectError, match="Is a directory"):
        PerformanceBaseline(tmp_path / "baseline.json").get_all_baselines()
    assert (tmp_path / "baseline.json").is_dir()


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "baseline.json").mkdir()
    with pytest.raises(ProjectError, match=r"baseline\.json"):
        PerformanceBaseline(tmp_path / "baseline.json").add_profile("x", 1)
