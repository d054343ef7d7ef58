"""A SQL text, its statements and their tokens, all placed by `Span` in the file."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
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
        verb: ``ignore``, ``ignore-start``, ``ignore-end``, ``ignore-file``, ``budget`` or ``migration``.
        arguments: the rest of the line, stripped.
        scope: of its statement, the part that it speaks of; all of it when None.
    """

    verb: str
    arguments: str
    span: Span
    scope: Span | None = None


class Readable:
    """Something that keeps what is read from it once it was asked for, and so has no slots."""

    @cached_property
    def readings(self) -> dict[object, object]:
        """What was read from it so far, by the function that reads it; see `confiture.sql.readings`."""
        return {}


@dataclass(frozen=True)
class Statement(Readable):
    """One statement of a script.

    Attributes:
        index: place among the script's statements, from 0.
        span: from its first to its last token, without the semicolon.
        end: offset behind its semicolon, or of the end of its last token.
        kind: the command, for instance ``CREATE INDEX`` or ``UPDATE``.
        name: the main object, lower-case unless quoted, schema kept when written.
        table: the table it works on, when there is one.
        operation: identity across edits: kind, name and, when repeated in the script, a count.
        directives: those written directly above it or in it.
        read: cuts the text, which begins at an offset, into tokens.
    """

    index: int
    span: Span
    end: int
    kind: str
    name: str
    table: str | None
    operation: str
    text: str
    read: Callable[[str, int], Tokens] = field(repr=False, compare=False)
    directives: tuple[Directive, ...] = ()

    @cached_property
    def tokens(self) -> Tokens:
        """Its tokens, empty when it cannot be cut into any."""
        return self.read(self.text, self.span.start)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The ``word`` of each token."""
        return tuple(token.word for token in self.tokens)


@dataclass(frozen=True)
class Script(Readable):
    """One SQL text of a migration or test.

    A file can hold several scripts (dbmate keeps up and down in one). ``text`` always has the
    length of the file, with what belongs to other scripts blanked, so that every offset in it
    is an offset in the file.

    Attributes:
        source: the file as it is on disk or in the editor.
        text: what is sent to PostgreSQL.
        directives: those that speak of more than one statement.
    """

    path: Path
    source: str
    text: str
    statements: tuple[Statement, ...]
    directives: tuple[Directive, ...] = ()

    def statement_at(self, offset: int) -> Statement | None:
        """The statement that covers ``offset``, if any."""
        index = bisect_right(self.statements, offset, key=lambda statement: statement.span.start) - 1
        return self.statements[index] if index >= 0 and offset < self.statements[index].end else None

    def start_of(self, index: int) -> int:
        """The offset behind all statements before the one with ``index``."""
        return self.statements[index - 1].end if index else 0
