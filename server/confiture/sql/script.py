"""Reading files and parsing them into `Script`."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import dropwhile, takewhile
from pathlib import Path

from confiture.errors import ProjectError
from confiture.model.script import Directive, Script, Statement, Token, Tokens
from confiture.model.span import Span
from confiture.sql.directives import FILE_VERBS, directives, directives_in_bodies
from confiture.sql.kinds import Kind, kind_of
from confiture.sql.lexer import LexError, lexemes, tokens_at
from confiture.sql.splits import split_text
from confiture.sql.tables import alter_actions

_LINE = re.compile(r"[^\r\n]+")
_BYTE_ORDER_MARK = "\ufeff"
_WITH_BODY = frozenset({"DO", "CREATE FUNCTION", "CREATE PROCEDURE"})
_NAMED_LATE = frozenset({"WITH", "COMMENT", "SECURITY", "REINDEX", "VACUUM", "ANALYZE", "CLUSTER"})
"""What these are about can stand behind a parenthesis."""


def read_source(path: Path) -> str:
    """The text of ``path``, line endings as they are.

    Raises:
        ProjectError: it cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8 and run again"
        raise ProjectError(message) from error
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read: {error.strerror}") from error


def parse_script(path: Path, source: str, *, keep: Sequence[Span] | None = None) -> Script:
    """The script in ``source``.

    SQL that cannot be cut into tokens becomes one statement without tokens, for PostgreSQL to reject.

    Args:
        path: where ``source`` comes from.
        source: the whole file.
        keep: the parts of the file that belong to this script; all by default.
    """
    text = _blank_all_but(source, keep)
    try:
        split = split_text(text)
    except LexError:
        return _unreadable(path, source, text)
    found = list(directives(text, split.comments))
    owned = _by_statement(text, [span for span, _ in split.statements], found)
    seen: Counter[str] = Counter()
    statements: list[Statement] = []
    for index, (span, end) in enumerate(split.statements):
        head = _head(span.of(text))
        what = kind_of(head)
        operation = operation_of(what, head)
        seen[operation] += 1
        operation += f" #{seen[operation]}" if seen[operation] > 1 else ""
        written = span.of(text)
        if what.kind in _WITH_BODY and "confiture:" in written:
            owned[index] += tuple(directives_in_bodies(tokens_at(written, span.start)))
        statements.append(
            Statement(index, span, end, what.kind, what.name, what.table, operation, written, tokens_at, owned[index])
        )
    return Script(
        path=path,
        source=source,
        text=text,
        statements=tuple(statements),
        directives=tuple(directive for directive in found if directive.verb in FILE_VERBS),
    )


def _blank_all_but(source: str, keep: Sequence[Span] | None) -> str:
    text = source
    if keep is not None:
        text = _LINE.sub(lambda line: " " * len(line[0]), source)
        for span in keep:
            text = text[: span.start] + span.of(source) + text[span.end :]
    return " " + text[1:] if text.startswith(_BYTE_ORDER_MARK) else text


def _unreadable(path: Path, source: str, text: str) -> Script:
    body = text.strip()
    start = text.index(body)
    span = Span(start, start + len(body))
    statement = Statement(0, span, span.end, "UNREADABLE", "", None, "UNREADABLE", body, tokens_at)
    return Script(path, source, text, (statement,))


def _head(text: str) -> Tokens:
    """As much of a statement as tells what it is; there can be millions of tokens behind it, or what is none."""
    head: list[Token] = []
    with suppress(LexError):
        for token in lexemes(text):
            head.append(token)
            if token.word == "(" and head[0].word not in _NAMED_LATE:
                break
    return tuple(head)


def _by_statement(text: str, spans: Sequence[Span], found: Iterable[Directive]) -> list[tuple[Directive, ...]]:
    """Each directive goes to the statement that it stands in or above, or behind on the same line."""
    owned: list[tuple[Directive, ...]] = [()] * len(spans)
    for directive in found:
        if directive.verb in FILE_VERBS:
            continue
        owner = bisect_right(spans, directive.span.start, key=lambda span: span.end)
        if owner and "\n" not in text[spans[owner - 1].end : directive.span.start]:
            owner -= 1
        if owner < len(spans):
            owned[owner] = (*owned[owner], directive)
    return owned


def operation_of(what: Kind, tokens: Tokens) -> str:
    """The identity of a statement across edits, as long as it is the only one of its kind and name in its script."""
    parts = [what.kind, what.name]
    if what.kind == "ALTER TABLE":
        parts += [f"{action.kind} {action.name}" for action in alter_actions(tokens)[:1]]
    if what.kind in ("GRANT", "REVOKE"):
        objects = dropwhile(lambda token: token.word != "ON", tokens)
        parts += [token.text for token in takewhile(lambda token: token.word not in ("TO", "FROM", "("), objects)]
    return " ".join(part.strip() for part in parts if part.strip())
