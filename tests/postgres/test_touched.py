"""What a transaction touched, put in place of what was there, is the whole state.

The changes in ``fingerprints/`` are read both ways, and so are some that show where nothing was touched.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
from postgres.test_fingerprint import CASES, parts

from confiture.postgres import touched
from confiture.postgres.fingerprint import Fingerprint, Inventory, read_fingerprint, read_inventory
from confiture.postgres.session import Session
from confiture.postgres.touched import TouchedStates

_SHOP = """
CREATE TYPE mood AS ENUM ('sad', 'calm'); CREATE TYPE state AS ENUM ('sad', 'calm'); CREATE DOMAIN price AS int;
CREATE TABLE customers (id int PRIMARY KEY, mood mood DEFAULT 'sad', other state DEFAULT 'sad');
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers (id), a int, b int, total price);
CREATE INDEX orders_total_idx ON orders (total); CREATE STATISTICS orders_statistics ON a, b FROM orders;
CREATE TABLE untouched (order_id int REFERENCES orders (id)); CREATE VIEW totals AS SELECT total FROM orders;
COMMENT ON INDEX orders_total_idx IS 'by total'; COMMENT ON CONSTRAINT orders_pkey ON orders IS 'the key';
INSERT INTO customers (id) VALUES (1); INSERT INTO orders VALUES (1, 1, 1, 1, 1); INSERT INTO untouched VALUES (1);
CREATE SCHEMA shop; CREATE TABLE shop.places (id int, mood public.mood DEFAULT 'calm');
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SEQUENCE numbers OWNED BY orders.id;
ALTER TABLE customers ADD number int DEFAULT nextval('numbers'), ADD one int DEFAULT one();
CREATE TABLE readings (at date) PARTITION BY RANGE (at);
CREATE TABLE readings_of_2026 PARTITION OF readings FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
"""

_CHANGES = [
    "UPDATE orders SET total = 2",
    "DELETE FROM untouched",
    "TRUNCATE customers CASCADE",
    "INSERT INTO readings VALUES ('2026-05-01')",
    "ALTER TABLE readings DETACH PARTITION readings_of_2026",
    "DROP TABLE orders CASCADE",
    "DROP TABLE untouched; CREATE TABLE untouched (order_id int REFERENCES orders (id))",
    "CREATE TABLE new AS SELECT 1 AS a",
    "DROP INDEX orders_total_idx",
    "COMMENT ON INDEX orders_total_idx IS NULL",
    "COMMENT ON CONSTRAINT orders_pkey ON orders IS NULL",
    "DROP STATISTICS orders_statistics",
    "GRANT SELECT ON orders TO PUBLIC",
    "GRANT SELECT (a) ON orders TO PUBLIC",
    "CREATE OR REPLACE VIEW totals AS SELECT total FROM orders WHERE total > 0",
    "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2'",
    "ALTER DOMAIN price ADD CHECK (VALUE > 0)",
    "DROP DOMAIN price CASCADE",
    "SELECT nextval('numbers')",
]
_SHOWN_ELSEWHERE = [
    "ALTER TYPE mood RENAME TO feeling",
    "ALTER TYPE mood RENAME VALUE 'sad' TO 'down'",
    "ALTER TYPE mood RENAME TO aside; ALTER TYPE state RENAME TO mood; ALTER TYPE aside RENAME TO state",
    "ALTER TABLE orders RENAME TO sales",
    "ALTER TABLE orders RENAME id TO number",
    "ALTER FUNCTION one() RENAME TO single",
    "ALTER SEQUENCE numbers RENAME TO ids",
    "ALTER SCHEMA shop RENAME TO market",
    "ALTER TABLE untouched SET SCHEMA shop",
]


def read_both_ways(
    session: Session, inventory: Inventory, *, expected: Sequence[Fingerprint] = ()
) -> tuple[Fingerprint, Fingerprint]:
    states = TouchedStates(inventory, inventory.fingerprint, expected=expected)
    return states.read(session, {}), read_fingerprint(session)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_change_shows(each_session: Session, case: Path) -> None:
    before, change, _ = parts(case)
    each_session.run(before)
    inventory = read_inventory(each_session)
    each_session.begin()
    each_session.run(change)
    part, whole = read_both_ways(each_session, inventory)
    assert part == whole
    part, _ = read_both_ways(each_session, inventory, expected=[whole])
    assert part == whole


@pytest.mark.parametrize("change", [*_CHANGES, *_SHOWN_ELSEWHERE])
def test_what_shows_in_other_objects_shows(session: Session, change: str) -> None:
    session.run(_SHOP)
    inventory = read_inventory(session)
    session.begin()
    session.savepoint("mutant")
    session.run(change)
    part, whole = read_both_ways(session, inventory)
    assert part == whole
    session.rollback_to("mutant")
    part, whole = read_both_ways(session, inventory, expected=[whole])
    assert part == whole == inventory.fingerprint


@pytest.mark.parametrize("change", _CHANGES)
def test_only_what_shows_elsewhere_needs_the_whole(
    session: Session, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    session.run(_SHOP)
    states = TouchedStates(read_inventory(session), read_fingerprint(session), expected=[])
    monkeypatch.delattr(touched, "read_stable")
    session.begin()
    session.run(change)
    states.read(session, {})


def test_a_label_that_the_original_renames_too_is_read_where_it_shows(session: Session) -> None:
    session.run(_SHOP)
    inventory = read_inventory(session)
    session.begin()
    session.run("ALTER TYPE mood RENAME VALUE 'sad' TO 'down'")
    after = read_fingerprint(session)
    session.rollback()
    session.begin()
    session.run("ALTER TYPE mood RENAME VALUE 'sad' TO 'down'; UPDATE orders SET total = 3")
    part, whole = read_both_ways(session, inventory, expected=[after])
    assert part == whole
