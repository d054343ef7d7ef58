"""Blocks of the reference that are no test files: each test hands one the names that it lacks, and proves what it says.

A test is called like its block: by the heading and the number below it.
"""

import math
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from documents import is_test_file, python_blocks

from confiture.postgres.borrowed import Connection
from confiture.postgres.server import Server
from confiture.postgres.url import parse_url
from confiture.testing.frameworks.mutation import (
    Mutation,
    MutationRegistry,
    MutationReport,
    MutationResult,
    MutationRunner,
    MutationTestResult,
)
from confiture.testing.frameworks.performance import (
    MigrationPerformanceProfiler,
    PerformanceBaseline,
    PerformanceProfile,
)
from confiture.testing.samples import SampleSchema

BLOCKS = python_blocks(Path(__file__).parent / "reference" / "api-reference.md")
FRAGMENTS = {title: block for title, block in BLOCKS.items() if not is_test_file(block)}
Run = Callable[..., dict[str, Any]]


def test_each_fragment_has_its_test() -> None:
    assert len(BLOCKS) == 38
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert tests - {"test_each_fragment_has_its_test".removeprefix("test_")} == {*FRAGMENTS}


@pytest.fixture
def block(request: pytest.FixtureRequest) -> str:
    """The text of the block that the test is called like."""
    return FRAGMENTS[request.node.name.removeprefix("test_")]


@pytest.fixture
def run(block: str, request: pytest.FixtureRequest) -> Run:
    """Runs the block with the names that it is handed; returns all names that it knows at its end."""

    def run(**names: Any) -> dict[str, Any]:
        exec(compile(block, request.node.name, "exec"), names)
        return names

    return run


@pytest.fixture
def registry() -> MutationRegistry:
    return MutationRegistry()


@pytest.fixture
def runner() -> MutationRunner:
    return MutationRunner(verbose=False)


@pytest.fixture
def profiler() -> MigrationPerformanceProfiler:
    return MigrationPerformanceProfiler()


@pytest.fixture
def report() -> MutationReport:
    """A report with killed, survived and undecided mutations."""

    def notices(mutation: Mutation) -> bool:
        if mutation.id == "SCH_002":
            raise OSError("no answer")
        return mutation.category == "SCHEMA"

    return MutationRunner(verbose=False).run_mutation_suite(max_mutations=8, test_function=notices)


