"""Confiture: mutation tests and cost profiles for PostgreSQL migrations written in SQL."""

from functools import cache


@cache
def version() -> str:
    """The version of the installed distribution; ``unknown`` when it runs from its sources without being installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("confiture-lsp")
    except PackageNotFoundError:
        return "unknown"
