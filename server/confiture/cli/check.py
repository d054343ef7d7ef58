"""Applies, undoes and mutates migrations on a real PostgreSQL, and asks the project's tests what they notice.

Nothing outside scratch databases is written.
"""

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from confiture.cli import options
from confiture.cli.exits import Exit
from confiture.cli.output import Output
from confiture.report.formats import FORMATS

if TYPE_CHECKING:
    from confiture.cli.scope import Scope
    from confiture.engine.workbench import Workbench
    from confiture.report.report import Report

NAME = "check"
SUMMARY = "run migrations and their mutants, and report what no test would notice"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture check``."""
    options.add_paths(parser)
    parser.add_argument(
        "--format",
        choices=[each.name for each in FORMATS],
        default=FORMATS[0].name,
        help="; ".join(f"{each.name}: {each.summary}" for each in FORMATS),
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the report to FILE")
    parser.add_argument(
        "--fail-under",
        type=options.percentage,
        metavar="N",
        help="accept unnoticed mistakes as long as the score is at least N percent",
    )
    options.add_operators(parser)
    options.add_server(parser)
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument(
        "-q", "--quiet", dest="detail", action="store_const", const=0, help="only errors and the score"
    )
    loudness.add_argument("-v", "--verbose", dest="detail", action="store_const", const=2, help="all mutants and costs")
    parser.set_defaults(detail=1)
    options.add_color(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Checks what ``arguments`` ask for and writes the report."""
    from confiture.cli.judge import judge
    from confiture.cli.scope import scope_of
    from confiture.engine.workbench import open_workbench

    output = Output(arguments)
    scope = scope_of(arguments.paths, environment=os.environ, overrides=options.overrides(arguments))
    with open_workbench(scope.project.config.postgres) as workbench:
        report = _report(scope, workbench, output=output, mutants=not arguments.no_mutants)
    return judge(report)


def _report(scope: "Scope", workbench: "Workbench", *, output: Output, mutants: bool) -> "Report":
    """Runs ``scope`` and puts out what comes of it."""
    from confiture.cli.work import checks, outcomes, profiles

    began = time.monotonic()
    report = _empty(scope, workbench)
    start = checks(scope, workbench) if mutants else profiles(scope, workbench)
    for outcome in outcomes(scope, start, color=output.color, watched=output.detail > 0):
        report = replace(report, outcomes=(*report.outcomes, outcome), duration_seconds=time.monotonic() - began)
        output.add(report)
    output.end(report)
    return report


def _empty(scope: "Scope", workbench: "Workbench") -> "Report":
    """The report of ``scope`` before anything ran."""
    from confiture.config import repository_of
    from confiture.report.report import Report

    project = scope.project
    scripts = [item.script for item in (*project.tests, *project.seeds)]
    scripts += [script for each in project.history.migrations for script in (each.up, each.down) if script]
    mutation = project.config.mutation
    return Report(
        root=project.config.root,
        server=workbench.server.origin,
        layout=project.history.layout,
        outcomes=(),
        sources={script.path: script.source for script in scripts},
        repository=repository_of(project.config.root),
        per_line=mutation.per_line,
        per_file=mutation.per_file,
        fail_under=mutation.fail_under,
    )
