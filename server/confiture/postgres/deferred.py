"""Doing within a transaction what its COMMIT would do to deferred constraints."""

from collections.abc import Iterable

_IMMEDIATE = "SET CONSTRAINTS ALL IMMEDIATE"
_DEFERRED_AGAIN = """DO $confiture$ DECLARE
    names text := (SELECT pg_catalog.string_agg(pg_catalog.format('%I.%I', n.nspname, c.conname), ', ')
                   FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
                   WHERE c.condeferred);
BEGIN IF names IS NOT NULL THEN EXECUTE 'SET CONSTRAINTS ' || names || ' DEFERRED'; END IF; END $confiture$"""


def may_defer(texts: Iterable[str]) -> bool:
    """Whether scripts or definitions of objects have an INITIALLY DEFERRED constraint; true rather than false."""
    return any("deferred" in text.lower() for text in texts)


def with_deferred(text: str, *, again: bool) -> str:
    """``text``, then checks of deferred constraints and deferred triggers.

    Args:
        text: ends with a statement, with its semicolon or without.
        again: there may be constraints that are declared to be deferred; they are deferred again.
    """
    return "\n;\n".join([text, _IMMEDIATE, *([_DEFERRED_AGAIN] if again else [])])
