"""Functions of which the catalog does not say that they give the same each time."""

from confiture.postgres.session import Session

_UNSTABLE = """
SELECT DISTINCT p.proname FROM pg_proc p
WHERE p.provolatile = 'v' OR (p.provolatile = 's' AND p.pronamespace <> 'pg_catalog'::regnamespace)
"""


def unstable_functions(session: Session) -> frozenset[str]:
    """Names of functions that are volatile, or of the project and only stable: these may read tables."""
    return frozenset(str(name) for (name,) in session.read(_UNSTABLE))
