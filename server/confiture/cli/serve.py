"""Starts the language server; the same as confiture-lsp."""

import argparse

from confiture.cli.exits import Exit

NAME = "serve"
SUMMARY = "start the language server"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture serve``."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stdio", action="store_true", help="speak on standard input and output (the default)")
    where.add_argument("--tcp", metavar="PORT", type=int, help="wait for one client on this port of 127.0.0.1")
    where.add_argument("--websocket", metavar="PORT", type=int, help="the same, for editors that run in a browser")


def run(arguments: argparse.Namespace) -> Exit:
    """Serves until the client says goodbye."""
    given = [(name, value) for name in ("tcp", "websocket") if (value := getattr(arguments, name)) is not None]
    options = [word for name, value in given for word in (f"--{name}", str(value))]
    return Exit(arguments.server(options))
