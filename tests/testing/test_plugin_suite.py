"""The options of the pytest plugin, and the mutation suite that it runs after the tests."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from confiture.postgres.server import Server

pytest_plugins = ["pytester"]

Run = Callable[..., pytest.RunResult]
MIGRATION = "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL);\n"
TEST = "SELECT count(*) = 1 FROM pg_attribute WHERE attname = 'email' AND attnotnull;\n"
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
    """A project in that folder, without tests for pytest."""
    for folder, text in {"migrations": MIGRATION, "tests": TEST}.items():
        pytester.mkdir(folder).joinpath("001_users.sql").write_text(text)
    pytester.path.joinpath("confiture.toml").touch()
    return pytester


def section(result: pytest.RunResult) -> list[str]:
    """What is told of the suite."""
    lines = result.outlines
    [start] = [number for number, line in enumerate(lines) if line.strip("= ") == "confiture"]
    return [line for line in lines[start + 1 :] if line and not line.startswith("=")]


def test_help_says_what_the_options_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert HELP in run("--help").stdout.str()


@pytest.mark.parametrize("limit", ["0", "1", "100"])
def test_a_score_that_is_reached_is_a_success(limit: str, run: Run, project: pytest.Pytester) -> None:
    (project.path / "migrations" / "001_users.sql").write_text("CREATE TABLE users (email text NOT NULL);\n")
    result = run("--confiture", "--confiture-fail-under", limit)
    assert result.ret == pytest.ExitCode.OK, result.stdout.str()
    lines = section(result)
    assert lines[0].startswith("Kill rate 100.0%: ")
    assert lines[1:] == [lines[-1]]
    assert lines[-1].startswith("Score of all ")
    assert lines[-1].endswith(" mutants: 100.0%")


def test_weak_areas_are_told_with_their_places(run: Run, project: pytest.Pytester) -> None:
    result = run("--confiture")
    assert result.ret == pytest.ExitCode.OK
    lines = section(result)
    assert "Weak areas:" in lines
    assert any(line.startswith("    migrations/001_users.sql:1: ") for line in lines)


@pytest.mark.parametrize("source", ["option", "setting"])
def test_a_score_below_the_limit_fails(source: str, run: Run, project: pytest.Pytester) -> None:
    if source == "setting":
        (project.path / "confiture.toml").write_text("[mutation]\nfail_under = 99.5\n")
    result = run("--confiture", *(["--confiture-fail-under=99.5"] if source == "option" else []))
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert section(result)[-1] == "The score is below 99.5%."


def test_each_verdict_is_told_only_where_that_is_asked_for(
    run: Run, project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("--confiture").errlines == []
    monkeypatch.setenv("MUTATION_VERBOSE", "true")
    assert run("--confiture").errlines[0].startswith("migrations/001_users.sql:1: ")


def test_the_project_is_where_pytest_has_its_root(
    run: Run, project: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.path / "confiture.toml").write_text("[mutation]\nfail_under = 99.5\n")
    monkeypatch.chdir(tmp_path)
    assert section(run("--confiture", f"--rootdir={project.path}"))[-1] == "The score is below 99.5%."


def test_the_option_wins_over_the_setting(run: Run, project: pytest.Pytester) -> None:
    (project.path / "confiture.toml").write_text("[mutation]\nfail_under = 99.5\n")
    assert run("--confiture", "--confiture-fail-under=0").ret == pytest.ExitCode.OK


def test_without_mutants_there_is_no_score_to_be_reached(run: Run, project: pytest.Pytester) -> None:
    (project.path / "migrations" / "001_users.sql").write_text("SELECT 1;\n")
    (project.path / "tests" / "001_users.sql").unlink()
    result = run("--confiture", "--confiture-fail-under=99.5")
    assert result.ret == pytest.ExitCode.OK
    assert section(result)[-1] == "Score of all 0 mutants: 0.0%"


def test_a_migration_that_does_not_run_fails(run: Run, project: pytest.Pytester) -> None:
    (project.path / "migrations" / "002_more.sql").write_text("CREATE TABEL x ();")
    result = run("--confiture")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert any(line.startswith("Problem: 002 more: ") and "syntax error" in line for line in section(result))


def test_a_folder_without_migrations_fails(run: Run, pytester: pytest.Pytester) -> None:
    result = run("--confiture")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert str(pytester.path) in section(result)[0]


@pytest.mark.parametrize(
    ("text", "status"),
    {"def test(): pass": pytest.ExitCode.OK, "def test(): assert False": pytest.ExitCode.TESTS_FAILED}.items(),
)
def test_the_suite_follows_the_tests(text: str, status: int, run: Run, project: pytest.Pytester) -> None:
    project.makepyfile(text)
    result = run("--confiture")
    assert result.ret == status
    assert section(result)[0].startswith("Kill rate ")


def test_no_suite_follows_tests_that_were_stopped(run: Run, project: pytest.Pytester) -> None:
    project.makepyfile("raise KeyboardInterrupt")
    result = run("--confiture", "--confiture-fail-under=99", no_reraise_ctrlc=True)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert section(result)[:1] == ["The mutation suite was not run: the tests did not come to their end."]


def test_no_suite_follows_a_mere_list_of_tests(run: Run, project: pytest.Pytester) -> None:
    project.makepyfile("def test(): pass")
    result = run("--confiture", "--collect-only")
    assert result.ret == pytest.ExitCode.OK
    assert "= confiture =" not in result.stdout.str()


def test_processes_that_share_the_tests_leave_the_suite_to_the_first(run: Run, project: pytest.Pytester) -> None:
    project.makeconftest("def pytest_configure(config): config.workerinput = {}")
    project.makepyfile("def test(): pass")
    assert "= confiture =" not in run("--confiture").stdout.str()


def test_no_suite_runs_unasked(run: Run, project: pytest.Pytester) -> None:
    project.makepyfile("def test(): pass")
    assert "confiture" not in run().stdout.str().partition("collected 1 item")[2]


@pytest.mark.parametrize("score", ["101", "-1", "nan"])
def test_a_limit_is_a_score(score: str, run: Run) -> None:
    result = run("--confiture", f"--confiture-fail-under={score}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines[0] == f"ERROR: --confiture-fail-under must be a number from 0 to 100, and is {score}"


def test_a_limit_needs_the_suite(run: Run) -> None:
    result = run("--confiture-fail-under", "50")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines[0] == "ERROR: --confiture-fail-under needs --confiture, which runs the mutation suite"