@pytest.fixture
def project(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project in the working directory. It has three schema mistakes, and its test notices one."""
    for path, text in {
        "confiture.toml": "",
        "migrations/001_users.sql": "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL);",
        "tests/users.sql": "SELECT attnotnull FROM pg_attribute WHERE attname = 'email';",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def profile(seconds: float) -> PerformanceProfile:
    return PerformanceProfile("CREATE TABLE", seconds, datetime.now(UTC).isoformat())


def all_are_mutations(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mutation) for one in value) and bool(value)


def test_mutation_registry_1(run: Run) -> None:
    assert run()["MutationRegistry"] is MutationRegistry


def test_mutation_registry_2(run: Run) -> None:
    registry = run(MutationRegistry=MutationRegistry)["registry"]
    categories = {category: len(mutations) for category, mutations in registry.mutations.items()}
    assert categories == {"SCHEMA": 6, "DATA": 7, "ROLLBACK": 5, "PERFORMANCE": 6}


def test_mutation_registry_3(run: Run, registry: MutationRegistry) -> None:
    names = run(registry=registry)
    assert all(all_are_mutations(names[name]) for name in ("schema_mutations", "all_mutations", "critical"))
    assert [mutation.category for mutation in names["schema_mutations"]] == ["SCHEMA"] * 6
    assert len(names["all_mutations"]) == 24
    assert {mutation.severity for mutation in names["critical"]} == {"CRITICAL"}
    assert (names["mutation"].id, names["has_mutation"]) == ("SCH_001", True)


def test_mutation_registry_4(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines[:6]] == [f"SCH_00{number}" for number in range(1, 7)]
    assert lines[6:8] == ["Severity: CRITICAL", "Category: SCHEMA"]
    assert lines[8].startswith("Apply function: ")


def test_mutation_1(run: Run, registry: MutationRegistry) -> None:
    for mutation in registry.get_all_mutations():
        run(mutation=mutation)
        words = (mutation.id, mutation.description, mutation.category, mutation.severity, *mutation.keywords)
        assert all(isinstance(word, str) and word for word in words)
        assert isinstance(mutation.keywords, list)
        assert callable(mutation.apply_function)


def test_mutation_2(run: Run, registry: MutationRegistry, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "CREATE TABLE users (id integer PRIMARY KEY);"
    assert "PRIMARY KEY" not in run(registry=registry, original_sql=sql)["modified_sql"]
    assert "ID: SCH_001\n" in capsys.readouterr().out


def test_mutation_runner_1(run: Run) -> None:
    assert run()["MutationRunner"] is MutationRunner


def test_mutation_runner_2(run: Run) -> None:
    runner = run(MutationRunner=MutationRunner)["runner"]
    assert isinstance(runner.registry, MutationRegistry)
    assert runner.verbose is True


def test_mutation_runner_3(run: Run, runner: MutationRunner, registry: MutationRegistry, project: Path) -> None:
    mutation = registry.get_all_mutations()[0]
    names = run(runner=runner, registry=registry, mutation=mutation, test_function=lambda _: True)
    assert isinstance(names["report"], MutationReport)
    assert isinstance(names["result"], MutationTestResult)
    assert (names["result"].mutation, names["result"].killed) == (mutation, True)


def test_mutation_runner_4(
    run: Run, registry: MutationRegistry, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Migrated:
        schema_valid = True

    names = run(registry=registry, execute_migration_with_mutation=lambda _: Migrated)
    assert capsys.readouterr().out == f"Kill rate: {names['report'].kill_rate}%\n"
    assert 0 < names["report"].kill_rate < 100
    ask = names["test_with_mutation"]
    assert names["runner"].run_mutation(registry.get_all_mutations()[0], ask).killed
    Migrated.schema_valid = False
    assert names["runner"].run_mutation(registry.get_all_mutations()[0], ask).survived


def test_mutation_report_1(run: Run, report: MutationReport) -> None:
    run(report=report)
    assert (report.total_mutations, report.killed_mutations) == (8, 5)
    assert (report.survived_mutations, report.error_mutations) == (2, 1)
    assert all(isinstance(result, MutationResult) for result in report.results)
    assert len(report.results) == 8
    assert abs(datetime.now(UTC) - report.timestamp).total_seconds() < 600
    assert 0 < report.duration_seconds < 60


def test_mutation_report_2(run: Run, report: MutationReport) -> None:
    names = run(report=report)
    assert names["kill_rate"] == report.kill_rate == pytest.approx(100 * 5 / 7)
    assert (names["stats"]["killed"], names["stats"]["by_category"]["DATA"]["survived"]) == (5, 2)
    assert [mutation.category for mutation in names["weak"]] == ["DATA", "DATA"]
    assert names["summary"].startswith("Kill rate 71.4%")
    assert MutationReport.from_json(names["json_data"]) == report


def test_mutation_report_3(
    run: Run, runner: MutationRunner, registry: MutationRegistry, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run(runner=runner, registry=registry)["report"]
    assert report.problems == []
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Test quality: {report.kill_rate}%"
    assert lines[2:] == [f"Weak test coverage: {one.description}" for one in report.get_survived_mutations()]
    assert len(lines) > 2


def test_migration_performance_profiler_1(run: Run) -> None:
    assert run()["MigrationPerformanceProfiler"] is MigrationPerformanceProfiler


def test_migration_performance_profiler_2(run: Run) -> None:
    names = run(MigrationPerformanceProfiler=MigrationPerformanceProfiler)
    assert names["profiler"].get_baseline() is None


def test_migration_performance_profiler_3(
    run: Run, profiler: MigrationPerformanceProfiler, connection: Connection
) -> None:
    sql = "CREATE TABLE a (id integer); INSERT INTO a SELECT generate_series(1, 1000); CREATE INDEX ON a (id)"
    names = run(profiler=profiler, conn=connection, complex_sql=sql)
    assert (names["profile"].operation, names["profile"].success) == ("Complex Migration", True)
    assert [*names["baseline"].get_all_baselines()] == ["CREATE TABLE", "Complex Migration"]
    assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_migration_performance_profiler_4(
    run: Run, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = list[str]()
    connect = psycopg.connect

    def connect_here(address: str) -> Connection:
        """The server of the example is its reader's own; ours has another address."""
        asked.append(address)
        return connect(url)

    monkeypatch.setattr(psycopg, "connect", connect_here)
    names = run()
    assert asked == ["postgresql://localhost/confiture_test"]
    assert f"Duration: {names['profile'].duration_seconds}s\nSuccess: True\n" == capsys.readouterr().out
    assert names["conn"].closed


def test_performance_profile_1(run: Run, connection: Connection, profiler: MigrationPerformanceProfiler) -> None:
    measured = profiler.profile_operation("read", "SELECT 1", connection)
    run(profile=measured)
    assert (measured.operation, measured.success) == ("read", True)
    assert 0 < measured.duration_seconds < 60
    assert datetime.fromisoformat(measured.timestamp)
    assert measured.memory_mb
    assert "Result" in (measured.query_plan or "")


def test_performance_profile_2(run: Run) -> None:
    names = run(profile=profile(1.5))
    assert names["is_slow"] is True
    assert math.isclose(names["regression"], 50)
    assert names["summary"] == "CREATE TABLE: 1500.0 ms"


def test_performance_profile_3(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(profile=profile(6.0))
    assert capsys.readouterr().out.splitlines() == [
        "⚠️  Slow operation: 6.0s",
        "Performance regression detected!",
        "  Increase: 500.0%",
    ]
    run(profile=profile(1.1))
    assert capsys.readouterr().out == ""


def test_performance_baseline_1(run: Run) -> None:
    assert run()["PerformanceBaseline"] is PerformanceBaseline


def test_performance_baseline_2(run: Run) -> None:
    assert run(PerformanceBaseline=PerformanceBaseline)["baseline"].get_all_baselines() == {}


def test_performance_baseline_3(run: Run) -> None:
    names = run(baseline=PerformanceBaseline())
    assert isinstance(names["operation_baseline"], PerformanceProfile)
    assert names["baselines"] == {"CREATE TABLE": names["operation_baseline"]}
    assert names["is_regression"] is (0.6 / 0.5 > 1.2)
    assert [names["stats"][name] for name in ("min", "max", "average")] == [0.5, 0.5, 0.5]


def test_performance_baseline_4(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run()
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Performance regression: CREATE TABLE now takes 30% longer"
    assert said[1] == f"Average CREATE TABLE time: {(0.5 + 1.2 + 8.5) / 3}s"


def test_test_db_connection_2(block: str) -> None:
    """No Python: the address that a server is expected at."""
    [line] = [line for line in block.splitlines() if line.startswith("DATABASE_URL")]
    named = parse_url(line.removeprefix("DATABASE_URL: "))
    address = {"user": "confiture", "password": "confiture", "host": "localhost", "port": "5432"}
    assert address.items() <= named.parameters.items()
    assert named.database == "confiture_test"


def test_sample_confiture_schema_2(run: Run, sample_confiture_schema: SampleSchema) -> None:
    names = run(Path=lambda _: Path())
    assert [*names["sample_confiture_schema"]] == [*sample_confiture_schema]


def test_mutation_not_detected_1(run: Run, test_db_connection: Connection) -> None:
    class Column:
        type = "UUID"

    class Schema:
        columns = {"id": Column}  # noqa: RUF012 - a constant of a test

    run(migrated_schema=Schema)
    Column.type = "INTEGER"
    with pytest.raises(AssertionError):
        run(migrated_schema=Schema)


def test_performance_regression_detected_1(block: str, tmp_path: Path) -> None:
    """No Python: a command line, which `uv run` runs in the environment of the project."""
    [command] = [line for line in block.splitlines() if line.startswith("uv run ")]
    program, path, *options = shlex.split(command.removeprefix("uv run "))
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("def test_index(performance_profiler): assert performance_profiler\n")
    done = subprocess.run(
        [sys.executable, "-m", program, path, *options, "-p", "confiture.testing.plugin", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
