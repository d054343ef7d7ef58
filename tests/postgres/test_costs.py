"""What statements cost, as PostgreSQL's manual says they do.

Each file in ``costs/`` holds a statement and its cost on ``schema.sql``. Those named ``alone_`` run outside a
transaction. Sources: https://www.postgresql.org/docs/current/sql-altertable.html (notes),
https://www.postgresql.org/docs/current/explicit-locking.html.
"""

from pathlib import Path

import pytest

from confiture.model.script import Statement
from confiture.postgres.costs import CostMeter
from confiture.postgres.errors import SqlError
from confiture.postgres.session import Session
from confiture.sql import parse_script

FOLDER = Path(__file__).parent / "costs"
CASES = sorted(set(FOLDER.glob("*.sql")) - {FOLDER / "schema.sql"})


def statement_of(text: str) -> Statement:
    [statement] = parse_script(Path("case.sql"), text).statements
    return statement


def expected_in(text: str) -> dict[str, str]:
    pairs = (line.removeprefix("-- ").partition(":") for line in text.splitlines() if line.startswith("-- "))
    return {key: value.strip() for key, _, value in pairs}


@pytest.fixture
def shop(each_session: Session) -> Session:
    each_session.run((FOLDER / "schema.sql").read_text(encoding="utf-8"))
    return each_session


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_statement_costs_what_the_manual_says(shop: Session, case: Path) -> None:
    text = case.read_text(encoding="utf-8")
    meter = CostMeter(shop)
    if not case.stem.startswith("alone_"):
        shop.begin()
    profile = meter.measure(statement_of(text))
    assert {
        "locks": ", ".join(f"{lock.mode.label} on {lock.table}" for lock in profile.locks),
        "rewrites": ", ".join(profile.rewrites),
        "scans": ", ".join(profile.scans),
        "rows": str(profile.rows),
    } == expected_in(text)
    assert len(profile.samples) == 1
    assert profile.samples[0] > 0
    assert profile.sql == statement_of(text).text


def test_a_new_foreign_key_is_checked_against_every_row(shop: Session) -> None:
    shop.begin()
    profile = CostMeter(shop).measure(statement_of("ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users"))
    assert "orders" in profile.scans  # Whether users is read by its index instead is the planner's choice.
    assert profile.rewrites == ()


def test_tables_made_after_the_meter_cost_nobody_anything(shop: Session) -> None:
    shop.begin()
    meter = CostMeter(shop)
    shop.run("CREATE TABLE fresh AS SELECT 1 AS a")
    profile = meter.measure(statement_of("ALTER TABLE fresh ALTER COLUMN a TYPE bigint"))
    assert (profile.locks, profile.rewrites, profile.scans) == ((), (), ())


@pytest.mark.parametrize("disk", [True, False])
def test_each_statement_of_a_transaction_is_charged_with_its_own_work(shop: Session, *, disk: bool) -> None:
    shop.begin()
    meter = CostMeter(shop, disk=disk)
    first = meter.measure(statement_of("ALTER TABLE orders ALTER COLUMN total TYPE bigint"))
    second = meter.measure(statement_of("ALTER TABLE orders ALTER COLUMN total SET DEFAULT 1"))
    third = meter.measure(statement_of("UPDATE users SET age = 1"))
    assert (first.rewrites, second.rewrites, third.rewrites) == (("orders",), (), ())
    assert (first.scans, second.scans, third.scans) == (("orders",), (), ("users",))
    assert all((each.disk_after > 0) is disk for each in (first, second, third))
    assert min(first.wal_bytes, second.wal_bytes) > 0, "how much is the whole server's, so other tests' too"


def test_measuring_leaves_the_planner_and_the_locks_as_they_were(shop: Session) -> None:
    shop.begin()
    before = shop.run("SHOW enable_seqscan")
    CostMeter(shop).measure(statement_of("UPDATE orders SET total = 1"))
    assert shop.run("SHOW enable_seqscan") == before
    shop.rollback()
    CostMeter(shop).measure(statement_of("UPDATE orders SET total = 1"))
    assert shop.run("SHOW enable_seqscan") == before
    own = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"  # clones share their oids
    assert shop.run(f"SELECT count(*) FROM pg_locks WHERE {own} AND relation = 'orders'::regclass")[0].rows == (("0",),)


@pytest.mark.parametrize("inside", ["transaction", "nothing"])
def test_a_statement_that_fails_says_where(shop: Session, inside: str) -> None:
    if inside == "transaction":
        shop.begin()
    with pytest.raises(SqlError) as caught:
        CostMeter(shop).measure(statement_of("UPDATE orders SET totl = 1"))
    assert (caught.value.sqlstate, caught.value.position) == ("42703", len("UPDATE orders SET "))
    shop.rollback()
    assert shop.run("SHOW enable_seqscan")[0].rows == (("on",),)


def test_a_table_is_measured_under_its_new_name(shop: Session) -> None:
    shop.begin()
    meter = CostMeter(shop)
    meter.measure(statement_of("ALTER TABLE orders RENAME TO sales"))
    assert meter.measure(statement_of("UPDATE sales SET total = 1")).scans == ("orders",)
