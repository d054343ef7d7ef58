"""Whether an edit left SQL that still parses."""

import logging
from functools import lru_cache

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from confiture.sql.lexer import LexError, tokenize
from confiture.sql.script import split_statements

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns about each statement that it does not read


def still_parses(original: str, edited: str) -> bool:
    """Whether ``edited`` is as well understood as the ``original`` statement that it came from.

    Where sqlglot reads the original, it must read the edited text too, to the same kind of statement.
    Where it does not (it knows a part of PostgreSQL's grammar), the parentheses must balance.
    An edited text without any statement, or of several that can be told apart, is taken as it is.
    """
    try:
        count = len(split_statements(tokenize(edited)))
    except LexError:
        return False
    if count != 1:
        return True
    before = _kind_of_original(original)
    if before is None:
        return edited.count("(") - edited.count(")") == original.count("(") - original.count(")")
    return _kind_of_tree(edited) is before


def _kind_of_tree(text: str) -> type[exp.Expr] | None:
    """The class of the tree that sqlglot reads ``text`` to; None when it does not read it."""
    try:
        tree = parse_one(text, read="postgres")
    except SqlglotError:
        return None
    return None if isinstance(tree, exp.Command) else type(tree)


_kind_of_original = lru_cache(maxsize=4096)(_kind_of_tree)  # every mutant of a statement asks for it
