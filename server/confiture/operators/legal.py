"""The strings that a column may hold, as far as an enum or a CHECK with a list tells."""

from confiture.model.schema import Column, Schema, Table
from confiture.model.script import TokenKind
from confiture.sql.lexer import LexError, tokenize
from confiture.sql.types import base_type


def legal_strings(column: Column, table: Table | None, schema: Schema) -> tuple[str, ...]:
    """Every string literal that ``column`` of ``table`` may hold; none when that is not known."""
    labels = schema.enums.get(base_type(column.type).removeprefix("public."))
    if labels:
        return tuple(f"'{label}'" for label in labels)
    for constraint in table.constraints if table else ():
        if constraint.kind == "CHECK" and constraint.columns == (column.name,):
            try:
                tokens = tokenize(constraint.definition)
            except LexError:
                continue
            if {"IN", "ANY"} & {token.word for token in tokens} and "NOT" not in {token.word for token in tokens}:
                return tuple(token.text for token in tokens if token.kind is TokenKind.STRING)
    return ()


def other_string(literal: str, legal: tuple[str, ...]) -> str | None:
    """One of the ``legal`` strings that is not ``literal``: the next one, if there is any."""
    others = [text for text in legal if text != literal]
    behind = legal.index(literal) if literal in legal else 0
    return others[behind % len(others)] if others else None
