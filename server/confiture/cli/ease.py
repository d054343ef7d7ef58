"""Makes up scripts lock less, or for less time: CONCURRENTLY, NOT VALID, batches, lock_timeout.

Each eased script is proved first, on scratch databases: it leads to the same database, no table is locked harder and at
least one less hard, or fewer rows at once.
"""

import argparse
import os
import sys
from difflib import unified_diff
from typing import TYPE_CHECKING

from confiture.cli import options
from confiture.cli.exits import Exit
from confiture.cli.rewrite import rewrite

if TYPE_CHECKING:
    from confiture.engine.easing.ease import Eased
    from confiture.model.script import Script
    from confiture.model.span import Edit

NAME = "ease"
SUMMARY = "make up scripts lock less, or for less time"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture ease``."""
    options.add_paths(parser)
    parser.add_argument("-n", "--dry-run", action="store_true", help="print what would be changed and write no file")
    options.add_server(parser)
    options.add_color(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Eases the up scripts; a finding is what could be easier, but not in its script."""
    from confiture.cli.scope import scope_of
    from confiture.cli.work import messages
    from confiture.engine.easing.ease import Eased, ease
    from confiture.engine.workbench import open_workbench

    scope = scope_of(arguments.paths, environment=os.environ, overrides=options.overrides(arguments))
    refused = False
    with open_workbench(scope.project.config.postgres) as workbench:
        for message in messages(scope.migrations, lambda each: ease(scope.project, each, workbench=workbench)):
            if isinstance(message, Eased):
                refused |= _put(message, dry=arguments.dry_run)
    return Exit.FINDINGS if refused else Exit.CLEAN


def _put(eased: "Eased", *, dry: bool) -> bool:
    """Says what is easier, and writes it unless this is a ``dry`` run; returns whether anything was refused.

    Raises:
        ProjectError: the file cannot be written.
    """
    title = eased.migration.title
    if not (eased.gains or eased.refused):
        sys.stdout.write(f"{title}: nothing to ease\n")
    for gain in eased.gains:
        sys.stdout.write(f"{title}: {gain.statement.operation}: {gain.remedy.name}: {'; '.join(gain.words)}\n")
    for refused in eased.refused:
        sys.stdout.write(f"{title}: {refused.statement.operation}: not {refused.remedy.name}: {refused.reason}\n")
    if eased.edit and dry:
        _show(eased.migration.up, eased.edit)
    elif eased.edit:
        rewrite(eased.migration.up, [eased.edit])
    return bool(eased.refused)


def _show(script: "Script", edit: "Edit") -> None:
    """Prints what would change as a unified diff."""
    from confiture.model.span import apply_edits

    before, after = (text.splitlines() for text in (script.source, apply_edits(script.source, [edit])))
    name = script.path.name
    sys.stdout.writelines(f"{line}\n" for line in unified_diff(before, after, name, name, lineterm=""))
