"""Running mutations against test functions and against the tests of a project."""

import json
import threading
import time
from pathlib import Path

import pytest

from confiture.errors import ConfigError, ProjectError
from confiture.postgres.server import Server
from confiture.testing.frameworks.mutation import (
    MutantResult,
    Mutation,
    MutationRegistry,
    MutationReport,
    MutationResult,
    MutationRunner,
    MutationTestResult,
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


def test_the_result_has_two_names() -> None:
    assert MutationTestResult is MutationResult


ANSWERS = {
    "True": (lambda _: True, "Killed", ""),
    "False": (lambda _: False, "Survived", ""),
    "AssertionError": (lambda _: raise_(AssertionError("seen")), "Killed", "seen"),
    "another exception": (lambda _: raise_(KeyError("x")), "RuntimeError", "raised KeyError: 'x'"),
    "None": (lambda _: None, "RuntimeError", "returned None; return True if it noticed"),
    "a number": (lambda _: 1, "RuntimeError", "returned 1; return True if it noticed"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_becomes_a_status(name: str) -> None:
    function, status, reason = ANSWERS[name]
    result = MutationRunner(verbose=False).run_mutation(MUTATION, function)
    assert (result.mutation, result.status) == (MUTATION, status)
    assert reason in result.reason
    assert (result.killed, result.survived) == (status == "Killed", status == "Survived")
    assert (result.error is not None) == (status == "RuntimeError")


def test_a_skip_in_a_test_function_skips_the_test_around_it() -> None:
    with pytest.raises(pytest.skip.Exception):
        MutationRunner(verbose=False).run_mutation(MUTATION, lambda _: pytest.skip("not here"))


def test_a_function_that_never_ends_is_left_behind() -> None:
    free = threading.Event()
    started = time.monotonic()
    result = MutationRunner(verbose=False).run_mutation(MUTATION, lambda _: free.wait(), timeout_seconds=0.05)
    free.set()
    assert time.monotonic() - started < 5
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


def result(severity: str, status: str, *mutants: MutantResult) -> MutationResult:
    mutation = REGISTRY.get_mutations_by_severity(severity)[0]
    return MutationResult(mutation, status, mutants=mutants)


def test_what_went_unnoticed_comes_most_severe_first() -> None:
    severities = ["LOW", "HIGH", "CRITICAL", "MEDIUM"]
    known = [one for one in severities if REGISTRY.get_mutations_by_severity(one)]
    report = MutationReport([result(severity, "Survived") for severity in known])
    ordered = [one for one in ("CRITICAL", "HIGH", "MEDIUM", "LOW") if one in known]
    assert [mutation.severity for mutation in report.get_survived_mutations()] == ordered
    assert [line.split()[1].rstrip(":") for line in report.get_summary().splitlines()[2:]] == ordered


def test_a_report_counts_mutations_and_their_places() -> None:
    places = [
        MutantResult("a", "drops it", "Survived", "1.sql", 3),
        MutantResult("b", "keeps it", "Killed", "1.sql", 4),
        MutantResult("c", "bends it", "NoCoverage", "2.sql", 5),
        MutantResult("d", "halves it", "Timeout", "2.sql", 6),
        MutantResult("e", "breaks it", "CompileError", "2.sql", 7),
        MutantResult("f", "doubles it", "Killed", "2.sql", 8),
    ]
    results = [
        result("CRITICAL", "Survived", *places),
        result("HIGH", "Ignored"),
        result("HIGH", "CompileError"),
        result("HIGH", "Timeout"),
        result("HIGH", "Killed"),
    ]
    report = MutationReport(results, duration_seconds=1.5, problems=["002: no such table"])
    high = {"total": 4, "killed": 2, "survived": 0, "errors": 1, "others": 1, "kill_rate": 100.0}
    statistics = report.get_statistics()
    assert statistics["by_severity"]["HIGH"] == high
    assert {*statistics["by_severity"]} == {"CRITICAL", "HIGH"}
    counts = {"total": 5, "killed": 2, "survived": 1, "errors": 1, "others": 1, "kill_rate": pytest.approx(200 / 3)}
    more = {"mutants": 6, "mutant_score": 60.0, "duration_seconds": 1.5}
    assert {key: statistics[key] for key in {**counts, **more}} == {**counts, **more}
    assert report.get_summary().splitlines() == [
        "Kill rate 66.7%: 2 of 5 mutations killed, 1 survived, 1 errors, 1 ignored or not judged (1.5 s)",
        "Weak areas:",
        f"  {results[0].mutation.id} CRITICAL: {results[0].mutation.description}",
        "    1.sql:3: drops it",
        "    2.sql:5: bends it",
        "Problem: 002: no such table",
    ]
    assert results[2].error == "CompileError"
    assert MutationReport.from_json(report.to_json()) == report


def test_an_unknown_mutation_of_a_report_cannot_be_applied() -> None:
    written = MutationReport([result("HIGH", "Killed")]).to_json()
    [read] = MutationReport.from_json(written).results
    assert read.mutation.apply_function("SELECT 1;") == "SELECT 1;"
    [unknown] = MutationReport.from_json(written.replace(read.mutation.id, "SCH_999")).results
    with pytest.raises(LookupError, match="cannot be applied to 'SELECT 1;'"):
        unknown.mutation.apply_function("SELECT 1;")


def test_a_report_is_json_that_people_can_read() -> None:
    report = MutationReport([], problems=["migraci\u00f3n"])
    assert '  "problems": [\n    "migraci\u00f3n"' in report.to_json()
    assert json.loads(report.to_json())["format"] == 1


@pytest.mark.parametrize(("most", "count"), [(None, 24), (0, 0), (5, 5), (100, 24)])
def test_a_suite_has_at_most_so_many(most: int | None, count: int) -> None:
    report = MutationRunner(verbose=False).run_mutation_suite(max_mutations=most, test_function=lambda _: True)
    assert report.total_mutations == count
    assert report.kill_rate == (100 if count else 0)


def test_a_negative_number_of_mutations_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        MutationRunner(verbose=False).run_mutation_suite(max_mutations=-1, test_function=lambda _: True)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 2}', '{"format": 1, "results": [{}]}'])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|not a report|format 2"):
        MutationReport.from_json(text)


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


def test_runs_only_the_mutations_that_are_asked_for(project: Path, server: Server) -> None:
    report = MutationRunner(verbose=False, project=project).run_mutation_suite(max_mutations=1)
    assert [result.mutation.id for result in report.results] == ["SCH_001"]


def test_says_what_kept_a_migration_from_being_judged(project: Path, server: Server) -> None:
    (project / "migrations" / "001_users.sql").write_text("CREATE TABEL users ();")
    report = MutationRunner(verbose=False).run_mutation_suite(project=project)
    assert (report.total_mutations, report.kill_rate) == (0, 0)
    assert "syntax error" in report.problems[0]
    assert "Problem: 001 users" in report.get_summary()


def test_ends_a_statement_when_the_time_is_over(project: Path, server: Server) -> None:
    (project / "migrations" / "001_users.sql").write_text(f"{UP}SELECT pg_sleep(3600);\n")
    started = time.monotonic()
    report = MutationRunner(verbose=False, project=project).run_mutation_suite(timeout_seconds=0.5)
    assert time.monotonic() - started < 20
    assert "the time of the suite was over" in report.problems[0]


def test_says_that_there_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectError):
        MutationRunner(verbose=False).run_mutation_suite(project=tmp_path)
