"""Making a script fit for one transaction that we roll back."""

from functools import lru_cache

from confiture.model.span import Edit, Span, apply_edits
from confiture.sql.kinds import is_transaction_control, kind_of
from confiture.sql.lexer import LexError, tokenize
from confiture.sql.script import split_statements

_NEVER = frozenset(
    {"VACUUM", "CREATE DATABASE", "DROP DATABASE", "CREATE TABLESPACE", "DROP TABLESPACE", "ALTER SYSTEM"}
)
_CONCURRENT = frozenset({"CREATE INDEX", "DROP INDEX", "REINDEX", "ALTER TABLE", "REFRESH MATERIALIZED VIEW"})


@lru_cache(maxsize=4096)  # every mutant runs the same later history and tests
def as_transactional(text: str) -> str | None:
    """``text`` with transaction control and CONCURRENTLY blanked, so that one transaction can hold it.

    The result has the length of ``text``. Returns None when PostgreSQL refuses some statement in any
    transaction, or when the text uses an enum label that it adds.
    Source: https://www.postgresql.org/docs/current/sql-altertype.html (ADD VALUE) and the notes of each command.
    """
    try:
        tokens = tokenize(text)
    except LexError:
        return text
    edits: list[Edit] = []
    labels: set[str] = set()
    for run, end in split_statements(tokens):
        kind = kind_of(run).kind
        if kind in _NEVER or labels & {token.text for token in run}:
            return None
        if is_transaction_control(run):
            edits.append(_blank(text, Span(run[0].span.start, end)))
        elif kind in _CONCURRENT:
            edits += [_blank(text, token.span) for token in run if token.word == "CONCURRENTLY"]
        if kind == "ALTER TYPE":
            labels |= {token.text for token in run if token.text.startswith("'")}
    return apply_edits(text, edits)


def _blank(text: str, span: Span) -> Edit:
    return Edit(span, "".join(character if character in "\r\n" else " " for character in span.of(text)))
