"""Whether an edit left something that can be SQL."""

from confiture.sql.lexer import LexError, tokenize

_PAIRS = {")": "(", "]": "["}


def is_sound(text: str) -> bool:
    """Whether all that begins in ``text`` ends in it: strings, comments, parentheses and brackets.

    Operators edit whole items, clauses and statements; nothing else has ever made of these what PostgreSQL's parser
    refuses. It has the last word when a mutant runs.
    """
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
