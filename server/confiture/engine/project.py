"""What a run needs to know of the user's project: its history, tests and seeds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from confiture.config import Config, find_root, load_config
from confiture.engine.test_files import FileTest, bound_to, read_tests, short, verify_scripts, versions_of
from confiture.layouts import find_history
from confiture.layouts.layout import cached_script
from confiture.model.migration import History, Migration
from confiture.model.script import Script
from confiture.oracles.command import CommandOracle
from confiture.oracles.program import Program
from confiture.oracles.pytest_oracle import PytestOracle
from confiture.oracles.sql_test import SqlTest
from confiture.sql import read_source

_PREREQUISITES = Path("confiture/pre.sql")


@dataclass(frozen=True, slots=True)
class Seed:
    """Rows that every base state gets, right after one migration or, without a version, at the end."""

    script: Script
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A history with its tests and seeds, read at one moment.

    Attributes:
        tests: those in SQL files.
        prerequisites: what the platform supplies before the first migration.
        programs: tests that are programs of their own.
        environment: that programs inherit.
    """

    config: Config
    history: History
    tests: tuple[SqlTest, ...] = ()
    seeds: tuple[Seed, ...] = ()
    prerequisites: Script | None = None
    programs: tuple[Program, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)  # it may hold passwords

    @property
    def own_files(self) -> frozenset[Path]:
        """The files that are read by Confiture itself."""
        return _files_of(self.history) | {each.script.path.resolve() for each in (*self.tests, *self.seeds)}

    @property
    def verify_files(self) -> frozenset[Path]:
        """The files of the tests that the migration tool itself has."""
        return frozenset(each.verify.path for each in self.history.migrations if each.verify)

    def tests_of(self, migration: Migration) -> tuple[SqlTest, ...]:
        """Tests that run right after ``migration``."""
        return tuple(test for test in self.tests if test.version == migration.version)

    @property
    def head_tests(self) -> tuple[SqlTest, ...]:
        """Tests that run at the head of the history."""
        return tuple(test for test in self.tests if test.version is None)


def load_project(
    near: Path,
    *,
    environment: Mapping[str, str],
    overrides: Mapping[str, object] | None = None,
) -> Project:
    """Reads the project that ``near`` (a file or directory) belongs to.

    Args:
        near: a file of the project, its root or a directory in it.
        environment: where settings such as ``DATABASE_URL`` come from.
        overrides: settings that beat all others.

    Raises:
        ConfigError: a setting is wrong.
        ProjectError: there is no history, or a file of it cannot be read.
    """
    root = find_root(near)
    config = load_config(root, environment=environment, overrides=overrides or {})
    history = find_history(config, near=near)
    versions = versions_of(history)
    tests = read_tests(config.root, _files(config.root, config.tests, history), history)
    seeds = tuple(_seed(path, versions) for path in _files(config.root, config.seeds, history))
    programs: list[Program] = [CommandOracle(command, config.root) for command in config.test_commands]
    programs += [PytestOracle(config.pytest, config.root)] if config.pytest else []
    return Project(
        config, history, (*verify_scripts(history), *tests), seeds, _prerequisites(config), tuple(programs), environment
    )


def test_in(project: Project, path: Path, text: str) -> FileTest:
    """The test that the file ``path`` of ``project`` is once it holds ``text``, with what files before it leave behind.

    Raises:
        ProjectError: a file of tests cannot be read.
    """
    root, history = project.config.root, project.history
    paths = sorted({*_files(root, project.config.tests, history), path})
    return next(test for test in read_tests(root, paths, history, texts={path: text}) if test.script.path == path)


def _prerequisites(config: Config) -> Script | None:
    path = config.prerequisites or config.root / _PREREQUISITES
    return cached_script(path, read_source(path)) if config.prerequisites or path.is_file() else None


def _files(root: Path, patterns: Iterable[str], history: History) -> list[Path]:
    found = {path for pattern in patterns for path in root.glob(pattern) if path.is_file()}
    own = _files_of(history)
    return sorted(path for path in found if path.resolve() not in own)


def _files_of(history: History) -> frozenset[Path]:
    """Those with its scripts, without symbolic links."""
    return frozenset(script.path for m in history.migrations for script in (m.up, m.down, m.verify) if script)


def _seed(path: Path, versions: Mapping[str, str]) -> Seed:
    script = cached_script(path, read_source(path))
    return Seed(script, versions.get(short(bound_to(script))))
