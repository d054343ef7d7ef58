"""Whether an edit left SQL that still parses."""

import logging

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from confiture.sql.lexer import LexError, tokenize
from confiture.sql.script import split_statements

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns about each statement that it does not read


def statement_count(text: str) -> int | None:
    """How many statements ``text`` holds, None when it cannot be cut into tokens."""
    try:
        return len(split_statements(tokenize(text)))
    except LexError:
        return None


def still_parses(original: str, edited: str) -> bool:
    """Whether ``edited`` is as well understood as the ``original`` statement that it came from.

    Where sqlglot reads the original, it must read the edited text too, to the same kind of statement.
    Where it does not (it knows a part of PostgreSQL's grammar), the parentheses must balance.
    """
    before = _parse(original)
    if before is None:
        return edited.count("(") - edited.count(")") == original.count("(") - original.count(")")
    return type(_parse(edited)) is type(before)


def _parse(text: str) -> exp.Expr | None:
    try:
        tree = parse_one(text, read="postgres")
    except SqlglotError:
        return None
    return None if isinstance(tree, exp.Command) else tree
