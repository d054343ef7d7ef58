"""What a run needs to know of the user's project: its history, tests and seeds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from confiture.config import Config, find_root, load_config
from confiture.layouts import find_history
from confiture.layouts.layout import cached_script
from confiture.model.migration import History, Migration
from confiture.model.script import Script
from confiture.oracles.sql_file import SqlOracle
from confiture.sql import read_source

_PREREQUISITES = Path("confiture/pre.sql")
_VERSION = re.compile(r"[Vv]?(\d+)[_.-]")


@dataclass(frozen=True, slots=True)
class Seed:
    """Rows that every base state gets, right after one migration or, without a version, at the end."""

    script: Script
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A history with its tests and seeds, read at one moment.

    Attributes:
        prerequisites: what the platform supplies before the first migration.
    """

    config: Config
    history: History
    tests: tuple[SqlOracle, ...] = ()
    seeds: tuple[Seed, ...] = ()
    prerequisites: Script | None = None

    def tests_of(self, migration: Migration) -> tuple[SqlOracle, ...]:
        """Tests that run right after ``migration``."""
        return tuple(test for test in self.tests if test.version == migration.version)

    @property
    def head_tests(self) -> tuple[SqlOracle, ...]:
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
    versions = _versions(history)
    tests = tuple(_test(path, config.root, versions) for path in _files(config.root, config.tests, history))
    seeds = tuple(_seed(path, versions) for path in _files(config.root, config.seeds, history))
    return Project(config, history, (*_verify_scripts(history), *tests), seeds, _prerequisites(config))


def _prerequisites(config: Config) -> Script | None:
    path = config.prerequisites or config.root / _PREREQUISITES
    return cached_script(path, read_source(path)) if config.prerequisites or path.is_file() else None


def _verify_scripts(history: History) -> Iterator[SqlOracle]:
    """The tests that the migration tool itself has."""
    for migration in history.migrations:
        if migration.verify:
            name = Path(*migration.verify.path.parts[-2:]).as_posix()
            yield SqlOracle(name, migration.verify, migration.version)


def _versions(history: History) -> Mapping[str, str]:
    """The versions of ``history`` by their form without leading zeros."""
    return {_short(migration.version): migration.version for migration in history.migrations}


def _short(version: str) -> str:
    return version.lstrip("0") or version


def _files(root: Path, patterns: Iterable[str], history: History) -> Iterator[Path]:
    found = {path for pattern in patterns for path in root.glob(pattern) if path.is_file()}
    own = {script.path for m in history.migrations for script in (m.up, m.down, m.verify) if script}
    return iter(sorted(path for path in found if path.resolve() not in own))


def _test(path: Path, root: Path, versions: Mapping[str, str]) -> SqlOracle:
    script = cached_script(path, read_source(path))
    return SqlOracle(path.relative_to(root).as_posix(), script, versions.get(_short(_bound_to(script))))


def _seed(path: Path, versions: Mapping[str, str]) -> Seed:
    script = cached_script(path, read_source(path))
    return Seed(script, versions.get(_short(_bound_to(script))))


def _bound_to(script: Script) -> str:
    """The version of the migration that a test or seed runs right after; empty when there is none."""
    directive = next((item for item in script.directives if item.verb == "migration"), None)
    return directive.arguments if directive else version_in_name(script.path)


def version_in_name(path: Path) -> str:
    """The version that the name of a test or seed begins with; empty when there is none."""
    match = _VERSION.match(path.name)
    return match[1] if match else ""
