"""A SQL text, its statements and their tokens, all placed by `Span` in the file."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from confiture.model.span import Span


class TokenKind(Enum):
    """What a token is to PostgreSQL's lexer."""

    WORD = "word"
    QUOTED = "quoted identifier"
    STRING = "string"
    BODY = "dollar-quoted string"
    NUMBER = "number"
    SYMBOL = "symbol"


@dataclass(frozen=True, slots=True)
class Token:
    """One lexeme.

    Attributes:
        text: as written in the file.
        word: what keywords are compared with: the upper-case text of a word or symbol,
            empty for strings, numbers, bodies and quoted identifiers.
    """

    kind: TokenKind
    text: str
    word: str
    span: Span


Tokens: TypeAlias = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Directive:
    """A ``-- confiture: verb arguments`` comment.

    Attributes:
        verb: ``ignore``, ``ignore-file``, ``budget`` or ``migration``.
        arguments: the rest of the line, stripped.
    """

    verb: str
    arguments: str
    span: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a script.

    Attributes:
        index: place among the script's statements, from 0.
        span: from its first to its last token, without the semicolon.
        end: offset behind its semicolon, or of the end of its last token.
        kind: the command, for instance ``CREATE INDEX`` or ``UPDATE``.
        name: the main object, lower-case unless quoted, schema kept when written.
        table: the table it works on, when there is one.
        operation: identity across edits: kind, name and, when repeated in the script, a count.
        directives: those written directly above it.
    """

    index: int
    span: Span
    end: int
    kind: str
    name: str
    table: str | None
    operation: str
    text: str
    tokens: Tokens
    directives: tuple[Directive, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The ``word`` of each token."""
        return tuple(token.word for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Script:
    """One SQL text of a migration or test.

    A file can hold several scripts (dbmate keeps up and down in one). ``text`` always has the
    length of the file, with what belongs to other scripts blanked, so that every offset in it
    is an offset in the file.

    Attributes:
        source: the file as it is on disk or in the editor.
        text: what is sent to PostgreSQL.
        directives: those that speak of the whole file.
    """

    path: Path
    source: str
    text: str
    statements: tuple[Statement, ...]
    directives: tuple[Directive, ...] = ()

    def statement_at(self, offset: int) -> Statement | None:
        """The statement that covers ``offset``, if any."""
        return next((s for s in self.statements if s.span.start <= offset < max(s.end, s.span.end)), None)
