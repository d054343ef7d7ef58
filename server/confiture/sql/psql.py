"""What psql reads in a script by itself: meta-commands."""

import re
from collections.abc import Mapping
from itertools import pairwise

from confiture.model.script import TokenKind
from confiture.model.span import Edit, Span, apply_edits
from confiture.sql.lexer import LexError, tokenize
from confiture.sql.spelling import constant, quoted

_OF_APPEARANCE = re.compile(
    r"^[ \t]*\\(?:set|unset|pset|timing|echo|qecho|warn|encoding|restrict|unrestrict|[afHtTx])\b[^\r\n]*", re.MULTILINE
)
_SET = re.compile(r"^[ \t]*\\set[ \t]+(?P<name>\w+)(?P<value>[^\r\n`]*)$", re.MULTILINE)
_ARGUMENT = re.compile(r"'(?P<quoted>(?:[^'\\]|\\.|'')*)'|(?P<bare>[^\s']+)")
_COMMAND = re.compile(r"\\\S+")


def command_at(text: str, position: int | None) -> str | None:
    """The meta-command that PostgreSQL stumbled over at ``position``."""
    match = None if position is None else _COMMAND.match(text, position)
    return match[0] if match else None


def without_appearance(text: str) -> str:
    """``text`` with the meta-commands blanked that only say how psql prints and stops; it keeps its length.

    The others change what a script does, and stay there for PostgreSQL to refuse.
    Source: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMANDS
    """
    return _OF_APPEARANCE.sub(lambda match: " " * len(match[0]), text)


def variables_set(text: str) -> Mapping[str, str]:
    r"""The values that ``\set`` gives to variables of psql; those that a program would print are left out."""
    return {match["name"]: "".join(map(_unquoted, _ARGUMENT.finditer(match["value"]))) for match in _SET.finditer(text)}


def with_variables(text: str, variables: Mapping[str, str]) -> str:
    """``text`` with psql's ``:name``, ``:'name'`` and ``:"name"`` replaced, outside of strings and comments.

    Source: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-INTERPOLATION
    """
    if not variables or ":" not in text:
        return text
    try:
        tokens = tokenize(text)
    except LexError:
        return text
    edits: list[Edit] = []
    for colon, token in pairwise(tokens):
        name = token.text.strip("'\"")
        if colon.text == ":" and colon.span.end == token.span.start and name in variables:
            value = variables[name]
            spelled = {TokenKind.STRING: constant(value), TokenKind.QUOTED: quoted(value)}.get(token.kind, value)
            edits.append(Edit(Span(colon.span.start, token.span.end), spelled))
    return apply_edits(text, edits)


def _unquoted(argument: re.Match[str]) -> str:
    if argument["quoted"] is None:
        return argument["bare"]
    return re.sub(r"\\(.)|''", lambda match: match[1] or "'", argument["quoted"])
