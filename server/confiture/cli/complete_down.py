"""Completes down scripts that do not restore the state before: adds what they lose, drops what they leave behind.

Each completed script is proved first: up, down, and up again, on scratch databases. What no statement can bring back,
such as rows that the up script deletes, is said.
"""

import argparse
import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from confiture.cli import options
from confiture.cli.exits import Exit
from confiture.errors import ProjectError

if TYPE_CHECKING:
    from confiture.engine.restoring.complete import Completed

NAME = "complete-down"
SUMMARY = "add to down scripts what they need to restore the state before"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture complete-down``."""
    options.add_paths(parser)
    parser.add_argument("-n", "--dry-run", action="store_true", help="print what would be added and write no file")
    options.add_server(parser)
    options.add_color(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Completes the down scripts that there are; a finding is a difference that is left."""
    from confiture.cli.scope import scope_of
    from confiture.cli.stream import events_of
    from confiture.engine.restoring.complete import Completed, complete_down
    from confiture.engine.workbench import open_workbench

    scope = scope_of(arguments.paths, environment=os.environ, overrides=options.overrides(arguments))
    left = False
    with open_workbench(scope.project.config.postgres) as workbench:
        for migration in scope.migrations:
            if migration.down is None:
                continue
            with closing(events_of(complete_down(scope.project, migration, workbench=workbench))) as messages:
                for message in messages:
                    if isinstance(message, Completed):
                        _put(message, migration.title, dry=arguments.dry_run)
                        left |= bool(message.left)
    return Exit.FINDINGS if left else Exit.CLEAN


def _put(completed: "Completed", title: str, *, dry: bool) -> None:
    """Says what is restored, and writes it unless this is a ``dry`` run.

    Raises:
        ProjectError: the file cannot be written.
    """
    from confiture.model.span import apply_edits

    script, edit = completed.script, completed.edit
    if not completed.restored and not completed.left:
        sys.stdout.write(f"{title}: restores the state before as it is\n")
    for difference in completed.restored:
        sys.stdout.write(f"{title}: restored: {difference.object}\n")
    for difference, reason in completed.left:
        sys.stdout.write(f"{title}: not restored: {difference.object}: {reason}\n")
    if edit is None or not completed.restored:
        return
    if dry:
        sys.stdout.write(f"--- {script.path.name}\n{edit.replacement.strip()}\n")
        return
    try:
        script.path.write_bytes(apply_edits(script.source, [edit]).encode())
    except OSError as error:
        raise ProjectError(f"{script.path}: cannot be written: {error.strerror}") from error
