"""Measures what each statement of a migration costs and compares it with its baseline.

Time, rows, locks on tables that existed before, rewrites, full scans and WAL, on a scratch database with seed rows.
With --scale also on more rows, and what follows from that for the tables of production.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from confiture.cli import options
from confiture.cli.exits import Exit
from confiture.errors import ConfigError

if TYPE_CHECKING:
    from confiture.engine.outcome import Outcome

NAME = "profile"
SUMMARY = "measure what statements cost, beside their baselines"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture profile``."""
    options.add_paths(parser)
    parser.add_argument(
        "--scale",
        action="store_true",
        help="also measure with more rows, and work out what the statements cost in production (settings: scale)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help="also write a page with pictures of locks, growth and earlier runs, for any browser (needs plotly)",
    )
    options.add_server(parser)
    options.add_color(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Prints costs; findings are regressions, broken budgets and scripts that fail."""
    from confiture.cli.judge import judge_findings
    from confiture.cli.scope import scope_of
    from confiture.cli.work import outcomes, profiles
    from confiture.engine.workbench import open_workbench

    scope = scope_of(arguments.paths, environment=os.environ, overrides=options.overrides(arguments))
    with open_workbench(scope.project.config.postgres) as workbench:
        found = tuple(
            outcomes(scope, profiles(scope, workbench, scale=arguments.scale), color=options.color_of(arguments))
        )
    if arguments.html:
        _write_page(found, arguments.html)
    if arguments.json:
        _print_json(found)
    else:
        _print_tables(found, arguments)
    return judge_findings(found)


def _write_page(found: "tuple[Outcome, ...]", path: Path) -> None:
    from confiture import version
    from confiture.report.cost_page import render

    try:
        path.write_text(render(found, version=version()), "utf-8")
    except OSError as error:
        raise ConfigError(f"--html {path}: cannot be written: {error.strerror}") from error


def _print_json(found: "tuple[Outcome, ...]") -> None:
    from confiture.report.cost_json import costs

    data = {outcome.migration.version: costs(outcome.comparisons) for outcome in found}
    json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def _print_tables(found: "tuple[Outcome, ...]", arguments: argparse.Namespace) -> None:
    from rich.text import Text

    from confiture.report.console import console_on, draw, indented
    from confiture.report.costs import cost_lines
    from confiture.report.style import LEVEL_STYLES, plain

    console = console_on(sys.stdout, color=options.color_of(arguments), width=options.width_of(sys.stdout))
    for outcome in found:
        draw([plain(outcome.migration.title, "bold")], to=console)
        draw(cost_lines(outcome.migration, outcome.comparisons, width=console.width), to=console)
        for finding in outcome.findings:
            words = (f"{finding.level.value} {finding.code}  ", LEVEL_STYLES[finding.level])
            draw([indented(Text.assemble(words, plain(finding.message)))], to=console)
        draw([Text()], to=console)
