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


def run(arguments: argparse.Namespace) -> Exit:
    """Serves until the client says goodbye."""
    options = ["--stdio"] if arguments.tcp is None else ["--tcp", str(arguments.tcp)]
    return Exit(arguments.server(options))
