"""Puts the JSON reports of all shards of a check together, or shows that of a single run again.

The files are those of `confiture check --shard K/N --format json -o FILE`, one for each K.
"""

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from confiture.cli import options
from confiture.cli.exits import Exit
from confiture.cli.output import Output

if TYPE_CHECKING:
    from confiture.report.from_json import Written

NAME = "report"
SUMMARY = "put the reports of the shards of a check together"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture report``."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a report in the format json")
    options.add_score(parser)
    options.add_report(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Reads the reports, writes the one that they make, and judges it as ``check`` judges its own."""
    from confiture.cli.judge import judge
    from confiture.report.merge import merge

    output = Output(arguments)
    report = merge(_read(arguments.files))
    if arguments.fail_under is not None:
        report = replace(report, fail_under=arguments.fail_under)
    output.whole(report)
    return judge(report)


def _read(paths: Iterable[Path]) -> "list[Written]":
    """The reports in ``paths``, all as if the project were where that of the first is."""
    from confiture.report.from_json import read_report
    from confiture.sql import read_source

    written: list[Written] = []
    for path in paths:
        root = written[0].report.root if written else None
        written.append(read_report(read_source(path), name=str(path), root=root))
    return written
