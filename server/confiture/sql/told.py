"""The values that the statements on data of a script ask for, by the columns that they ask it of."""

from collections.abc import Iterator, Mapping

from confiture.model.script import Script, Token, TokenKind, Tokens
from confiture.sql.readings import read_once

_ON_DATA = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})
_ASKING = frozenset({"WHERE", "ON", "WHEN", "HAVING"})
_COMPARING = frozenset({"=", "<>", "!=", "<", ">", "<=", ">=", "IN", "LIKE", "ILIKE", "BETWEEN", "FROM"})
_BETWEEN = frozenset({"(", "[", ",", "ANY", "ALL", "ARRAY", "NOT", "DISTINCT", "IS", "AND", "SYMMETRIC"})
"""What stands between a comparison and its values."""
_LONGEST = 20_000
"""Longer statements bring rows of their own, and take long to cut into tokens."""
_MOST_VALUES = 10


@read_once
def values_told(script: Script) -> Mapping[str, tuple[str, ...]]:
    """For names of columns, the constants that conditions of ``script`` compare them with: ``WHERE status = 'open'``.

    They are only likely, by what stands beside what: whoever makes up rows tries them among others.
    """
    found: dict[str, list[str]] = {}
    for statement in script.statements:
        if statement.kind in _ON_DATA and len(statement.text) <= _LONGEST:
            for name, value in _compared(statement.tokens):
                values = found.setdefault(name, [])
                if value not in values and len(values) < _MOST_VALUES:
                    values.append(value)
    return {name: tuple(values) for name, values in sorted(found.items())}


def _compared(tokens: Tokens) -> Iterator[tuple[str, str]]:
    start = next((index for index, token in enumerate(tokens) if token.word in _ASKING), len(tokens))
    column: str | None = None
    last: str | None = None
    for token in tokens[start:]:
        if token.kind in (TokenKind.STRING, TokenKind.NUMBER):
            if column is not None:
                yield column, _value(token)
        elif token.word in _COMPARING or token.text in _COMPARING:
            column = last
        elif token.word not in _BETWEEN and token.text not in _BETWEEN:
            if token.kind is TokenKind.WORD or token.kind is TokenKind.QUOTED:
                last = token.text.strip('"') if token.kind is TokenKind.QUOTED else token.text.lower()
            column = None


def _value(token: Token) -> str:
    return token.text.strip("'").replace("''", "'") if token.kind is TokenKind.STRING else token.text
