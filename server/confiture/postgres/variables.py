"""The environment variables that lead other programs to a scratch database."""

from collections.abc import Mapping
from dataclasses import replace

from psycopg.pq import Conninfo

from confiture.postgres.server import Server

_LEADING = ("PG", "POSTGRES_")
_OF_LIBPQ_ALONE = frozenset({"gssencmode"})
"""What other drivers refuse, as Go's lib/pq does; a private cluster sets it for speed only."""


def with_database(inherited: Mapping[str, str], server: Server, database: str) -> dict[str, str]:
    """``inherited`` with ``DATABASE_URL`` and libpq's variables for ``database``, and none that lead elsewhere."""
    understood = {key: value for key, value in server.parameters.items() if key not in _OF_LIBPQ_ALONE}
    parameters = {**understood, "dbname": database}
    known = [(option.envvar, option.keyword) for option in Conninfo.get_defaults()]
    own = {
        variable.decode(): parameters[keyword.decode()]
        for variable, keyword in known
        if variable and parameters.get(keyword.decode())
    }
    others = {name: value for name, value in inherited.items() if not name.startswith(_LEADING)}
    return {**others, **own, "DATABASE_URL": replace(server, parameters=understood).dsn(database)}
