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
_OPERATOR = frozenset("+-*/<>=~!@#%^&|`?")
_KEEPS_SIGN = frozenset("~!@#%^&|`?")
_COMMENT_START = re.compile(r"--[^\r\n]*|/\*")
_COMMENT_MARK = re.compile(r"/\*|\*/")
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
    It cuts some operators (``!~~``) and numbers (``.5``, ``1_000``) into several; here these are whole.

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
    return tuple(_whole(tokens))


def comments(text: str, tokens: Iterable[Token]) -> Iterator[Span]:
    """Places of the comments of ``text``; between two tokens there is nothing else but white space."""
    position = 0
    for token in tokens:
        yield from _comments_in(text, Span(position, token.span.start))
        position = token.span.end
    yield from _comments_in(text, Span(position, len(text)))


def _comments_in(text: str, gap: Span) -> Iterator[Span]:
    position = gap.start
    while match := _COMMENT_START.search(text, position, gap.end):
        position = match.end() if match.group() != "/*" else _end_of_block(text, match.end())
        yield Span(match.start(), position)


def _end_of_block(text: str, position: int) -> int:
    """Where the comment ends whose ``/*`` ends at ``position``; there can be others in it."""
    depth = 1
    while depth and (mark := _COMMENT_MARK.search(text, position)):
        depth += 1 if mark.group() == "/*" else -1
        position = mark.end()
    return position


def _words(lexeme: str, start: int) -> Iterator[Token]:
    if not any(character.isspace() for character in lexeme):
        yield _token(lexeme, Span(start, start + len(lexeme)))
        return
    for match in _LEXEME.finditer(lexeme):
        yield _token(match.group(), Span(*match.span()).shift(start))


def _whole(pieces: Iterable[Token]) -> Iterator[Token]:
    run: list[Token] = []
    for piece in pieces:
        if run and not _continues(run[-1], piece):
            yield from _joined(run)
            run = []
        run.append(piece)
    yield from _joined(run)


def _continues(before: Token, piece: Token) -> bool:
    """Whether the two are pieces of one operator, number or parameter."""
    if before.span.end != piece.span.start:
        return False
    if piece.kind is TokenKind.SYMBOL:
        return before.text[-1] in _OPERATOR and piece.text[0] in _OPERATOR
    if before.kind is TokenKind.NUMBER:
        return piece.kind in (TokenKind.NUMBER, TokenKind.WORD)
    return piece.kind is TokenKind.NUMBER and before.text in (".", "$")


def _joined(run: list[Token]) -> Iterator[Token]:
    """``run`` as one token; a sign behind an operator is apart, unless the operator has a character that keeps it.

    Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-OPERATORS
    """
    if len(run) < 2:
        yield from run
        return
    lexeme = "".join(piece.text for piece in run)
    start = run[0].span.start
    end = len(lexeme)
    if lexeme[0] in _OPERATOR and not _KEEPS_SIGN & set(lexeme):
        end = max(1, len(lexeme.rstrip("+-")))
    yield _token(lexeme[:end], Span(start, start + end))
    for index in range(end, len(lexeme)):
        yield _token(lexeme[index], Span(start + index, start + index + 1))


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
