"""What a platform supplies before the first migration: the line that makes it, from PostgreSQL's complaint."""

import re

_SCHEMA = "3F000"
_OBJECT = "42704"
_FUNCTION = "42883"
_RELATION = "42P01"
_MISSING = re.compile(r'(?P<kind>schema|role|type|relation) "(?P<name>[^"]+)" does not exist')
_CALL = re.compile(r"function (?P<name>[\w.]+)\(")
_EXTENSION_OF = {
    "uuid_generate_v4": "uuid-ossp",
    "uuid_generate_v1": "uuid-ossp",
    "uuid_generate_v5": "uuid-ossp",
    "gen_random_bytes": "pgcrypto",
    "crypt": "pgcrypto",
    "gen_salt": "pgcrypto",
    "digest": "pgcrypto",
    "similarity": "pg_trgm",
    "unaccent": "unaccent",
    "citext": "citext",
    "hstore": "hstore",
    "vector": "vector",
    "ltree": "ltree",
}
_BOOKKEEPING = {
    "__diesel_schema_migrations": (
        "version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP"
    ),
    "_prisma_migrations": (
        "id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,"
        " migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,"
        " started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0"
    ),
}
"""The tables in which tools remember what they ran, and which they make before the first migration: their columns."""


def prerequisite_for(sqlstate: str, message: str) -> str | None:
    """The statement that would supply what is missing; None where that cannot be told.

    Args:
        sqlstate: of PostgreSQL's error.
        message: PostgreSQL's words, in English.
    """
    missing = _MISSING.search(message)
    match sqlstate, missing["kind"] if missing else "":
        case (str(code), "schema") if code == _SCHEMA and missing:
            return f"CREATE SCHEMA {_quoted(missing['name'])};"
        case (str(code), "role") if code == _OBJECT and missing:
            return create_role(missing["name"])
        case (str(code), "type") if code == _OBJECT and missing:
            return _extension(missing["name"])
        case (str(code), "relation") if code == _RELATION and missing and missing["name"] in _BOOKKEEPING:
            return f"CREATE TABLE {missing['name']} ({_BOOKKEEPING[missing['name']]});"
        case _:
            call = _CALL.search(message) if sqlstate == _FUNCTION else None
            return _extension(call["name"]) if call else None


def create_role(name: str) -> str:
    """Roles outlive databases: the line can run again."""
    return f"DO $$ BEGIN CREATE ROLE {_quoted(name)}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"


def _extension(name: str) -> str | None:
    extension = _EXTENSION_OF.get(name.rpartition(".")[2])
    return f"CREATE EXTENSION IF NOT EXISTS {_quoted(extension)};" if extension else None


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else '"' + name.replace('"', '""') + '"'
