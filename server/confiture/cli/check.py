"""Applies, undoes and mutates migrations on a real PostgreSQL, and asks the project's tests what they notice.

Nothing outside scratch databases is written.
"""

import argparse
import os
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from confiture.cli import options
from confiture.cli.exits import Exit
from confiture.cli.output import Output
from confiture.model.shard import WHOLE, Shard

if TYPE_CHECKING:
    from confiture.cli.scope import Scope
    from confiture.cli.work import Start
    from confiture.engine.workbench import Workbench
    from confiture.report.report import Report

NAME = "check"
SUMMARY = "run migrations and their mutants, and report what no test would notice"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture check``."""
    options.add_paths(parser)
    parser.add_argument(
        "--in-diff",
        metavar="REF",
        help="of these only the migrations that changed since the merge base with the commit REF, as `git diff REF...` "
        "sees it, or that are not committed yet: a script of theirs, or a test or seed file that is bound to them. A "
        "changed migration is checked as a whole, also the mutants of statements that are as they were",
    )
    parser.add_argument(
        "--shard",
        type=options.shard,
        default=WHOLE,
        metavar="K/N",
        help="judge only the mutants of shard K of N, counted from 1 as in Playwright, Jest and nextest (cargo-mutants "
        "counts from 0). Each shard runs every migration and judges every N-th mutant. `confiture report` puts the "
        "JSON reports of all shards together; --fail-under is asked of all mutants there, not of a shard",
    )
    options.add_operators(parser)
    options.add_score(parser)
    options.add_server(parser)
    options.add_report(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Checks what ``arguments`` ask for and writes the report."""
    from confiture.cli.judge import judge
    from confiture.cli.scope import scope_of
    from confiture.engine.workbench import open_workbench

    output = Output(arguments)
    shard: Shard | None = None if arguments.shard == WHOLE else arguments.shard
    scope = scope_of(arguments.paths, environment=os.environ, overrides=options.overrides(arguments))
    if arguments.in_diff is not None:
        scope = _in_diff(scope, arguments.in_diff)
    if not scope.migrations:
        report = _empty(scope, "no PostgreSQL was needed", shard=shard)
        output.end(report)
        return judge(report)
    with open_workbench(scope.project.config.postgres) as workbench:
        start = _start(scope, workbench, arguments)
        report = _run(scope, start, output=output, empty=_empty(scope, workbench.server.origin, shard=shard))
    return judge(report)


def _in_diff(scope: "Scope", ref: str) -> "Scope":
    """``scope`` without the migrations that have not changed since ``ref``; says so when none has."""
    from confiture.cli.changes import changed_files, changed_migrations

    project = scope.project
    files = changed_files(ref, near=project.history.root, environment=os.environ)
    changed = changed_migrations(project, scope.migrations, files)
    if not changed:
        sys.stderr.write(f"Nothing to check: none of the migrations asked for changed since {ref}\n")
    return replace(scope, migrations=changed)


def _start(scope: "Scope", workbench: "Workbench", arguments: argparse.Namespace) -> "Start":
    from confiture.cli.work import checks, profiles

    return profiles(scope, workbench) if arguments.no_mutants else checks(scope, workbench, shard=arguments.shard)


def _run(scope: "Scope", start: "Start", *, output: Output, empty: "Report") -> "Report":
    """Runs ``scope`` and puts out what comes of it."""
    from confiture.cli.work import outcomes

    began, report = time.monotonic(), empty
    for outcome in outcomes(scope, start, color=output.color, watched=output.detail > 0):
        report = replace(report, outcomes=(*report.outcomes, outcome), duration_seconds=time.monotonic() - began)
        output.add(report)
    output.end(report)
    return report


def _empty(scope: "Scope", server: str, *, shard: Shard | None) -> "Report":
    """The report of ``scope`` before anything ran."""
    from confiture.config import repository_of
    from confiture.report.report import Report, digest

    project = scope.project
    scripts = [item.script for item in (*project.tests, *project.seeds)]
    scripts += [script for each in project.history.migrations for script in each.scripts.values()]
    mutation = project.config.mutation
    sources = {script.path: script.source for script in scripts}
    return Report(
        root=project.config.root,
        server=server,
        layout=project.history.layout,
        outcomes=(),
        sources=sources,
        inputs=digest(sources, root=project.config.root),
        repository=repository_of(project.config.root),
        per_line=mutation.per_line,
        per_file=mutation.per_file,
        fail_under=mutation.fail_under,
        shard=shard,
    )
