"""A server that the user named: nothing there is touched but scratch databases, and no password is told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from confiture.config import PostgresConfig
from confiture.errors import NoServerError
from confiture.postgres.fingerprint import read_fingerprint
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server, candidates, open_server
from confiture.postgres.session import Session

PASSWORD = "s3cret&ü"


@dataclass(frozen=True)
class Named:
    """A server as its owner sees it; ``host`` is its socket folder."""

    owner: Server
    host: str

    def url(self, user: str, password: str = "s3cret%26%C3%BC", database: str = "shop", query: str = "") -> str:
        return f"postgresql://{user}:{password}@/{database}?host={self.host}{query}"

    def state(self) -> object:
        """Everything outside scratch databases that we could have touched."""
        with Session(self.owner, "shop") as shop, Session(self.owner, "postgres") as postgres:
            cluster = postgres.query(
                "SELECT (SELECT array_agg(datname::text ORDER BY 1) FROM pg_database),"
                " (SELECT array_agg(rolname::text ORDER BY 1) FROM pg_roles),"
                " (SELECT array_agg(spcname::text ORDER BY 1) FROM pg_tablespace)"
            )
            return cluster, read_fingerprint(shop), read_fingerprint(postgres)


@pytest.fixture
def named(own_binaries: Path) -> Iterator[Named]:
    """A cluster that asks for passwords, with a database ``shop`` and roles with and without CREATEDB."""
    with open_server(PostgresConfig(binaries=own_binaries)) as owner:
        folder = Path(owner.parameters["host"])
        with Session(owner, "postgres") as session:
            for role, rights in {"app": "CREATEDB", "weak": "NOCREATEDB", "other": "CREATEDB"}.items():
                session.run(f"CREATE ROLE {role} LOGIN {rights} PASSWORD '{PASSWORD}'")
            session.run("CREATE DATABASE shop OWNER app")
            [file] = folder.glob("data-*/pg_hba.conf")
            file.write_text("local all app,weak,other scram-sha-256\n" + file.read_text())
            session.run("SELECT pg_reload_conf()")
        with Session(owner, "shop") as session:
            session.run("CREATE TABLE precious AS SELECT generate_series(1, 10) AS id")
        yield Named(owner, str(folder))


def test_only_scratch_databases_come_and_go(named: Named) -> None:
    before = named.state()
    with open_server(PostgresConfig(url=named.url("app"))) as server:
        assert not server.private
        assert server.version == named.owner.version
        assert server.maintenance == "postgres"
        assert server.origin == f"PostgreSQL {server.version_text} at {named.host} as app"
        with Scratch(server) as scratch:
            template = scratch.create()
            with Session(server, template) as session:
                session.run("CREATE TABLE precious (id int); CREATE EXTENSION IF NOT EXISTS citext")
            with Session(server, scratch.create(template)) as session:
                assert session.run("SELECT count(*) FROM precious")[0].rows == (("0",),)
                assert session.run("SELECT current_user")[0].rows == (("app",),)
    assert named.state() == before


def test_the_dsn_lets_other_programs_in(named: Named) -> None:
    with open_server(PostgresConfig(url=named.url("app"))) as server, Scratch(server) as scratch:
        name = scratch.create()
        with open_server(PostgresConfig(url=server.dsn(name))) as again, Session(again, name) as session:
            assert session.run("SELECT current_database()")[0].rows == ((name,),)


@pytest.mark.parametrize(
    ("user", "password", "said"),
    [("app", "wrong", "password authentication failed"), ("nobody", "wrong", 'role "nobody" does not exist')],
)
def test_a_wrong_login_is_said_without_the_password(named: Named, user: str, password: str, said: str) -> None:
    with pytest.raises(NoServerError) as caught, open_server(PostgresConfig(url=named.url(user, password=password))):
        pass
    message = str(caught.value)
    assert f"{named.host} as {user}" in message
    assert said in message
    assert "Check postgres.url" in message
    assert "wrong" not in message
    [url, *_] = candidates(PostgresConfig(url=named.url(user, password=password)))
    assert not url.chosen
    assert said in url.reason


def test_a_role_that_may_not_create_databases_is_told_what_to_do(named: Named) -> None:
    with (
        pytest.raises(NoServerError, match='ALTER ROLE "weak" CREATEDB'),
        open_server(PostgresConfig(url=named.url("weak"))),
    ):
        pass


def test_an_unreachable_server_is_said_with_host_and_port() -> None:
    url = "postgresql://app:s3cret@127.0.0.1:1/shop"
    with pytest.raises(NoServerError) as caught, open_server(PostgresConfig(url=url)):
        pass
    assert "127.0.0.1:1 as app" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_another_database_serves_where_postgres_is_closed(named: Named) -> None:
    with Session(named.owner, "template1") as session:
        session.run("ALTER DATABASE postgres ALLOW_CONNECTIONS false")
    with open_server(PostgresConfig(url=named.url("app"))) as server, Scratch(server) as scratch:
        assert server.maintenance == "template1"
        assert scratch.create()


def test_databases_of_another_role_are_not_taken_for_leftovers(named: Named) -> None:
    left = "confiture_scratch_00000000_1"
    with Session(named.owner, "postgres") as session:
        session.run(f"CREATE DATABASE {left} OWNER other")
        exists = f"SELECT 1 FROM pg_database WHERE datname = '{left}'"
        with open_server(PostgresConfig(url=named.url("app"))) as server, Scratch(server):
            assert session.run(exists)[0].rows
        with open_server(PostgresConfig(url=named.url("other"))) as server, Scratch(server):
            assert not session.run(exists)[0].rows


def test_urls_of_other_drivers_are_understood(named: Named) -> None:
    url = named.url("app", query="&schema=public&connection_limit=5").replace("postgresql://", "postgresql+asyncpg://")
    with open_server(PostgresConfig(url=url)) as server, Session(server, "shop") as session:
        assert session.run("SELECT current_user")[0].rows == (("app",),)
        assert "ignored: schema, connection_limit" in server.origin


@pytest.mark.parametrize("url", ["mysql://app:s3cret@db/shop", "postgresql://app:s3cret@[::1/shop", "s3cret"])
def test_what_is_no_url_is_said_without_repeating_it(url: str) -> None:
    with pytest.raises(NoServerError) as caught, open_server(PostgresConfig(url=url)):
        pass
    assert "postgresql://user:password@host:5432/database" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def server_with(**parameters: str) -> Server:
    return Server(origin="", version=18, version_text="18", private=False, parameters=parameters)


@pytest.mark.parametrize(
    ("parameters", "dsn"),
    [
        ({"host": "db", "user": "app"}, "postgresql://app@db:5432/x%20y"),
        ({"host": "::1", "port": "6"}, "postgresql://[::1]:6/x%20y"),
        ({"host": "db", "user": "a b", "password": "p@/:"}, "postgresql://a%20b:p%40%2F%3A@db:5432/x%20y"),
        ({"host": "a,b", "port": "1,2"}, "postgresql:///x%20y?host=a%2Cb&port=1%2C2"),
        ({"host": "/run/pg", "sslmode": "disable"}, "postgresql:///x%20y?host=/run/pg&sslmode=disable"),
        ({}, "postgresql:///x%20y"),
    ],
)
def test_the_dsn_is_a_url_with_every_part_quoted(parameters: dict[str, str], dsn: str) -> None:
    assert server_with(**parameters).dsn("x y") == dsn


def test_a_password_never_shows_in_what_is_printed() -> None:
    assert not re.search("s3cret", repr(server_with(host="db", password="s3cret")))
