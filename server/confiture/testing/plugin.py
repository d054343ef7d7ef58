"""The pytest plugin: five fixtures, and ``pytest --confiture`` for the mutation suite of the project."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confiture.errors import ConfitureError

if TYPE_CHECKING:
    from confiture.postgres.borrowed import Connection
    from confiture.testing.databases import Databases
    from confiture.testing.frameworks.mutation import MutationRegistry, MutationReport
    from confiture.testing.frameworks.performance import MigrationPerformanceProfiler
    from confiture.testing.samples import SampleSchema

_KEPT = "confiture_kept"
_KEEPER = "confiture_keeper"
_FAILED = pytest.StashKey[bool]()
_LINES = pytest.StashKey[list[str]]()
_FINISHED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options of the plugin."""
    group = parser.getgroup("confiture", "mutation tests of migrations")
    group.addoption("--confiture", action="store_true", help="run the mutation suite of the project after the tests")
    group.addoption(
        "--confiture-fail-under",
        type=float,
        metavar="SCORE",
        help="fail when --confiture finds a score, 0 to 100, below this; by default mutation.fail_under",
    )
    group.addoption(
        "--confiture-keep-failed", action="store_true", help="keep the database of a test that fails, and print its URL"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Checks the options."""
    score = config.getoption("--confiture-fail-under")
    if score is None:
        return
    if not 0 <= score <= 100:
        raise pytest.UsageError(f"--confiture-fail-under must be a number from 0 to 100, and is {score:g}")
    if not config.getoption("--confiture"):
        raise pytest.UsageError("--confiture-fail-under needs --confiture, which runs the mutation suite")


@pytest.fixture(scope="session")
def confiture_databases(pytestconfig: pytest.Config) -> "Iterator[Databases]":
    """Where `test_db_connection` takes its databases from."""
    from confiture.testing.databases import open_databases

    with ExitStack() as stack:
        try:
            databases = stack.enter_context(open_databases(pytestconfig.rootpath))
        except ConfitureError as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None
        yield databases


@pytest.fixture
def test_db_connection(request: pytest.FixtureRequest, confiture_databases: "Databases") -> "Iterator[Connection]":
    """A psycopg connection to a fresh, empty database of this test alone.

    It is made on the server of ``DATABASE_URL`` or ``POSTGRES_*`` where these are set, else on a private one, and is
    dropped afterwards. The database that a URL names is never touched.
    """
    with confiture_databases.connect() as (name, connection):
        yield connection
        if request.node.stash.get(_FAILED, False) and request.config.getoption("--confiture-keep-failed"):
            connection.close()
            kept = confiture_databases.keep(name)
            request.node.user_properties.append((_KEPT, f"{request.node.nodeid}: {kept.url}"))
            if kept.keeper:
                request.node.user_properties.append((_KEEPER, kept.keeper))


@pytest.fixture
def temp_project_dir(tmp_path: Path) -> Path:
    """An empty directory for the files of a project."""
    directory = tmp_path / "project"
    directory.mkdir()
    return directory


@pytest.fixture
def sample_confiture_schema(tmp_path: Path) -> "SampleSchema":
    """Paths of sample schema files by name, with or without ``.sql``, in an order in which they apply."""
    from confiture.testing.samples import write_samples

    return write_samples(tmp_path / "sample_schema")


@pytest.fixture
def mutation_registry() -> "MutationRegistry":
    """The catalog of all mutations."""
    from confiture.testing.frameworks.mutation import MutationRegistry

    return MutationRegistry()


@pytest.fixture
def performance_profiler() -> "MigrationPerformanceProfiler":
    """A profiler of operations."""
    from confiture.testing.frameworks.performance import MigrationPerformanceProfiler

    return MigrationPerformanceProfiler()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remembers which tests fail."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Runs the mutation suite, once where several processes run tests."""
    config = session.config
    if not config.getoption("--confiture") or hasattr(config, "workerinput") or config.option.collectonly:
        return
    if exitstatus not in _FINISHED:
        config.stash[_LINES] = ["The mutation suite was not run: the tests did not come to their end."]
        return
    try:
        failed = _run_suite(config)
    except ConfitureError as error:
        config.stash[_LINES], failed = str(error).splitlines(), True
    if failed:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    elif exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK


def _run_suite(config: pytest.Config) -> bool:
    """Whether the suite of the project fails the run."""
    from confiture.testing.frameworks.mutation import MutationRunner
    from confiture.testing.settings import project_config

    limit = config.getoption("--confiture-fail-under")
    if limit is None:
        limit = project_config(config.rootpath).mutation.fail_under
    report = MutationRunner(verbose=False, project=config.rootpath).run_mutation_suite()
    config.stash[_LINES], failed = judge(report, limit=limit)
    return failed


def judge(report: "MutationReport", *, limit: float | None) -> tuple[list[str], bool]:
    """What is told of a suite, and whether it fails the run: by a problem, or by a score below ``limit``."""
    mutants = report.get_statistics()["mutants"]
    lines = [*report.get_summary().splitlines(), f"Score of all {mutants} mutants: {report.mutant_score:.1f}%"]
    if limit is None or not report.results or report.mutant_score >= limit:
        return lines, bool(report.problems)
    return [*lines, f"The score is below {limit:g}%."], True


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Reports the mutation suite and the databases that were kept."""
    if kept := _told(terminalreporter, _KEPT):
        terminalreporter.section("databases of failed tests")
        terminalreporter.write_line("\n".join(kept))
    if keepers := _told(terminalreporter, _KEEPER):
        from confiture.testing.keeper import command_to_end

        terminalreporter.write_line(f"They are on a private server, which runs until: {command_to_end(keepers)}")
    if suite := config.stash.get(_LINES, None):
        terminalreporter.section("confiture")
        terminalreporter.write_line("\n".join(suite))


def _told(terminalreporter: Any, key: str) -> list[Any]:
    """What the tests of all processes told under ``key``, once each."""
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    told = (pair for report in reports for pair in getattr(report, "user_properties", ()))
    return [*dict.fromkeys(value for name, value in told if name == key)]
