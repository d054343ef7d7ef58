"""Options that several commands share, and what they become."""

import argparse
import os
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

from confiture.errors import ConfigError
from confiture.model.shard import Shard, parse_shard
from confiture.report.formats import FORMATS

LOG_WIDTH = 110
"""Cells of a line where no terminal says how many it has, as in the log of a CI run."""


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Which migrations are meant."""
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="migration files, or directories whose migrations are all meant; by default the project of the working "
        "directory",
    )


def add_server(parser: argparse.ArgumentParser) -> None:
    """Which PostgreSQL is used."""
    parser.add_argument(
        "--url",
        metavar="URL",
        help="a PostgreSQL server on which scratch databases may be created; by default one that is found or started",
    )


def add_color(parser: argparse.ArgumentParser) -> None:
    """Whether output is coloured."""
    parser.add_argument("--no-color", action="store_true", help="no colours, also on a terminal (as NO_COLOR does)")


def add_operators(parser: argparse.ArgumentParser, *, none: bool = True) -> None:
    """Which operators make mutants; ``none`` lets the user choose none at all."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--operators",
        metavar="LIST",
        help="make only the mutants of these operators: ids, names or categories, separated by commas "
        "(confiture explain lists them)",
    )
    if none:
        which.add_argument("--no-mutants", action="store_true", help="apply, undo and measure only")


def add_score(parser: argparse.ArgumentParser) -> None:
    """The score that is asked for."""
    parser.add_argument(
        "--fail-under",
        type=percentage,
        metavar="N",
        help="accept unnoticed mistakes as long as the score is at least N percent",
    )


def add_report(parser: argparse.ArgumentParser) -> None:
    """How a report is written, and where to."""
    parser.add_argument(
        "--format",
        choices=[each.name for each in FORMATS],
        default=FORMATS[0].name,
        help="; ".join(f"{each.name}: {each.summary}" for each in FORMATS),
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the report to FILE")
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument(
        "-q", "--quiet", dest="detail", action="store_const", const=0, help="only errors and the score"
    )
    loudness.add_argument("-v", "--verbose", dest="detail", action="store_const", const=2, help="all mutants and costs")
    parser.set_defaults(detail=1)
    add_color(parser)


def color_of(arguments: argparse.Namespace) -> bool | None:
    """False when the command line forbids colours, else None: the stream decides."""
    return False if arguments.no_color else None


def overrides(arguments: argparse.Namespace) -> dict[str, object]:
    """The settings that the command line gives; they beat files and the environment."""
    settings: dict[str, object] = {}
    if getattr(arguments, "url", None):
        settings["postgres"] = {"url": arguments.url}
    mutation: dict[str, object] = {}
    if getattr(arguments, "fail_under", None) is not None:
        mutation["fail_under"] = arguments.fail_under
    skipped = _skipped(arguments)
    if skipped is not None:
        mutation["skip"] = skipped
    if mutation:
        settings["mutation"] = mutation
    return settings


def percentage(text: str) -> float:
    """A number from 0 to 100, for argparse."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a percentage; write a number from 0 to 100")
    return number


def shard(text: str) -> Shard:
    """A share such as ``2/3``, for argparse."""
    parsed = parse_shard(text)
    if parsed is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no shard; write 1/3, 2/3 and 3/3 for the shards of three")
    return parsed


def width_of(stream: TextIO) -> int | None:
    """Cells of a line on ``stream``; None lets the terminal, or the variable COLUMNS, decide."""
    return None if stream.isatty() or os.environ.get("COLUMNS", "").isdigit() else LOG_WIDTH


def _skipped(arguments: argparse.Namespace) -> list[str] | None:
    """Ids of the operators that are left out; None when the command line does not speak of them."""
    if getattr(arguments, "operators", None) is None:
        return None
    return _all_but(_ids(arguments.operators))


def _all_but(wanted: Iterable[str]) -> list[str]:
    from confiture.operators import ALL_OPERATORS

    kept = frozenset(wanted)
    return [operator.id for operator in ALL_OPERATORS if operator.id not in kept]


def _ids(text: str) -> Iterator[str]:
    """The operators that ``text`` lists by id, name or category.

    Raises:
        ConfigError: there is no such operator.
    """
    from confiture.operators import ALL_OPERATORS, find_operator

    for word in filter(None, (part.strip() for part in text.split(","))):
        category = [operator.id for operator in ALL_OPERATORS if operator.category.value == word.upper()]
        operator = find_operator(word)
        if not category and not operator:
            raise ConfigError(f"--operators: there is no operator {word!r}{suggestion(word)}")
        yield from category or ([operator.id] if operator else [])


def suggestion(word: str) -> str:
    """``; did you mean …?`` for a mistyped operator, else where they are listed."""
    from confiture.operators import ALL_OPERATORS

    names = {name.lower(): name for operator in ALL_OPERATORS for name in (operator.id, operator.name)}
    names |= {operator.category.value.lower(): operator.category.value for operator in ALL_OPERATORS}
    close = get_close_matches(word.lower().replace("-", "_"), names, n=1, cutoff=0.5)
    return f"; did you mean {names[close[0]]}?" if close else "; `confiture explain` lists them"
