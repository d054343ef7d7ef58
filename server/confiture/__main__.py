"""``python -m confiture`` and the command ``confiture``: the command line with the language server behind it."""

import sys

from confiture import cli


def main() -> int:
    """Runs the process's command line and returns the exit status."""
    return cli.main(server=_serve)


def _serve() -> None:
    from confiture import lsp

    lsp.main()


if __name__ == "__main__":
    sys.exit(main())
