"""Writes down how many rows the tables of production have, so that `confiture profile --scale` knows what to expect.

One read-only query on the statistics of the database; no row is read, no lock is waited for.
"""

import argparse
import os
import sys
from pathlib import Path

from confiture.cli.exits import Exit

NAME = "stats"
SUMMARY = "write down the sizes of production's tables, from its statistics"
_DEFAULT = Path("confiture-statistics.json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture stats``."""
    parser.add_argument(
        "--from", dest="source", metavar="URL", required=True, help="the database; it is only read, a replica will do"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help=f"where to write; by default the setting scale.statistics, or {_DEFAULT} in the project",
    )


def run(arguments: argparse.Namespace) -> Exit:
    """Writes the file and says what to do with it."""
    from confiture.config import find_root, load_config
    from confiture.engine.production import save_production
    from confiture.postgres.statistics import read_statistics
    from confiture.report.words import plural

    config = load_config(find_root(Path.cwd()), environment=os.environ)
    path = arguments.output or config.scale.statistics or config.root / _DEFAULT
    production = read_statistics(arguments.source)
    save_production(path, production)
    sys.stdout.write(f"{path}: {plural(len(production.tables), 'table')}\n")
    if config.scale.statistics != path.resolve():
        sys.stdout.write(f'Set scale.statistics = "{os.path.relpath(path, config.root)}" to use it.\n')
    return Exit.CLEAN
