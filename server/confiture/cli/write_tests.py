"""Writes the tests that kill surviving mutants, as the project's other tests are written, into its directory of tests.

Each test is proved first: it passes twice on the migration as it is, and fails on the mutant.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from confiture.cli import options
from confiture.cli.exits import Exit
from confiture.cli.rewrite import rewritten
from confiture.errors import ProjectError

if TYPE_CHECKING:
    from confiture.cli.scope import Scope
    from confiture.engine.killing.write import Written
    from confiture.engine.outcome import Outcome
    from confiture.engine.workbench import Workbench
    from confiture.model.script import Script

NAME = "write-tests"
SUMMARY = "write the tests that kill surviving mutants, each proved first"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture write-tests``."""
    options.add_paths(parser)
    parser.add_argument("-n", "--dry-run", action="store_true", help="print the tests and write no file")
    options.add_operators(parser, none=False)
    options.add_server(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="also say which mutants got no test, and why")
    options.add_color(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Checks, then writes tests; a finding is what the check finds, and a survivor without a test."""
    from confiture.cli.judge import judge_findings
    from confiture.cli.scope import scope_of
    from confiture.cli.work import checks, outcomes
    from confiture.engine.workbench import open_workbench

    scope = scope_of(arguments.paths, environment=os.environ, overrides=options.overrides(arguments))
    left = False
    found: list[Outcome] = []
    with open_workbench(scope.project.config.postgres) as workbench:
        for outcome in outcomes(scope, checks(scope, workbench), color=options.color_of(arguments)):
            found.append(outcome)
            left |= _write(scope, outcome, workbench, arguments)
    code = judge_findings(found)
    return Exit.FINDINGS if left and code is Exit.CLEAN else code


def _write(scope: "Scope", outcome: "Outcome", workbench: "Workbench", arguments: argparse.Namespace) -> bool:
    """Writes the tests of one migration; returns whether a survivor is left."""
    from confiture.cli.work import messages
    from confiture.engine.killing.write import Limited, Proved, Unproved, Written, write_tests
    from confiture.model.verdict import UNDETECTED
    from confiture.report.words import plural

    survivors = {j.mutant.id for j in outcome.judgements if j.verdict.status in UNDETECTED}
    if not survivors:
        return False
    proved = 0
    unproved: list[Unproved] = []
    project = scope.project
    for message in messages(
        [outcome.migration], lambda each: write_tests(project, each, mutants=survivors, workbench=workbench)
    ):
        match message:
            case Proved() | Limited():
                proved += 1
            case Unproved():
                unproved.append(message)
            case Written(claims=claims, rows=rows, budgets=budgets):
                tests = plural(len(claims), "test")
                tests += f" and {plural(len(budgets), 'budget')}" if budgets else ""
                sys.stdout.write(f"{outcome.migration.title}: {tests} for {proved} of {len(survivors)} mutants\n")
                if claims or rows or budgets:
                    _keep(message, outcome.migration.up, scope, dry=arguments.dry_run)
            case _:
                pass
    if arguments.verbose:
        sys.stdout.writelines(f"  no test for {each.mutant.description}: {each.reason}\n" for each in unproved)
    sys.stdout.flush()
    return proved < len(survivors)


def _keep(written: "Written", up: "Script", scope: "Scope", *, dry: bool) -> None:
    """Puts tests, the rows that they need and budgets into their files, or on standard output.

    Raises:
        ProjectError: a file cannot be written.
    """
    tests, rows = written.file, written.rows
    new: list[tuple[Path, str, str]] = []
    if rows:
        new.append((rows.file.path, rows.inserts, rows.file.with_rows(rows.inserts)))
    if written.claims:
        new.append((tests.path, tests.said(written.claims), tests.with_claims(written.claims)))
    if written.budgets:
        said = "".join(edit.replacement for edit in written.budgets)
        new.append((up.path, said, rewritten(up, written.budgets)))
    for path, addition, text in new:
        name = path.relative_to(scope.project.config.root)
        if dry:
            sys.stdout.write(f"--- {name}\n{addition}\n")
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        except OSError as error:
            raise ProjectError(f"{path}: the tests cannot be written: {error.strerror}") from error
        sys.stdout.write(f"  written to {name}\n")
