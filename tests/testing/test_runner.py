"""Running mutations against test functions and against the tests of a project."""

import json
import threading
import time
from pathlib import Path

import pytest

from confiture.errors import ConfigError, ProjectError
from confiture.postgres.server import Server
from confiture.testing.frameworks.mutation import (
    Mutation,
    MutationRegistry,
    MutationReport,
    MutationRunner,
)

REGISTRY = MutationRegistry()
MUTATION = REGISTRY.get_all_mutations()[0]
UP = """\
CREATE TABLE users (
    id integer PRIMARY KEY,
    email text NOT NULL,
    age integer CHECK (age >= 0)
);
"""
TEST = """\
DO $$ BEGIN
    INSERT INTO users VALUES (1, NULL, 1);
    RAISE 'users.email may be empty';
EXCEPTION WHEN not_null_violation THEN NULL;
END $$;
"""


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MUTATION_VERBOSE", "MUTATION_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in {"migrations/001_users.sql": UP, "tests/users.sql": TEST, "confiture.toml": ""}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def raise_(error: BaseException) -> bool:
    raise error


ANSWERS = {
    "True": (lambda _: True, "Killed", ""),
    "False": (lambda _: False, "Survived", ""),
    "AssertionError": (lambda _: raise_(AssertionError("seen")), "Killed", "seen"),
    "another exception": (lambda _: raise_(KeyError("x")), "RuntimeError", "the test function raised KeyError: 'x'"),
    "None": (
        lambda _: None,
        "RuntimeError",
        "the test function returned None; return True if it noticed the mutation, False if not",
    ),
    "a number": (
        lambda _: 1,
        "RuntimeError",
        "the test function returned 1; return True if it noticed the mutation, False if not",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_becomes_a_status(name: str) -> None:
    function, status, reason = ANSWERS[name]
    result = MutationRunner(verbose=False).run_mutation(MUTATION, function)
    assert (result.mutation, result.status, result.reason) == (MUTATION, status, reason)
    assert 0 < result.duration_seconds < 60
    assert (result.killed, result.survived) == (status == "Killed", status == "Survived")
    assert (result.error is not None) == (status == "RuntimeError")


def test_a_skip_in_a_test_function_skips_the_test_around_it() -> None:
    with pytest.raises(pytest.skip.Exception):
        MutationRunner(verbose=False).run_mutation(MUTATION, lambda _: pytest.skip("not here"))


def test_a_function_that_never_ends_is_left_behind() -> None:
    free = threading.Event()
    started = time.monotonic()
    result = MutationRunner(verbose=False).run_mutation(MUTATION, lambda _: free.wait(), timeout_seconds=0.05)
    left = [thread.daemon for thread in threading.enumerate() if thread.name == f"confiture-{MUTATION.id}"]
    free.set()
    assert left == [True], "or it would keep the interpreter from ending"
    assert 0.05 <= result.duration_seconds <= time.monotonic() - started < 60
    assert (result.status, result.killed) == ("Timeout", True)
    assert "did not end within 0.05 s" in result.reason


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_timeout_must_be_above_0(seconds: float) -> None:
    runner = MutationRunner(verbose=False)
    with pytest.raises(ValueError, match="timeout_seconds must be a number above 0"):
        runner.run_mutation(MUTATION, lambda _: True, timeout_seconds=seconds)
    with pytest.raises(ValueError, match="timeout_seconds must be a number above 0"):
        runner.run_mutation_suite(timeout_seconds=seconds, test_function=lambda _: True)


def test_the_environment_sets_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    monkeypatch.setenv("MUTATION_TIMEOUT", "0.05")
    assert MutationRunner(verbose=False).run_mutation(MUTATION, lambda _: free.wait()).status == "Timeout"
    free.set()


@pytest.mark.parametrize("number", ["soon", "0", "-1", "nan"])
def test_a_timeout_in_the_environment_must_be_above_0(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUTATION_TIMEOUT", number)
    with pytest.raises(ConfigError, match="MUTATION_TIMEOUT"):
        MutationRunner(verbose=False).run_mutation(MUTATION, lambda _: True)


def test_whether_results_are_told_must_be_a_truth_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUTATION_VERBOSE", "perhaps")
    with pytest.raises(ConfigError, match="MUTATION_VERBOSE"):
        MutationRunner()


@pytest.mark.parametrize(
    ("argument", "variable", "told"),
    [(True, None, True), (False, None, False), (True, "false", False), (False, "true", True)],
)
def test_the_environment_decides_what_is_told(
    argument: bool,  # noqa: FBT001 - a column of the table above
    variable: str | None,
    told: bool,  # noqa: FBT001 - as above
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if variable:
        monkeypatch.setenv("MUTATION_VERBOSE", variable)
    MutationRunner(verbose=argument).run_mutation(MUTATION, lambda _: True)
    assert (MUTATION.id in capsys.readouterr().err) is told


def test_every_result_and_the_summary_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = REGISTRY.get_all_mutations()[:2]
    answers = {first: lambda: True, second: lambda: raise_(AssertionError("seen"))}
    report = MutationRunner().run_mutation_suite(max_mutations=2, test_function=lambda mutation: answers[mutation]())
    told = f"{first.id} Killed: {first.description}\n{second.id} Killed: seen\n{report.get_summary()}\n"
    assert capsys.readouterr().err == told


def test_a_suite_asks_the_test_function() -> None:
    def notices(mutation: Mutation) -> bool:
        return mutation.category != "DATA" if mutation.category != "ROLLBACK" else raise_(OSError("no disk"))

    report = MutationRunner(verbose=False).run_mutation_suite(REGISTRY, test_function=notices)
    assert [report.total_mutations, report.killed_mutations, report.survived_mutations] == [24, 12, 7]
    assert report.error_mutations == 5
    assert report.kill_rate == report.calculate_kill_rate() == pytest.approx(100 * 12 / 19)
    assert {mutation.category for mutation in report.get_survived_mutations()} == {"DATA"}
    statistics = report.get_statistics()
    assert statistics["by_category"]["DATA"]["kill_rate"] == 0
    assert statistics["by_category"]["ROLLBACK"]["errors"] == 5
    assert sum(counts["total"] for counts in statistics["by_severity"].values()) == 24
    assert "Weak areas" in report.get_summary()
    assert MutationReport.from_json(report.to_json()) == report


def test_a_suite_ends_in_time() -> None:
    free = threading.Event()
    report = MutationRunner(verbose=False).run_mutation_suite(
        timeout_seconds=0.05, max_mutations=3, test_function=lambda _: free.wait()
    )
    free.set()
    assert [result.status for result in report.results] == ["Timeout", "Pending", "Pending"]
    assert [result.mutation for result in report.results] == REGISTRY.get_all_mutations()[:3]
    assert report.results[2].reason == "the time of the suite was over"
    assert 0.05 <= report.duration_seconds < 60
    assert (report.total_mutations, report.killed_mutations, report.survived_mutations) == (3, 1, 0)


@pytest.mark.parametrize(("most", "count"), [(None, 24), (0, 0), (5, 5), (100, 24)])
def test_a_suite_has_at_most_so_many(most: int | None, count: int) -> None:
    report = MutationRunner(verbose=False).run_mutation_suite(max_mutations=most, test_function=lambda _: True)
    assert report.total_mutations == count
    assert report.kill_rate == (100 if count else 0)


def test_a_negative_number_of_mutations_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        MutationRunner(verbose=False).run_mutation_suite(max_mutations=-1, test_function=lambda _: True)


def test_runs_the_tests_of_the_project_in_the_working_directory(
    project: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    report = MutationRunner().run_mutation_suite(REGISTRY)
    statuses = {result.mutation.id: result.status for result in report.results}
    assert statuses["SCH_001"] == "Survived"
    assert report.problems == []
    assert 0 < report.mutant_score < 100
    email = [m for result in report.results for m in result.mutants if "email" in m.description]
    assert ("Killed", "tests/users.sql") in {(mutant.status, mutant.killed_by) for mutant in email}
    assert {(m.path, 1 <= m.line <= 5) for r in report.results for m in r.mutants} == {
        ("migrations/001_users.sql", True)
    }
    assert "migrations/001_users.sql:" in report.get_summary()
    assert "SCH_002 Killed" in capsys.readouterr().err
    assert MutationReport.from_json(report.to_json()) == report
    assert json.loads(report.to_json())["mutant_score"] == report.mutant_score


def test_runs_only_the_mutations_that_are_asked_for(
    project: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    report = MutationRunner(project=project).run_mutation_suite(max_mutations=1)
    [result] = report.results
    assert result.mutation.id == "SCH_001"
    assert 0 < report.duration_seconds < 600
    told = [f"{one.path}:{one.line}: SCH_001 {one.status}: {one.description}" for one in result.mutants]
    assert capsys.readouterr().err.splitlines() == [*told, *report.get_summary().splitlines()]


def test_says_what_kept_a_migration_from_being_judged(project: Path, server: Server) -> None:
    (project / "migrations" / "001_users.sql").write_text("CREATE TABEL users ();")
    report = MutationRunner(verbose=False).run_mutation_suite(project=project)
    assert (report.total_mutations, report.kill_rate) == (0, 0)
    assert "syntax error" in report.problems[0]
    assert "Problem: 001 users" in report.get_summary()


def test_ends_a_statement_when_the_time_is_over(project: Path, server: Server) -> None:
    (project / "migrations" / "001_users.sql").write_text(f"{UP}SELECT pg_sleep(3600);\n")
    for name in ("002_a.sql", "003_b.sql"):
        (project / "migrations" / name).write_text("SELECT 1;\n")
    started = time.monotonic()
    report = MutationRunner(verbose=False, project=project).run_mutation_suite(timeout_seconds=0.5)
    assert time.monotonic() - started < 20
    assert "the time of the suite was over" in report.problems[0]
    assert report.problems[1:] == [
        f"{title} was not judged: the time of the suite was over" for title in ("002 a", "003 b")
    ]


def test_says_that_there_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectError):
        MutationRunner(verbose=False).run_mutation_suite(project=tmp_path)
