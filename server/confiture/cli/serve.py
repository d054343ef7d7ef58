"""Starts the language server; the same as ``confiture-lsp``."""

import argparse

from confiture.cli.exits import Exit

NAME = "serve"
SUMMARY = "start the language server on standard input and output"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture serve``."""
    parser.add_argument("--stdio", action="store_true", help="speak on standard input and output (the default)")


def run(arguments: argparse.Namespace) -> Exit:
    """Serves until the client says goodbye."""
    arguments.server()
    return Exit.CLEAN
