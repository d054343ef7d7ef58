"""Shows the remembered costs, says what changed since, or accepts today's.

Baselines change only here and in the editor; the first cost of an operation is recorded by itself.
"""

import argparse
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from confiture.cli import options
from confiture.cli.exits import Exit

if TYPE_CHECKING:
    from confiture.cli.scope import Scope
    from confiture.engine.baselines import BaselineStore
    from confiture.engine.outcome import Outcome

NAME = "baseline"
SUMMARY = "show the remembered costs of statements, compare or accept today's"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture baseline``."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="print the remembered costs")
    show.set_defaults(action=_show)
    diff = actions.add_parser("diff", help="measure again and print what accepting would change")
    options.add_server(diff)
    diff.set_defaults(action=_diff)
    accept = actions.add_parser("accept", help="measure again and remember the result")
    options.add_server(accept)
    accept.set_defaults(action=_accept)
    for action in (show, diff, accept):
        options.add_paths(action)
        options.add_color(action)


def run(arguments: argparse.Namespace) -> Exit:
    """Shows, compares or accepts."""
    from confiture.cli.scope import scope_of

    scope = scope_of(arguments.paths, environment=os.environ, overrides=options.overrides(arguments))
    return arguments.action(scope, arguments)


def _store(scope: "Scope") -> "BaselineStore":
    from confiture.engine.baselines import BaselineStore

    config = scope.project.config
    return BaselineStore(config.root / config.performance.baseline)


def _show(scope: "Scope", arguments: argparse.Namespace) -> Exit:
    from rich.table import Table
    from rich.text import Text

    from confiture.engine.baselines import outdated
    from confiture.report.console import console_on, draw
    from confiture.report.style import plain
    from confiture.report.words import duration

    store, today = _store(scope), datetime.now(UTC).date()
    versions = tuple(f"{migration.version} " for migration in scope.migrations)
    baselines = {key: value for key, value in store.load().items() if key.startswith(versions)}
    if not baselines:
        sys.stdout.write(f"No baselines in {store.path}; `confiture check` or `confiture profile` records them.\n")
        return Exit.CLEAN
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("time", justify="right", no_wrap=True)
    for name in ("operation", "accepted", "measured on"):
        table.add_column(name)
    for key, baseline in sorted(baselines.items()):
        where = f"PostgreSQL {baseline.environment.server}, {baseline.environment.machine}"
        old = outdated(baseline, today=today)
        accepted = Text.assemble(baseline.accepted, (f" {old}" if old else "", "yellow"))
        table.add_row(duration(baseline.profile.seconds), plain(key), accepted, plain(where, "dim"))
    console = console_on(sys.stdout, color=options.color_of(arguments), width=options.width_of(sys.stdout))
    draw([table], to=console)
    return Exit.CLEAN


def _accept(scope: "Scope", arguments: argparse.Namespace) -> Exit:
    from confiture.cli.work import outcomes, profiles
    from confiture.engine.workbench import open_workbench
    from confiture.report.words import plural

    store = _store(scope)
    accepted, code = 0, Exit.CLEAN
    with open_workbench(scope.project.config.postgres) as workbench:
        for outcome in outcomes(scope, profiles(scope, workbench), color=options.color_of(arguments)):
            accepted += _remember(store, outcome)
            if outcome.applied_seconds is None:
                code = Exit.FINDINGS
                reasons = "; ".join(finding.message for finding in outcome.findings)
                sys.stderr.write(f"confiture: {outcome.migration.title} was not measured: {reasons}\n")
    sys.stdout.write(f"{plural(accepted, 'baseline')} accepted in {store.path}\n")
    return code


def _diff(scope: "Scope", arguments: argparse.Namespace) -> Exit:
    from confiture.cli.judge import judge_findings
    from confiture.cli.work import outcomes, profiles
    from confiture.engine.workbench import open_workbench
    from confiture.report.costs import changes

    with open_workbench(scope.project.config.postgres) as workbench:
        found = tuple(outcomes(scope, profiles(scope, workbench), color=options.color_of(arguments)))
    for outcome in found:
        for comparison in outcome.comparisons:
            changed = changes(comparison)
            if changed:
                sys.stdout.write(f"{outcome.migration.version} {comparison.profile.operation}\n")
                sys.stdout.writelines(f"    {change}\n" for change in changed)
    return judge_findings(found)


def _remember(store: "BaselineStore", outcome: "Outcome") -> int:
    """Makes the costs of ``outcome`` the baselines of their operations and returns how many they are."""
    from confiture.engine.baselines import key_of

    measured = [(comparison.profile, comparison.environment) for comparison in outcome.comparisons]
    for environment in {environment for _, environment in measured if environment}:
        here = [profile for profile, where in measured if where == environment]
        store.accept({key_of(outcome.migration, profile): profile for profile in here}, environment)
    return len(measured)
