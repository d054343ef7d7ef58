"""Edits that keep the rest of a statement tidy."""

from collections.abc import Sequence

from confiture.model.script import Statement, Token, Tokens
from confiture.model.span import Edit, Span
from confiture.sql.tables import actions_of
from confiture.sql.tokens import remove_item, span_of


def drop_statement(statement: Statement) -> Edit:
    """Remove the statement with its semicolon."""
    return Edit(Span(statement.span.start, statement.end), "")


def drop_tokens(statement: Statement, tokens: Sequence[Token]) -> Edit:
    """Remove ``tokens`` and the blanks before them."""
    span = span_of(tokens)
    before = statement.text[: span.start - statement.span.start]
    return Edit(Span(span.start - (len(before) - len(before.rstrip(" \t"))), span.end), "")


def drop_action(statement: Statement, index: int) -> Edit:
    """Remove one subcommand of an ALTER TABLE, or all of it when there is no other."""
    actions = actions_of(statement)
    if len(actions) == 1:
        return drop_statement(statement)
    return remove_item([action.tokens for action in actions], index)


def insert_after(token: Token, text: str) -> Edit:
    """Put ``text`` directly behind ``token``."""
    return Edit(Span(token.span.end, token.span.end), text)


def remove_items(items: Sequence[Tokens], indexes: Sequence[int]) -> tuple[Edit, ...]:
    """Remove several items of a list or arms of a condition, of which at least one stays."""
    kept = next(index for index in range(len(items)) if index not in indexes)
    head = (Edit(Span(items[0][0].span.start, items[kept][0].span.start), ""),) if kept else ()
    return head + tuple(remove_item(items, index) for index in indexes if index > kept)
