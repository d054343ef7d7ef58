"""Constraints and indexes that PostgreSQL does not vouch for: left NOT VALID, or invalid."""

from typing import Final

from confiture.postgres.session import Session

_QUERY: Final = """
SELECT format('constraint %s.%I', CASE conrelid WHEN 0 THEN contypid::regtype::text ELSE conrelid::regclass::text END,
              conname)
FROM pg_constraint WHERE NOT convalidated
UNION ALL
SELECT format('index %s', indexrelid::regclass) FROM pg_index WHERE NOT indisvalid
"""


def read_invalid(session: Session) -> frozenset[str]:
    """The kinds and names of those in the session's database, as its transaction sees them."""
    return frozenset(str(name) for (name,) in session.read(_QUERY, plan="invalid"))
