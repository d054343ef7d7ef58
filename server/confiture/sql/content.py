"""What a text says to PostgreSQL, whatever its comments and layout are: the ground of all keys by content."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from confiture.model.script import TokenKind, Tokens
from confiture.model.span import Edit, Span
from confiture.sql.lexer import LexError, tokenize
from confiture.sql.splits import split_text


@dataclass(frozen=True, slots=True)
class _Lexed:
    text: str
    tokens: Tokens
    starts: tuple[int, ...]
    comments: tuple[Span, ...]


@lru_cache(maxsize=4096)  # a whole history is asked for at every save
def content_key(text: str) -> str:
    """A key that texts share only if PostgreSQL cannot tell them apart: they differ in comments and blanks alone."""
    lexed = _lex(text)
    if lexed is None:
        return _digest(["unreadable", text])
    parts = [_gap(lexed, -1)]
    for index, token in enumerate(lexed.tokens):
        parts += [token.text, _gap(lexed, index)]
    return _digest(parts)


def edits_key(text: str, edits: Iterable[Edit]) -> str:
    """A key of ``edits`` that is the same in every text with the `content_key` of ``text`` if they change it alike."""
    lexed = _lex(text)
    parts: list[str] = []
    for edit in edits:
        places = (edit.span.start, edit.span.end)
        parts += [str(place) if lexed is None else _place(lexed, place) for place in places]
        parts.append(edit.replacement)
    return _digest(parts)


@lru_cache(maxsize=8)
def _lex(text: str) -> _Lexed | None:
    try:
        tokens = tokenize(text)
    except LexError:
        return None
    starts = tuple(token.span.start for token in tokens)
    return _Lexed(text, tokens, starts, split_text(text).comments)


def _place(lexed: _Lexed, offset: int) -> str:
    """``offset`` counted in tokens; between two, with the kinds of blanks before and behind it."""
    index = bisect_right(lexed.starts, offset) - 1
    if index >= 0 and offset < lexed.tokens[index].span.end:
        return f"{index} in {offset - lexed.starts[index]}"
    gap = _gap_span(lexed, index)
    if any(comment.start < offset <= comment.end for comment in lexed.comments):
        return f"{index} raw {offset - gap.start} {gap.of(lexed.text)}"  # what is put into a comment is lost
    before, behind = Span(gap.start, offset), Span(offset, gap.end)
    return f"{index} gap {_blank(before.of(lexed.text))!r} {_blank(behind.of(lexed.text))!r}"


def _gap(lexed: _Lexed, index: int) -> str:
    """What stands for the gap behind the token ``index``."""
    gap = _gap_span(lexed, index).of(lexed.text)
    ends = lexed.tokens[max(index, 0) : index + 2]
    if len(ends) == 2 and all(token.kind is TokenKind.STRING for token in ends):
        return gap  # a line break joins two strings into one, but not every comment may stand there
    return _blank(gap) if 0 <= index < len(lexed.tokens) - 1 else ""


def _gap_span(lexed: _Lexed, index: int) -> Span:
    start = lexed.tokens[index].span.end if index >= 0 else 0
    end = lexed.starts[index + 1] if index + 1 < len(lexed.starts) else len(lexed.text)
    return Span(start, end)


def _blank(gap: str) -> str:
    if not gap:
        return ""
    return "\n" if "\n" in gap or "\r" in gap else " "


def _digest(parts: Iterable[str]) -> str:
    """Of the parts and where each ends."""
    whole = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        whole.update(b"%d " % len(encoded))
        whole.update(encoded)
    return whole.hexdigest()
