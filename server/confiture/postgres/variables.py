"""The environment variables that lead other programs to a scratch database."""

from collections.abc import Mapping

from psycopg.pq import Conninfo

from confiture.postgres.server import Server

_LEADING = ("PG", "POSTGRES_")


def with_database(inherited: Mapping[str, str], server: Server, database: str) -> dict[str, str]:
    """``inherited`` with ``DATABASE_URL`` and libpq's variables for ``database``, and none that lead elsewhere."""
    parameters = {**server.parameters, "dbname": database}
    known = [(option.envvar, option.keyword) for option in Conninfo.get_defaults()]
    own = {
        variable.decode(): parameters[keyword.decode()]
        for variable, keyword in known
        if variable and parameters.get(keyword.decode())
    }
    others = {name: value for name, value in inherited.items() if not name.startswith(_LEADING)}
    return {**others, **own, "DATABASE_URL": server.dsn(database)}
