"""What a style is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from confiture.engine.killing.claim import Claim
from confiture.model.span import Edit
from confiture.oracles.sql_file import SqlOracle
from confiture.sql import parse_script


@dataclass(frozen=True, slots=True)
class Style:
    """A way of writing tests. All of it is pure.

    Attributes:
        name: for people.
        suffix: of its files' names.
        recognises: whether a file with this path and text is written in it.
        begin: the text of a new file without claims, given what stands at its top and perhaps a file to write alike.
        say: claims as the style writes them.
        insert: the edits that make a text say claims too.
        oracle: what asks a whole file, given its path, text and version; None where only its claims can be asked.
    """

    name: str
    suffix: str
    recognises: Callable[[Path, str], bool]
    begin: Callable[[str, str], str]
    say: Callable[[Sequence[Claim], str], str]
    insert: Callable[[str, Sequence[Claim]], tuple[Edit, ...]]
    oracle: Callable[[Path, str, str], SqlOracle] | None = None


def indented(query: str, by: int) -> str:
    """``query`` further to the right, unless a constant in it has several lines and would become another."""
    tokens = (token for statement in parse_script(Path(), query).statements for token in statement.tokens)
    return query if any("\n" in token.text for token in tokens) else indent(query, " " * by)
