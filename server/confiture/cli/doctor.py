"""Says what Confiture works with and why: settings, history, tests, seeds and PostgreSQL, and what is missing."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from confiture import version
from confiture.cli import options
from confiture.cli.exits import Exit, exit_of
from confiture.errors import ConfitureError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from confiture.config import Config, PostgresConfig
    from confiture.engine.project import Project
    from confiture.model.migration import History

_FEW = 5

NAME = "doctor"
SUMMARY = "say what was found, why, and what is missing"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture doctor``."""
    parser.add_argument("path", nargs="?", type=Path, default=Path(), metavar="PATH", help="a project, or a file of it")
    options.add_server(parser)
    options.add_color(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Looks at everything, also behind the first thing that is wrong; the status is that of the worst."""
    from confiture.report.console import console_on, draw

    console = console_on(sys.stdout, color=options.color_of(arguments), width=options.width_of(sys.stdout))
    code = Exit.CLEAN
    for sign in examine(arguments.path.resolve(), environment=os.environ, overrides=options.overrides(arguments)):
        draw([_drawn(sign)], to=console)
        code = max(code, sign.code)
    return code


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at.

    Attributes:
        code: what a command that needs it would end with.
        chosen: False for a source that is only listed because another one was taken.
    """

    title: str
    text: str
    code: Exit = Exit.CLEAN
    chosen: bool = True


def examine(path: Path, *, environment: Mapping[str, str], overrides: Mapping[str, object]) -> Iterator[Sign]:
    """Everything that a run at ``path`` depends on."""
    from confiture.config import PostgresConfig
    from confiture.engine.project import load_project

    yield Sign("Confiture", f"{version()} on Python {platform.python_version()} at {sys.executable}")
    config, project = None, None
    try:
        config = _config(path, environment=environment, overrides=overrides)
        yield Sign("Settings", _settings(config, environment=environment, overrides=overrides))
        project = load_project(path, environment=environment, overrides=overrides)
        yield from _project(project)
    except ConfitureError as error:
        yield Sign("Settings" if config is None else "Project", str(error), exit_of(error))
    extensions = yield from _sources(config.postgres if config else PostgresConfig())
    if project and extensions:
        yield from _extensions(project.history, extensions)


def _config(path: Path, *, environment: Mapping[str, str], overrides: Mapping[str, object]) -> "Config":
    from confiture.config import find_root, load_config

    return load_config(find_root(path), environment=environment, overrides=overrides)


def _settings(config: "Config", *, environment: Mapping[str, str], overrides: Mapping[str, object]) -> str:
    """The root, and which keys are set where."""
    from confiture.config.sources import flatten, from_environment, from_file

    keys: dict[str, list[str]] = {}
    for layer in (from_file(config.root), from_environment(environment), flatten(overrides, "the command line")):
        for setting in layer:
            keys.setdefault(setting.origin, []).append(setting.key)
    said = [f"{', '.join(names)} from {origin}" for origin, names in keys.items()]
    return "; ".join([f"root {config.root}", *(said or ["all defaults"])])


def _project(project: "Project") -> Iterator[Sign]:
    history, config = project.history, project.config
    count = len(history.migrations)
    what = f"{count} migrations in {history.root}, read as {history.layout}: {history.reason}"
    yield Sign("History", what)
    without = [migration.title for migration in history.migrations if migration.down is None]
    if without:
        yield Sign("Down", f"{len(without)} of {count} have no down script: {_listed(without)}")
    yield from _tests(project)
    if project.seeds:
        yield Sign("Seeds", _listed([seed.script.path.name for seed in project.seeds]))
    else:
        yield Sign("Seeds", f"none match {', '.join(config.seeds)}; rows are generated from the catalog")


def _tests(project: "Project") -> Iterator[Sign]:
    from confiture.engine.test_kinds import Kind, kinds_of_tests, pytest_folders

    bound = sum(test.version is not None for test in project.tests)
    kinds = kinds_of_tests(project)
    if project.tests:
        counted = ", ".join(f"{len(paths)} in {kind.value}" for kind, paths in kinds.items() if kind is not Kind.PYTEST)
        names = _listed([test.name for test in project.tests])
        yield Sign("Tests", f"{len(project.tests)} ({counted}), {bound} of them bound to one migration: {names}")
    for program in project.programs:
        yield Sign("Tests", f"{program.name}, a program that is asked last")
    if not (project.tests or project.programs):
        none = f"none match {', '.join(project.config.tests)}; without tests only built-in checks notice mistakes"
        yield Sign("Tests", none)
    if Kind.PYTEST in kinds and not project.config.pytest:
        folders = json.dumps(pytest_folders(project.config.root))
        yield Sign(
            "Tests", f"pytest tests that name a database are not asked; the setting pytest = {folders} asks them"
        )


def _sources(config: "PostgresConfig") -> "Generator[Sign, None, tuple[str, ...]]":
    """Each source of PostgreSQL, then whether the chosen one works; returns the extensions it has."""
    from confiture.postgres.server import candidates, open_server

    extensions: tuple[str, ...] = ()
    for candidate in candidates(config):
        named = f"{candidate.source} {candidate.version_text or ''}".strip()
        yield Sign("PostgreSQL", f"{named}: {candidate.reason}", chosen=candidate.chosen)
        if candidate.chosen:
            extensions = candidate.extensions
    try:
        with open_server(config) as server:
            yield Sign("Server", f"{server.origin}; it answers")
    except ConfitureError as error:
        yield Sign("Server", str(error), exit_of(error))
    return extensions


def _extensions(history: "History", available: Sequence[str]) -> Iterator[Sign]:
    users: dict[str, list[str]] = {}
    for migration in history.migrations:
        for statement in migration.up.statements:
            if statement.kind == "CREATE EXTENSION":
                users.setdefault(statement.name.strip('"'), []).append(migration.version)
    missing = {name: versions for name, versions in users.items() if name not in available}
    if missing:
        named = "; ".join(f"{name} (used by {_listed(versions)})" for name, versions in missing.items())
        advice = "install them for this server, or choose another one with postgres.url or postgres.binaries"
        yield Sign("Extensions", f"missing: {named}; {advice}", Exit.FINDINGS)
    elif users:
        yield Sign("Extensions", f"all {len(users)} that the history uses are there: {', '.join(users)}")


def _listed(names: Sequence[str]) -> str:
    """The first few of ``names``."""
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more


def _drawn(sign: Sign) -> "RenderableType":
    from rich.table import Table

    from confiture.report.style import plain

    mark, style = ("✗", "bold red") if sign.code else ("✓", "green") if sign.chosen else ("·", "dim")
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_column(no_wrap=True, width=1)
    line.add_column(no_wrap=True, width=10)
    line.add_column()
    line.add_row(plain(mark, style), plain(sign.title, "bold"), plain(sign.text, "" if sign.chosen else "dim"))
    return line
