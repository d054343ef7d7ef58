"""``python -m confiture`` and the command ``confiture``: the command line with the language server behind it."""

import sys
from collections.abc import Sequence

from confiture import cli


def main() -> int:
    """Runs the process's command line and returns the exit status."""
    return cli.main(server=_serve)


def _serve(argv: Sequence[str]) -> int:
    from confiture import lsp

    return lsp.main(argv)


if __name__ == "__main__":
    sys.exit(main())
