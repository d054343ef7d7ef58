"""The language server. Only this package knows pygls and lsprotocol."""

import argparse
import gc
import sys
from collections.abc import Sequence
from functools import partial

from confiture import version
from confiture.errors import ConfitureError

_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Serves one client on standard input and output, or on a port of this machine; returns the exit status."""
    arguments = _parser().parse_args(argv)
    if arguments.version:
        sys.stdout.write(f"confiture-lsp {version()}\n")
        return 0
    gc.disable()  # what is imported stays; looking for garbage in it costs a fifth of the time to the first answer
    from confiture.lsp.network import serve_tcp, serve_websocket
    from confiture.lsp.server import serve
    from confiture.lsp.standard_io import serve_standard_io

    gc.freeze()
    gc.enable()
    try:
        if arguments.tcp is not None:
            serve(partial(serve_tcp, port=arguments.tcp))
        elif arguments.websocket is not None:
            serve(partial(serve_websocket, port=arguments.websocket))
        else:
            serve(serve_standard_io)
    except ConfitureError as error:
        sys.stderr.write(f"confiture-lsp: {error}\n")
        return _USAGE
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="confiture-lsp", description="Language server for PostgreSQL migrations.")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stdio", action="store_true", help="speak on standard input and output (the default)")
    where.add_argument("--tcp", metavar="PORT", type=int, help="wait for one client on this port of 127.0.0.1")
    where.add_argument("--websocket", metavar="PORT", type=int, help="the same, for editors that run in a browser")
    parser.add_argument("--version", action="store_true", help="print the version and end")
    return parser
