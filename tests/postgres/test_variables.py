"""Programs get variables that lead to one database, whatever drivers they use."""

from confiture.postgres.server import Server
from confiture.postgres.variables import with_database

PRIVATE = Server(
    origin="ours",
    version=18,
    version_text="18.6",
    private=True,
    parameters={
        "host": "/run/ours",
        "port": "5432",
        "user": "postgres",
        "options": "",
        "sslmode": "disable",
        "gssencmode": "disable",
    },
)


def test_they_lead_to_the_database() -> None:
    assert with_database({"HOME": "/home/me"}, PRIVATE, "scratch") == {
        "HOME": "/home/me",
        "PGHOST": "/run/ours",
        "PGPORT": "5432",
        "PGUSER": "postgres",
        "PGDATABASE": "scratch",
        "PGSSLMODE": "disable",
        "DATABASE_URL": "postgresql://postgres@/scratch?host=/run/ours&port=5432&sslmode=disable",
    }


def test_none_leads_elsewhere() -> None:
    elsewhere = {
        "PGSERVICE": "prod",
        "PGPASSWORD": "secret",
        "POSTGRES_DB": "prod",
        "DATABASE_URL": "postgresql://prod/",
    }
    assert not {"PGSERVICE", "PGPASSWORD", "POSTGRES_DB"} & with_database(elsewhere, PRIVATE, "scratch").keys()
    assert with_database(elsewhere, PRIVATE, "scratch")["DATABASE_URL"].startswith("postgresql://postgres@/scratch")
