"""The language server. Only this package knows pygls and lsprotocol."""

import argparse
import gc
import sys
from collections.abc import Sequence

from confiture import version


def main(argv: Sequence[str] | None = None) -> int:
    """Serves one client on standard input and output, or on a TCP port of this machine."""
    parser = argparse.ArgumentParser(prog="confiture-lsp", description="Language server for PostgreSQL migrations.")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stdio", action="store_true", help="speak on standard input and output (the default)")
    where.add_argument("--tcp", metavar="PORT", type=int, help="wait for one client on this port of 127.0.0.1")
    parser.add_argument("--version", action="store_true", help="print the version and end")
    arguments = parser.parse_args(argv)
    if arguments.version:
        sys.stdout.write(f"confiture-lsp {version()}\n")
        return 0
    gc.disable()  # what is imported stays; looking for garbage in it costs a fifth of the time to the first answer
    from confiture.lsp.server import serve

    gc.freeze()
    gc.enable()
    serve(port=arguments.tcp)
    return 0
