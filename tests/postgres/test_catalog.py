"""`read_schema`: what operators get to know of a database."""

from confiture.model.schema import Column, Constraint, Index, Schema
from confiture.postgres.catalog import read_schema
from confiture.postgres.session import Session

SCHEMA = """
CREATE SCHEMA app;
CREATE TYPE status AS ENUM ('new', 'sent');
CREATE TYPE app.mood AS ENUM ('good');
CREATE TABLE users (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(80) NOT NULL UNIQUE,
    state status DEFAULT 'new',
    length int GENERATED ALWAYS AS (length(email)) STORED
);
CREATE TABLE app."Weird {t}" (
    user_id int CONSTRAINT "of user" REFERENCES users ON DELETE CASCADE,
    "a b" numeric(10,2) CONSTRAINT positive CHECK ("a b" > 0),
    mood app.mood
);
ALTER TABLE app."Weird {t}" ADD CONSTRAINT later CHECK (user_id > 0) NOT VALID;
CREATE UNIQUE INDEX by_email ON users (lower(email), state) INCLUDE (id) WHERE state = 'new';
CREATE MATERIALIZED VIEW two AS SELECT 1 AS a UNION SELECT 2;
CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS a WITH NO DATA;
CREATE TABLE parts (at date) PARTITION BY RANGE (at);
CREATE TABLE part PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE VIEW shown AS SELECT 1 AS a;
CREATE EXTENSION citext;
INSERT INTO users (email) VALUES ('a'), ('bc');
INSERT INTO parts VALUES ('2024-02-01');
"""


def test_tables_carry_their_columns_constraints_indexes_and_rows(each_session: Session) -> None:
    each_session.run(SCHEMA)
    schema = read_schema(each_session)
    users, weird = schema.tables["users"], schema.tables["app.Weird {t}"]
    assert users.columns == (
        Column("id", "integer", not_null=True, identity=True),
        Column("email", "character varying(80)", not_null=True),
        Column("state", "status", not_null=False, default="'new'::status"),
        Column("length", "integer", not_null=False, default="length((email)::text)", generated=True),
    )
    assert users.constraints == (
        Constraint("users_email_key", "UNIQUE", ("email",), "UNIQUE (email)"),
        Constraint("users_pkey", "PRIMARY KEY", ("id",), "PRIMARY KEY (id)"),
    )
    assert weird.constraints == (
        Constraint("later", "CHECK", ("user_id",), "CHECK ((user_id > 0)) NOT VALID", validated=False),
        Constraint(
            "of user",
            "FOREIGN KEY",
            ("user_id",),
            "FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE",
            "users",
            ("id",),
        ),
        Constraint("positive", "CHECK", ("a b",), 'CHECK (("a b" > (0)::numeric))'),
    )
    [index] = users.indexes
    assert (index.name, index.unique, index.columns) == ("by_email", True, ("lower((email)::text)", "state"))
    assert index.predicate == "(state = 'new'::status)"
    assert index.definition.startswith("CREATE UNIQUE INDEX by_email ON public.users")
    assert weird.columns[2].type == "app.mood"


def test_names_enums_and_counts(each_session: Session) -> None:
    each_session.run(SCHEMA)
    schema = read_schema(each_session)
    counts = {name: table.rows for name, table in schema.tables.items()}
    assert counts == {"users": 2, "app.Weird {t}": 0, "two": 2, "unfilled": 0, "parts": 1, "part": 1}
    assert dict(schema.enums) == {"status": ("new", "sent"), "app.mood": ("good",)}
    assert schema.enums[schema.tables["app.Weird {t}"].columns[2].type] == ("good",)
    assert schema.table("public.users") is schema.tables["users"]


def test_an_uncommitted_state_is_read_as_its_transaction_sees_it(session: Session) -> None:
    session.begin()
    session.run("CREATE TABLE t AS SELECT 1 AS a; CREATE INDEX i ON t (a); SET LOCAL search_path = ''")
    assert read_schema(session).tables["t"].indexes == (
        Index("i", unique=False, columns=("a",), definition="CREATE INDEX i ON public.t USING btree (a)"),
    )
    session.rollback()
    assert read_schema(session) == Schema()
