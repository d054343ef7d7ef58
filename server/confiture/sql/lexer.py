"""PostgreSQL text → tokens and comments, each with its place in the text."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import TokenType

from confiture.model.script import Token, TokenKind, Tokens
from confiture.model.span import Span

_LEXEME = re.compile(r"[^\W\d][\w$]*|\S")
_COMMENT = re.compile(r"--[^\r\n]*|/\*.*?\*/", re.DOTALL)
_SYMBOLS = frozenset(
    {TokenType.NUMBER, TokenType.STRING, TokenType.IDENTIFIER, TokenType.HEREDOC_STRING, TokenType.NATIONAL_STRING}
    | {TokenType.BYTE_STRING, TokenType.BIT_STRING, TokenType.HEX_STRING, TokenType.UNICODE_STRING}
)


class _Tokenizer(Postgres.Tokenizer):
    """sqlglot's tokenizer takes what follows some commands (REINDEX, CALL …) for one string; this one does not."""

    COMMANDS: ClassVar[set[TokenType]] = set()


class LexError(Exception):
    """The text has an unterminated string, comment or identifier."""


def tokenize(text: str) -> Tokens:
    """All tokens of ``text``, without comments.

    sqlglot joins some keywords (``PRIMARY KEY``, ``GROUP BY``) into one token; here each word is its own.

    Raises:
        LexError: something in ``text`` is not terminated.
    """
    try:
        raw_tokens = _Tokenizer(dialect="postgres").tokenize(text)
    except TokenError as error:
        raise LexError(str(error)) from error
    tokens: list[Token] = []
    for raw in raw_tokens:
        span = Span(raw.start, raw.end + 1)
        if raw.token_type in _SYMBOLS:
            tokens.append(_token(span.of(text), span))
        else:
            tokens += _words(span.of(text), span.start)
    return tuple(tokens)


def comments(text: str, tokens: Iterable[Token]) -> Iterator[Span]:
    """Places of the comments of ``text``; between two tokens there is nothing else but white space."""
    position = 0
    for token in tokens:
        yield from _comments_in(text, Span(position, token.span.start))
        position = token.span.end
    yield from _comments_in(text, Span(position, len(text)))


def _comments_in(text: str, gap: Span) -> Iterator[Span]:
    return (Span(*match.span()) for match in _COMMENT.finditer(text, gap.start, gap.end))


def _words(lexeme: str, start: int) -> Iterator[Token]:
    if not any(character.isspace() for character in lexeme):
        yield _token(lexeme, Span(start, start + len(lexeme)))
        return
    for match in _LEXEME.finditer(lexeme):
        yield _token(match.group(), Span(*match.span()).shift(start))


def _token(lexeme: str, span: Span) -> Token:
    kind = _kind(lexeme)
    word = lexeme.upper() if kind in (TokenKind.WORD, TokenKind.SYMBOL) else ""
    return Token(kind, lexeme, word, span)


def _kind(lexeme: str) -> TokenKind:
    first = lexeme[0]
    if lexeme.endswith("'"):
        return TokenKind.STRING
    if lexeme.endswith('"'):
        return TokenKind.QUOTED
    if first == "$" and lexeme.endswith("$") and len(lexeme) > 1:
        return TokenKind.BODY
    if first.isdigit() or (first == "." and len(lexeme) > 1 and lexeme[1].isdigit()):
        return TokenKind.NUMBER
    return TokenKind.WORD if first.isalpha() or first == "_" else TokenKind.SYMBOL


def word_at(text: str, offset: int) -> Span:
    """The lexeme that begins at ``offset`` of ``text``, for instance to underline an error."""
    match = _LEXEME.match(text, offset)
    return Span(*match.span()) if match else Span(offset, min(offset + 1, len(text)))
