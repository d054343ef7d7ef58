"""The project's tests in SQL files, each as the kind that it is written in."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from confiture.layouts.layout import psql_script
from confiture.model.migration import History
from confiture.model.script import Script
from confiture.oracles.pgtap import PgtapOracle, defines, is_pgtap, left_behind, prints_plan, schema_of_pgtap
from confiture.oracles.sql_file import SqlOracle
from confiture.sql import read_source

FileTest: TypeAlias = SqlOracle | PgtapOracle

_VERSION = re.compile(r"[Vv]?(\d+)[_.-]")


def read_tests(
    root: Path, paths: Iterable[Path], history: History, *, texts: Mapping[Path, str] | None = None
) -> Iterator[FileTest]:
    """The tests in ``paths``, in this order; files that only define what pgTAP tests need are none.

    Args:
        root: of the project.
        paths: files of tests.
        history: that the tests are bound to.
        texts: what counts instead of what is on disk.

    Raises:
        ProjectError: one cannot be read.
    """
    versions = versions_of(history)
    known = texts or {}
    scripts = [psql_script(path, known[path] if path in known else read_source(path)) for path in paths]
    with_pgtap = {script.path.parent for script in scripts if is_pgtap(script)}
    schema = schema_of_pgtap(scripts)
    setup: dict[Path, tuple[str, ...]] = {}
    for script in scripts:
        folder, name = script.path.parent, script.path.relative_to(root).as_posix()
        version = versions.get(short(bound_to(script)))
        if folder not in with_pgtap:
            yield SqlOracle(name, script, version)
            continue
        if prints_plan(script):
            yield PgtapOracle(name, script, version, setup.get(folder, ()), schema)
        elif not (is_pgtap(script) or defines(script)):
            yield SqlOracle(name, script, version)
            continue
        setup[folder] = setup.get(folder, ()) + left_behind(script)


def verify_scripts(history: History) -> Iterator[SqlOracle]:
    """The tests that the migration tool itself has."""
    for migration in history.migrations:
        if migration.verify:
            name = Path(*migration.verify.path.parts[-2:]).as_posix()
            yield SqlOracle(name, migration.verify, migration.version)


def versions_of(history: History) -> Mapping[str, str]:
    """The versions of ``history`` by their form without leading zeros."""
    return {short(migration.version): migration.version for migration in history.migrations}


def short(version: str) -> str:
    """``version`` without leading zeros."""
    return version.lstrip("0") or version


def version_in_name(path: Path) -> str:
    """The version that the name of a test or seed begins with; empty when there is none."""
    match = _VERSION.match(path.name)
    return match[1] if match else ""


def bound_to(script: Script) -> str:
    """The version of the migration that a test or seed runs right after; empty when there is none."""
    directive = next((item for item in script.directives if item.verb == "migration"), None)
    return directive.arguments if directive else version_in_name(script.path)


def with_source(test: FileTest, source: str) -> FileTest:
    """``test`` with another text, whose place among the other files is the same."""
    return replace(test, script=psql_script(test.script.path, source))
