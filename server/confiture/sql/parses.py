"""Whether an edit left SQL that still parses."""

import logging
from functools import lru_cache

from confiture.sql.lexer import LexError, tokenize
from confiture.sql.splits import split_text
from confiture.sql.tokens import depth

_PAIRS = {")": "(", "]": "["}
_LONGEST = 4_000
"""Characters of a statement that is read as a tree: with many mutants in a long one, that takes seconds."""
_MOST_DIMENSIONS = 6
"""Of an array in such a statement, as in PostgreSQL: sqlglot's time doubles with each."""


@lru_cache(maxsize=16384)  # the mutants of a script are made anew at each save, and most are those of the last time
def still_parses(original: str, edited: str) -> bool:
    """Whether ``edited`` is as well understood as the ``original`` statement that it came from.

    All that begins in it ends in it: strings, comments, parentheses and brackets. Where sqlglot reads the original,
    it must read the edited text too, to the same kind of statement; it knows a part of PostgreSQL's grammar.
    An edited text without any statement, or of several that can be told apart, is taken as it is.
    """
    if not _is_balanced(edited):
        return False
    if len(original) > _LONGEST or len(split_text(edited).statements) != 1:
        return True
    before = _kind_of_original(original)
    return before is None or _kind_of_tree(edited) is before


def _is_balanced(text: str) -> bool:
    opened: list[str] = []
    try:
        tokens = tokenize(text)
    except LexError:
        return False
    for token in tokens:
        if token.word in _PAIRS.values():
            opened.append(token.word)
        elif token.word in _PAIRS and (not opened or opened.pop() != _PAIRS[token.word]):
            return False
    return not opened


def _kind_of_tree(text: str) -> type | None:
    """The class of the tree that sqlglot reads ``text`` to; None when it does not read it or would not end."""
    from sqlglot import exp, parse_one

    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns about each statement that it does not read
    try:
        if text.count("[") > _MOST_DIMENSIONS and depth(tokenize(text), {"["}) > _MOST_DIMENSIONS:
            return None
        tree = parse_one(text, read="postgres")
    except Exception:  # noqa: BLE001 - on broken SQL it also raises what it does not document, all meaning the same
        return None
    return None if isinstance(tree, exp.Command) else type(tree)


_kind_of_original = lru_cache(maxsize=4096)(_kind_of_tree)  # every mutant of a statement asks for it
