"""What a style is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from confiture.engine.killing.claim import Claim
from confiture.model.span import Edit
from confiture.sql import parse_script


@dataclass(frozen=True, slots=True)
class Style:
    """A way of writing tests. All of it is pure.

    Attributes:
        name: for people.
        suffix: of its files' names.
        recognises: whether a file with this path and text is written in it.
        begin: the text of a new file without claims, given what stands at its top and the text of a file that it is
            to be like, perhaps empty.
        say: claims as the style writes them in a text, given the one that it is to be like, perhaps itself.
        insert: the edits that make a text say claims too, given the same.
    """

    name: str
    suffix: str
    recognises: Callable[[Path, str], bool]
    begin: Callable[[str, str], str]
    say: Callable[[Sequence[Claim], str, str], str]
    insert: Callable[[str, Sequence[Claim], str], tuple[Edit, ...]]


def indented(query: str, by: int) -> str:
    """``query`` further to the right, unless a constant in it has several lines and would become another."""
    tokens = (token for statement in parse_script(Path(), query).statements for token in statement.tokens)
    return query if any("\n" in token.text for token in tokens) else indent(query, " " * by)
