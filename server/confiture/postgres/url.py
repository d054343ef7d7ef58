"""Connection URLs as users write them, for libpq and for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from confiture.errors import NoServerError


@dataclass(frozen=True, slots=True)
class NamedServer:
    """What a URL says.

    Attributes:
        parameters: libpq keywords, without the database.
        database: the named one; nothing is ever written there.
        ignored: parameters that are not PostgreSQL's but some driver's.
    """

    parameters: Mapping[str, str]
    database: str
    ignored: tuple[str, ...]


def parse_url(url: str) -> NamedServer:
    """Reads a URL (also with a driver, as ``postgresql+asyncpg://``) or a ``key=value`` string.

    Raises:
        NoServerError: it is neither.
    """
    try:
        text, ignored = _without_foreign_parameters(url) if "://" in url else (url, ())
        found = {key: str(value) for key, value in conninfo_to_dict(text).items() if value is not None}
    except (psycopg.ProgrammingError, ValueError):
        raise NoServerError(
            "postgres.url (or DATABASE_URL) is not a PostgreSQL URL; "
            "it looks like postgresql://user:password@host:5432/database"
        ) from None  # The cause quotes the URL, and so the password.
    database = found.pop("dbname", "") or found.get("user", "") or "postgres"
    return NamedServer(found, database, ignored)


def describe(parameters: Mapping[str, str]) -> str:
    """Host, port and user, for people; never the password."""
    host = parameters.get("host") or parameters.get("hostaddr") or "the default host"
    port = f":{parameters['port']}" if parameters.get("port") else ""
    user = f" as {parameters['user']}" if parameters.get("user") else ""
    return f"{host}{port}{user}"


def _without_foreign_parameters(url: str) -> tuple[str, tuple[str, ...]]:
    scheme, _, rest = url.partition("://")
    parts = urlsplit(f"{scheme.partition('+')[0]}://{rest}")
    known = {default.keyword.decode() for default in pq.Conninfo.get_defaults()}
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = urlencode([pair for pair in pairs if pair[0] in known], quote_via=quote)
    ignored = tuple(key for key, _ in pairs if key not in known)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, kept, "")), ignored
