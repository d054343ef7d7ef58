"""Making a script fit for one transaction that we roll back."""

import re
from collections.abc import Iterator
from functools import lru_cache

from confiture.model.script import TokenKind, Tokens
from confiture.model.span import Edit, Span, apply_edits
from confiture.sql.kinds import is_transaction_control, kind_of, sets_isolation
from confiture.sql.lexer import LexError, tokens_at
from confiture.sql.splits import split_text
from confiture.sql.tokens import closing, find, group, matches

_NEVER = frozenset(
    {"VACUUM", "CREATE DATABASE", "DROP DATABASE", "CREATE TABLESPACE", "DROP TABLESPACE", "ALTER SYSTEM", "DISCARD"}
)
_ENDS_TRANSACTION = re.compile(r"\b(COMMIT|ROLLBACK)(\s+AND\s+(NO\s+)?CHAIN)?\s*;", re.IGNORECASE)
_CONCURRENT = frozenset({"CREATE INDEX", "DROP INDEX", "REINDEX", "ALTER TABLE", "REFRESH MATERIALIZED VIEW"})


@lru_cache(maxsize=4096)  # every mutant runs the same later history and tests
def as_transactional(text: str) -> str | None:
    """``text`` with transaction control, isolation and CONCURRENTLY blanked, so that one transaction can hold it.

    The result has the length of ``text``. Returns None when PostgreSQL refuses some statement in any
    transaction, or when the text uses an enum label that it adds. An option of REINDEX becomes VERBOSE.
    Source: https://www.postgresql.org/docs/current/sql-altertype.html (ADD VALUE) and the notes of each command.
    """
    try:
        split = split_text(text)
    except LexError:
        return text
    edits: list[Edit] = []
    labels: set[str] = set()
    for span, end in split.statements:
        run = tokens_at(span.of(text), span.start)
        kind = kind_of(run).kind
        if _refuses_transaction(run, kind) or _uses(run, kind, labels):
            return None
        if is_transaction_control(run) or sets_isolation(run):
            edits.append(_blank(text, Span(run[0].span.start, end)))
        elif kind in _CONCURRENT:
            edits += _without_concurrently(text, run)
        added = find(run, "VALUE") if kind == "ALTER TYPE" and find(run, "ADD") is not None else None
        if added is not None:
            labels |= set([token.text for token in run[added:] if token.kind is TokenKind.STRING][:1])
    return apply_edits(text, edits)


def _refuses_transaction(tokens: Tokens, kind: str) -> bool:
    match kind:
        case "REINDEX":
            what = closing(tokens, 1) + 1 if matches(tokens, 1, "(") else 1
            return any(matches(tokens, what, word) for word in ("SCHEMA", "DATABASE", "SYSTEM"))
        case "CLUSTER":
            return len(tokens) == 1
        case "DO":
            return any(_ENDS_TRANSACTION.search(token.text) for token in tokens)
        case _:
            return kind in _NEVER


def _uses(tokens: Tokens, kind: str, labels: set[str]) -> bool:
    """Whether a statement, or a body in it, mentions one of the new ``labels``; a type may get further ones."""
    return kind != "ALTER TYPE" and any(label in token.text for token in tokens for label in labels)


def _without_concurrently(text: str, tokens: Tokens) -> Iterator[Edit]:
    options = group(tokens, 1) if matches(tokens, 0, "REINDEX", "(") else ()
    for token in tokens:
        if token.word == "CONCURRENTLY":
            yield Edit(token.span, "VERBOSE     ") if token in options else _blank(text, token.span)


def _blank(text: str, span: Span) -> Edit:
    return Edit(span, "".join(character if character in "\r\n" else " " for character in span.of(text)))
