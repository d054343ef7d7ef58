"""Completes down scripts that do not restore the state before: adds what they lose, drops what they leave behind.

Each completed script is proved first: up, down, and up again, on scratch databases. Rows that the up script deletes or
overwrites can only come back if it keeps them: --keep-rows has it do so.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from confiture.cli import options
from confiture.cli.exits import Exit
from confiture.cli.rewrite import rewrite

if TYPE_CHECKING:
    from confiture.engine.restoring.complete import Completed
    from confiture.model.script import Script
    from confiture.model.span import Edit

NAME = "complete-down"
SUMMARY = "add to down scripts what they need to restore the state before"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture complete-down``."""
    options.add_paths(parser)
    parser.add_argument("-n", "--dry-run", action="store_true", help="print what would be added and write no file")
    parser.add_argument("--keep-rows", action="store_true", help="have the up script keep rows that it changes")
    options.add_server(parser)
    options.add_color(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Completes the down scripts that there are; a finding is a difference that is left."""
    from confiture.cli.scope import scope_of
    from confiture.cli.work import messages
    from confiture.engine.restoring.complete import Completed, complete_down
    from confiture.engine.workbench import open_workbench

    scope = scope_of(arguments.paths, environment=os.environ, overrides=options.overrides(arguments))
    undone = [migration for migration in scope.migrations if migration.down]
    left = False
    with open_workbench(scope.project.config.postgres) as workbench:
        for message in messages(undone, lambda each: complete_down(scope.project, each, workbench=workbench)):
            if isinstance(message, Completed):
                left |= _put(message, dry=arguments.dry_run, keep_rows=arguments.keep_rows)
    return Exit.FINDINGS if left else Exit.CLEAN


def _put(completed: "Completed", *, dry: bool, keep_rows: bool) -> bool:
    """Says what is restored, and writes it unless this is a ``dry`` run; returns whether anything is left.

    Raises:
        ProjectError: a file cannot be written.
    """
    title = completed.migration.title
    chosen = (completed.keeping if keep_rows else None) or completed.plain
    if not completed.residue:
        sys.stdout.write(f"{title}: restores the state before as it is\n")
    restored = completed.restored(chosen)
    sys.stdout.writelines(f"{title}: restored: {difference.object}\n" for difference in restored)
    for difference, reason in chosen.left:
        sys.stdout.write(f"{title}: not restored: {difference.object}: {reason}\n")
    if completed.keeping and not keep_rows:
        sys.stdout.write(f"{title}: with --keep-rows the up script keeps rows, so that they can be restored\n")
    if restored:
        for script, edits in completed.edits(chosen):
            _write(script, edits, dry=dry)
    return bool(chosen.left)


def _write(script: "Script", edits: "Sequence[Edit]", *, dry: bool) -> None:
    if dry:
        added = "\n".join(edit.replacement.strip() for edit in edits)
        sys.stdout.write(f"--- {script.path.name}\n{added}\n")
    else:
        rewrite(script, edits)
