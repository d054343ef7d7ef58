"""The options of the pytest plugin, and the mutation suite that it runs after the tests."""

from collections.abc import Callable
from functools import partial
from itertools import takewhile
from pathlib import Path

import pytest

from confiture.postgres.server import Server
from confiture.testing.frameworks.mutation import MutantResult, MutationRegistry, MutationReport, MutationResult
from confiture.testing.keeper import command_to_end
from confiture.testing.plugin import judge

pytest_plugins = ["pytester"]

Run = Callable[..., pytest.RunResult]
PROJECT = {
    "confiture.toml": "[mutation]\nfail_under = 99.5\n",
    "migrations/001_users.sql": "CREATE TABLE users (email text UNIQUE);",
    "tests/users.sql": "SELECT count(*) = 0 FROM users;",
}
MUTATION = MutationRegistry().get_all_mutations()[0]
HELP = """\
mutation tests of migrations:
  --confiture           run the mutation suite of the project after the tests
  --confiture-fail-under=SCORE
                        fail when --confiture finds a score, 0 to 100, below
                        this; by default mutation.fail_under
  --confiture-keep-failed
                        keep the database of a test that fails, and print its
                        URL
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest with the plugin, and no other, in an empty folder."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return partial(pytester.runpytest_inprocess, "-p", "confiture.testing.plugin", "-p", "no:cacheprovider")


@pytest.fixture
def project(pytester: pytest.Pytester, server: Server) -> pytest.Pytester:
    """A project in that folder, without tests for pytest; its own miss a mistake."""
    for name, text in PROJECT.items():
        (pytester.path / name).parent.mkdir(exist_ok=True)
        (pytester.path / name).write_text(text)
    return pytester


def section(result: pytest.RunResult, title: str = "confiture") -> list[str]:
    """What is told of the suite, or below another title."""
    lines = result.outlines
    [start] = [number for number, line in enumerate(lines) if line.startswith("==") and line.strip("= ") == title]
    return [*takewhile(lambda line: not line.startswith("="), filter(None, lines[start + 1 :]))]


def test_help_says_what_the_options_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert HELP in run("--help").stdout.str()


@pytest.mark.parametrize(
    ("statuses", "limit", "wanted"),
    [
        ("Killed Survived", None, ["Score of all 2 mutants: 50.0%"]),
        ("Killed Survived", 50, ["Score of all 2 mutants: 50.0%"]),
        ("Killed Survived", 50.5, ["Score of all 2 mutants: 50.0%", "The score is below 50.5%."]),
        ("Survived", 0, ["Score of all 1 mutants: 0.0%"]),
        ("", 50, ["Score of all 0 mutants: 0.0%"]),
    ],
)
def test_a_score_is_held_against_the_limit(statuses: str, limit: float | None, wanted: list[str]) -> None:
    places = tuple(MutantResult("", "", status, "1.sql", 1) for status in statuses.split())
    report = MutationReport([MutationResult(MUTATION, "Survived", mutants=places)] if places else [])
    assert judge(report, limit=limit) == ([*report.get_summary().splitlines(), *wanted], len(wanted) == 2)


@pytest.mark.parametrize("limit", [None, 1.0])
def test_a_problem_fails_at_any_score(limit: float | None) -> None:
    report = MutationReport([MutationResult(MUTATION, "Killed")], problems=["002 cannot be read"])
    lines, failed = judge(report, limit=limit)
    assert failed
    assert lines[1:] == ["Problem: 002 cannot be read", "Score of all 0 mutants: 100.0%"]


def test_a_project_is_judged_where_pytest_has_its_root(
    run: Run, project: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("--confiture", f"--rootdir={project.path}")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    lines = section(result)
    assert any(line.startswith("    migrations/001_users.sql:1: ") for line in lines)
    assert lines[-1] == "The score is below 99.5%."
    assert result.errlines == []


def test_the_option_wins_over_the_setting(run: Run, project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUTATION_VERBOSE", "true")
    result = run("--confiture", "--confiture-fail-under=0")
    assert result.ret == pytest.ExitCode.OK
    assert section(result)[-1].startswith("Score of all ")
    assert result.errlines[0].startswith("migrations/001_users.sql:1: ")


def test_a_folder_without_migrations_fails(run: Run, pytester: pytest.Pytester) -> None:
    result = run("--confiture")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert str(pytester.path) in section(result)[0]


@pytest.mark.parametrize("outcome", ["True", "False"])
def test_the_suite_follows_the_tests(outcome: str, run: Run, project: pytest.Pytester) -> None:
    """Of an empty history, which needs no time."""
    (project.path / "migrations" / "001_users.sql").write_text("SELECT 1;\n")
    (project.path / "tests" / "users.sql").unlink()
    project.makepyfile(f"def test(): assert {outcome}")
    result = run("--confiture")
    assert result.ret == (pytest.ExitCode.OK if outcome == "True" else pytest.ExitCode.TESTS_FAILED)
    assert section(result)[-1] == "Score of all 0 mutants: 0.0%"


def test_no_suite_follows_tests_that_were_stopped(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("raise KeyboardInterrupt")
    result = run("--confiture", "--confiture-fail-under=99", no_reraise_ctrlc=True)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert section(result)[:1] == ["The mutation suite was not run: the tests did not come to their end."]


NO_SUITE: dict[str, tuple[tuple[str, ...], str]] = {
    "it was not asked for": ((), ""),
    "tests are only listed": (("--confiture", "--collect-only"), ""),
    "another process runs it": (("--confiture",), "def pytest_configure(config): config.workerinput = {}"),
}


@pytest.mark.parametrize("reason", NO_SUITE)
def test_no_suite_runs_where(reason: str, run: Run, pytester: pytest.Pytester) -> None:
    options, conftest = NO_SUITE[reason]
    pytester.makeconftest(conftest)
    pytester.makepyfile("def test(): pass")
    result = run(*options)
    assert result.ret == pytest.ExitCode.OK, "it would fail without migrations"
    assert "= confiture =" not in result.stdout.str()


def test_databases_that_were_kept_are_told_once(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("name, keeper", [("one", 22), ("two", 333), ("three", 22)])
        def test(name, keeper, record_property):
            record_property("confiture_kept", name)
            record_property("confiture_keeper", keeper)
            record_property("other", "four")
    """)
    *kept, end = section(run(), "databases of failed tests")
    assert kept == ["one", "two", "three"]
    assert end == f"They are on a private server, which runs until: {command_to_end([22, 333])}"


def test_databases_on_a_named_server_need_no_keeper(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test(record_property): record_property('confiture_kept', 'one')")
    assert section(run(), "databases of failed tests") == ["one"]


@pytest.mark.parametrize("score", ["101", "-1", "nan"])
def test_a_limit_is_a_score(score: str, run: Run) -> None:
    result = run("--confiture", f"--confiture-fail-under={score}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines[0] == f"ERROR: --confiture-fail-under must be a number from 0 to 100, and is {score}"


def test_a_limit_needs_the_suite(run: Run) -> None:
    result = run("--confiture-fail-under", "50")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines[0] == "ERROR: --confiture-fail-under needs --confiture, which runs the mutation suite"
