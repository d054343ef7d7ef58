"""Reading runs of tokens: nesting, items of lists, arms of conditions, names, and edits of them.

*Top level* is outside all parentheses, brackets and ``CASE … END`` of the run. The delimiters themselves
belong to the level around them.
"""

from collections.abc import Collection, Container, Iterator, Sequence
from itertools import pairwise

from confiture.model.script import Token, TokenKind, Tokens
from confiture.model.span import Edit, Span
from confiture.sql.spelling import is_plain

_PAIRS = {"(": ")", "[": "]", "CASE": "END"}
_OPENING = frozenset(_PAIRS)
_CLOSING = frozenset(_PAIRS.values())


def span_of(tokens: Sequence[Token]) -> Span:
    """From the start of the first to the end of the last of ``tokens``, which are not empty."""
    return Span(tokens[0].span.start, tokens[-1].span.end)


def top_level(tokens: Tokens, *, start: int = 0) -> Iterator[tuple[int, Token]]:
    """Index and token of all at top level."""
    depth = 0
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.word in _CLOSING and depth:
            depth -= 1
        if depth == 0:
            yield index, token
        if token.word in _OPENING:
            depth += 1


def find(tokens: Tokens, *words: str, start: int = 0) -> int | None:
    """Index where the sequence ``words`` begins at top level, or None."""
    for index, token in top_level(tokens, start=start):
        if token.word == words[0] and matches(tokens, index, *words):
            return index
    return None


def matches(tokens: Tokens, index: int, *words: str) -> bool:
    """Whether ``words`` stand in a row from ``index`` on."""
    found = tokens[index : index + len(words)]
    return len(found) == len(words) and all(token.word == word for token, word in zip(found, words, strict=True))


def closing(tokens: Tokens, index: int) -> int:
    """Index of the delimiter that closes the one at ``index``; the last index when it is missing."""
    depth = 0
    for position in range(index, len(tokens)):
        if tokens[position].word in _OPENING:
            depth += 1
        elif tokens[position].word in _CLOSING:
            depth -= 1
            if depth == 0:
                return position
    return len(tokens) - 1


def depth(tokens: Tokens, opening: Collection[str] = _OPENING) -> int:
    """How many parentheses, brackets and CASEs, or only the ``opening`` ones, stand within each other at most."""
    closers = {_PAIRS[word] for word in opening}
    deepest = current = 0
    for token in tokens:
        if token.word in opening:
            current += 1
            deepest = max(deepest, current)
        elif token.word in closers and current:
            current -= 1
    return deepest


def group(tokens: Tokens, index: int) -> Tokens:
    """What stands between the parenthesis at ``index`` and the one that closes it."""
    return tokens[index + 1 : closing(tokens, index)]


def first_group(tokens: Tokens, *, start: int = 0) -> Tokens:
    """Content of the first parenthesis at top level from ``start`` on; empty when there is none."""
    index = find(tokens, "(", start=start)
    return () if index is None else group(tokens, index)


def split(tokens: Tokens, separators: Container[str] = frozenset({","})) -> list[Tokens]:
    """``tokens`` cut at the ``separators`` at top level; the AND of a BETWEEN separates nothing."""
    parts: list[Tokens] = []
    begin = 0
    between = False
    for index, token in top_level(tokens):
        if token.word == "BETWEEN":
            between = True
        elif token.word == "AND" and between:
            between = False
        elif token.word in separators:
            parts.append(tokens[begin:index])
            begin = index + 1
    parts.append(tokens[begin:])
    return [part for part in parts if part]


def cut(tokens: Tokens, starts: Sequence[int]) -> list[Tokens]:
    """``tokens`` cut before each index of ``starts``; what stands before the first is left out."""
    return [tokens[start:end] for start, end in pairwise([*starts, len(tokens)])]


def unwrapped(tokens: Tokens) -> Tokens:
    """``tokens`` without the parentheses that stand around all of them; ``()`` stays."""
    while len(tokens) > 2 and tokens[0].word == "(" and closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def arms(condition: Tokens) -> tuple[str, list[Tokens]]:
    """The connective of ``condition`` at top level, ``OR`` before ``AND``, and what it connects.

    Parentheses around all of it are looked through. With a single arm the connective is empty.
    """
    condition = unwrapped(condition)
    for connective in ("OR", "AND"):
        parts = split(condition, {connective})
        if len(parts) > 1:
            return connective, parts
    return "", [condition]


def name_at(tokens: Tokens, index: int) -> tuple[str, int]:
    """The possibly qualified name that begins at ``index``, and the index behind it.

    Unquoted parts are folded to lower case as PostgreSQL does; quotes stay where they are needed.
    Returns an empty name when there is none.
    """
    parts: list[str] = []
    while index < len(tokens) and tokens[index].kind in (TokenKind.WORD, TokenKind.QUOTED):
        parts.append(identifier(tokens[index]))
        index += 1
        if index >= len(tokens) or tokens[index].word != ".":
            break
        index += 1
    return ".".join(parts), index


def identifier(token: Token) -> str:
    """The name that ``token`` denotes, quoted only when it must be."""
    if token.kind is not TokenKind.QUOTED:
        return token.text.lower()
    bare = token.text[1:-1].replace('""', '"')
    return bare if is_plain(bare) else token.text


def column_names(items: Sequence[Tokens]) -> tuple[str, ...]:
    """The name that each item of a column list begins with."""
    return tuple(name_at(item, 0)[0] for item in items)


def delete(tokens: Sequence[Token]) -> Edit:
    """Remove ``tokens``."""
    return Edit(span_of(tokens), "")


def replace(tokens: Sequence[Token], text: str) -> Edit:
    """Put ``text`` in the place of ``tokens``."""
    return Edit(span_of(tokens), text)


def remove_item(items: Sequence[Tokens], index: int) -> Edit:
    """Remove one item of a list, or arm of a condition, together with one separator."""
    if index > 0:
        return Edit(Span(items[index - 1][-1].span.end, items[index][-1].span.end), "")
    if len(items) > 1:
        return Edit(Span(items[0][0].span.start, items[1][0].span.start), "")
    return delete(items[0])


def swap(first: Sequence[Token], second: Sequence[Token], *, text: str) -> tuple[Edit, Edit]:
    """Exchange two runs of tokens of ``text``."""
    return replace(first, span_of(second).of(text)), replace(second, span_of(first).of(text))
