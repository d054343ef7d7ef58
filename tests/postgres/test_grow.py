"""Rows are multiplied so that the database stays one that its own constraints allow."""

import pytest

from confiture.postgres.grow import grow
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server
from confiture.postgres.session import Session

SHOP = """
CREATE TYPE plan AS ENUM ('free', 'paid');
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%.%');
CREATE TABLE plans (name plan PRIMARY KEY);
CREATE TABLE users (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email email UNIQUE, code varchar(40) UNIQUE,
    plan plan REFERENCES plans,
    token uuid UNIQUE DEFAULT gen_random_uuid(), seen date UNIQUE, twice int GENERATED ALWAYS AS (3) STORED,
    parent int REFERENCES users
);
CREATE UNIQUE INDEX users_code_idx ON users (lower(code));
CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users, note text);
CREATE TABLE orders (id bigserial PRIMARY KEY, user_id int NOT NULL REFERENCES users, total int CHECK (total > 0));
CREATE TABLE lines (order_id bigint REFERENCES orders, place int, PRIMARY KEY (order_id, place));
CREATE TABLE nothing (id int);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
INSERT INTO plans VALUES ('free'), ('paid');
INSERT INTO users (email, code, plan, seen, parent)
    SELECT 'u' || g || '@x.org', 'user' || g, 'free', '2026-01-01'::date + g, g FROM generate_series(1, 7) AS g;
INSERT INTO profiles SELECT id, 'x' FROM users;
INSERT INTO orders (user_id, total) SELECT 1 + g % 7, g FROM generate_series(1, 20) AS g;
INSERT INTO lines SELECT id, 1 FROM orders;
CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(total) FROM orders GROUP BY 1;
CREATE TRIGGER refuse BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION refuse();
"""
TABLES = ("plans", "users", "profiles", "orders", "lines", "nothing")
CHECK_AGAIN = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I; ALTER TABLE %s ADD %s', conrelid::regclass, conname,
              conrelid::regclass, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f'
"""


@pytest.fixture
def session(server: Server):
    with Scratch(server) as scratch, Session(server, scratch.create()) as session:
        session.run(SHOP)
        yield session


def count(session: Session, table: str) -> int:
    return int(str(session.run(f"SELECT count(*) FROM {table}")[0].rows[0][0]))


def test_every_table_gets_about_as_many_rows_as_asked_for(session: Session) -> None:
    notes = grow(session, TABLES, rows=1_000)
    counts = {table: count(session, table) for table in TABLES}
    assert counts == {"plans": 2, "users": 1_001, "profiles": 1_001, "orders": 1_000, "lines": 1_000, "nothing": 0}
    assert notes == ("plans: a key has too few possible values for more rows",)


def test_references_hold_and_lead_to_as_many_rows_as_before(session: Session) -> None:
    partners = "SELECT max(n) FROM (SELECT count(*) AS n FROM orders GROUP BY user_id) AS counted"
    before = session.run(partners)[0].rows
    grow(session, TABLES, rows=1_000)
    for (again,) in session.read(CHECK_AGAIN):
        session.run(str(again))
    assert session.run(partners)[0].rows == before


def test_new_rows_can_still_be_inserted_and_views_show_the_copies(session: Session) -> None:
    grow(session, TABLES, rows=1_000)
    session.run("DROP TRIGGER refuse ON orders; INSERT INTO users (email) VALUES ('new@x.org')")
    session.run("INSERT INTO orders (user_id, total) VALUES (1, 1)")
    assert count(session, "totals") == 50 * 7


def test_a_table_that_its_own_rules_keep_small_is_said_with_postgresqls_reason(session: Session) -> None:
    session.run("CREATE TABLE codes (code varchar(5) PRIMARY KEY); INSERT INTO codes VALUES ('abcde')")
    [note] = grow(session, ["codes"], rows=10)
    assert note == "codes: value too long for type character varying(5) (22001)"
    assert count(session, "codes") == 1


def test_tables_that_nobody_asked_for_stay_as_they_are(session: Session) -> None:
    grow(session, ["lines"], rows=100)
    assert (count(session, "orders"), count(session, "lines")) == (20, 100)
