"""Prints what operators do, why it matters and how a test notices it; without an operator, lists all."""

import argparse
import sys

from confiture.cli import options
from confiture.cli.exits import Exit

NAME = "explain"
SUMMARY = "say what an operator does and which test notices it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture explain``."""
    parser.add_argument("operators", nargs="*", metavar="OPERATOR", help="ids or names, such as SCH_004 or bend_check")
    options.add_color(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Prints pages, or the list."""
    if not arguments.operators:
        _list(arguments)
        return Exit.CLEAN
    pages = [_page(word) for word in arguments.operators]
    _print("\n".join(pages), arguments)
    return Exit.CLEAN


def _page(word: str) -> str:
    from confiture.errors import ConfigError
    from confiture.operators import find_operator

    operator = find_operator(word)
    if operator is None:
        raise ConfigError(f"there is no operator {word!r}{options.suggestion(word)}")
    return operator.page


def _print(page: str, arguments: argparse.Namespace) -> None:
    """Draws Markdown on a terminal and leaves it as it is elsewhere."""
    if not sys.stdout.isatty():
        sys.stdout.write(page)
        return
    from rich.markdown import Markdown

    from confiture.report.console import console_on

    console_on(sys.stdout, color=options.color_of(arguments)).print(Markdown(page))


def _list(arguments: argparse.Namespace) -> None:
    from rich.table import Table

    from confiture.operators import ALL_OPERATORS
    from confiture.report.console import console_on, draw
    from confiture.report.style import SEVERITY_STYLES, plain

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column("id", no_wrap=True, style="bold")
    table.add_column("name", no_wrap=True)
    table.add_column("severity", no_wrap=True)
    table.add_column("summary")
    for operator in ALL_OPERATORS:
        severity = plain(operator.severity.name, SEVERITY_STYLES[operator.severity])
        table.add_row(operator.id, operator.name, severity, operator.summary)
    draw([table], to=console_on(sys.stdout, color=options.color_of(arguments), width=options.width_of(sys.stdout)))
