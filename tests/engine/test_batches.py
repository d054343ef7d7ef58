"""How a backfill is put into a loop, in the files of which migration tools, and on how many rows that is proved."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from easing_runs import ORDERS, ease_text

from confiture.config import MutationConfig
from confiture.engine.easing.ease import proposals
from confiture.engine.easing.remedy import Aim, Refusal, Relief, Situation, may_help
from confiture.engine.mutate import plan_mutants
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.model.migration import Delivery, Migration
from confiture.model.profile import Lock, LockMode, Profile
from confiture.model.schema import Schema
from confiture.model.span import apply_edits
from confiture.postgres.errors import SqlError
from confiture.postgres.session import Session
from confiture.sql import parse_script

UPDATE = "UPDATE orders SET total = 0;\n"
GOOSE = "-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\n{}-- +goose StatementEnd\n"
CHANGESET = "--liquibase formatted sql\n--changeset me:1{}\n{}"
AROUND = {
    "plain": ("1_a.sql", "{}", "{}"),
    "goose": ("00001_a.sql", "-- +goose Up\n{}", GOOSE),
    "goose, kept whole": ("00001_a.sql", GOOSE.removeprefix("-- +goose NO TRANSACTION\n"), GOOSE),
    "liquibase": (
        "a.sql",
        CHANGESET.format("", "{}"),
        CHANGESET.format(" runInTransaction:false splitStatements:false", "{}"),
    ),
    "liquibase, kept whole": (
        "a.sql",
        CHANGESET.format(" splitStatements:false", "{}"),
        CHANGESET.format(" splitStatements:false runInTransaction:false", "{}"),
    ),
}
"""By layout: a file, its text around an UPDATE, and its text around the loop."""


@pytest.fixture
def session(workbench: Workbench) -> Iterator[Session]:
    with workbench.clone(None) as database, Session(workbench.server, database) as session:
        yield session


@pytest.mark.parametrize("case", AROUND)
def test_migration_tools_get_the_loop_whole_and_outside_a_transaction(case: str, tmp_path: Path) -> None:
    name, before, after = AROUND[case]
    loop = _batched(tmp_path / "plain", "plain", "1_a.sql", UPDATE)
    assert _batched(tmp_path / "other", case.partition(",")[0], name, before.format(UPDATE)) == after.format(loop)


def test_the_documentation_shows_the_loop_as_it_is(tmp_path: Path) -> None:
    update = "UPDATE orders SET status = 'new' WHERE status IS NULL;\n"
    page = (Path(__file__).parents[2] / "docs/fixes.md").read_text("utf-8")
    assert f"```sql\n{_batched(tmp_path, 'plain', '1_a.sql', update)}```\n" in page


def test_a_tool_that_was_told_to_cut_at_semicolons_is_not_contradicted(tmp_path: Path) -> None:
    text = CHANGESET.format(" runInTransaction:false splitStatements:true", UPDATE)
    assert _batched(tmp_path, "liquibase", "a.sql", text) == (
        "the tool was told another splitStatements than splitStatements:false"
    )


def test_lines_end_as_they_do_in_the_file(tmp_path: Path) -> None:
    text = _batched(tmp_path, "plain", "1_a.sql", "UPDATE orders\r\nSET note = 'a\r\nb'\r\nWHERE id > 0;\r\n")
    assert text.count("\n") == text.count("\r\n") > 20
    assert "\r\n        SET note = 'a\r\nb'\r\n        WHERE id > 0\r\n        AND id BETWEEN" in text


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE orders SET token = random() WHERE id > 0 OR token IS NULL", "random() would give rows"),
        (
            "UPDATE orders SET total = 1 WHERE random() < 0.5 AND total IS NULL",
            "random() would give rows",
        ),
        ("UPDATE orders SET (total, id) = (1, 2)", "it changes id"),
        ("DELETE FROM orders WHERE age(at) > '1 year'", "age() may give something else"),
        ("DELETE FROM orders USING orders AS other WHERE other.id > orders.id", "it reads other rows of orders"),
        ("UPDATE public.orders SET total = (SELECT count(*) FROM orders)", "it reads other rows of public.orders"),
    ],
)
def test_what_could_go_wrong_between_batches_is_told_from_the_text(statement: str, reason: str, tmp_path: Path) -> None:
    assert _batched(tmp_path, "plain", "1_a.sql", f"{statement};\n").startswith(reason)


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("id = 7", True),
        ("total > 3 AND orders.id IN (1, 2)", True),
        ("id = 7 OR total > 3", False),
        ("id = other_id", False),
        ("id > 7", False),
        ("total = 7", False),
        ("id IN (SELECT order_id FROM lines)", False),
    ],
)
def test_a_statement_that_names_its_rows_is_no_backfill(where: str, names: bool, tmp_path: Path) -> None:  # noqa: FBT001
    assert (_batched(tmp_path, "plain", "1_a.sql", f"DELETE FROM orders WHERE {where};\n") == "") is names


def test_columns_that_are_called_as_functions_are_columns(tmp_path: Path) -> None:
    text = _batched(tmp_path, "plain", "1_a.sql", 'UPDATE orders SET age = now, "random" = 1 WHERE age IS NULL;\n')
    assert "SET age = now," in text


@pytest.mark.parametrize("key", ["i * 7 - 9000", "md5(i::text)", "md5(i::text)::uuid", "now() - i * interval '1 h'"])
@pytest.mark.parametrize("rows", [0, 1, 1000, 2001])
def test_the_loop_comes_to_each_row_once(key: str, rows: int, tmp_path: Path, session: Session) -> None:
    session.run(f"CREATE TABLE orders AS SELECT {key} AS id, 0 AS hits FROM generate_series(1, {rows}) AS i")
    session.run("ALTER TABLE orders ADD PRIMARY KEY (id)")
    session.run(_batched(tmp_path, "plain", "1_a.sql", "UPDATE orders SET hits = hits + 1;\n"))
    assert session.query("SELECT count(*), count(*) FILTER (WHERE hits = 1) FROM orders") == [(rows, rows)]


def test_another_run_finishes_what_stopped_half_way(tmp_path: Path, session: Session) -> None:
    loop = _batched(tmp_path, "plain", "1_a.sql", "UPDATE orders SET total = 0 WHERE total > 0;\n")
    session.run(
        "CREATE TABLE orders (id int PRIMARY KEY, total int, CONSTRAINT in_the_way CHECK (id <> 2500 OR total > 0))"
    )
    session.run("INSERT INTO orders SELECT i, i FROM generate_series(1, 3000) AS i")
    with pytest.raises(SqlError, match="in_the_way"):
        session.run(loop)
    assert session.query("SELECT count(*) FROM orders WHERE total = 0") == [(2000,)]
    session.run("ALTER TABLE orders DROP CONSTRAINT in_the_way")
    session.run(loop)
    assert session.query("SELECT count(*) FROM orders WHERE total = 0") == [(3000,)]


@pytest.mark.parametrize(
    ("statement", "bounds"),
    [
        ("UPDATE orders SET total = 0 WHERE total IS NULL", 0),
        ("DELETE FROM shop.orders", 0),
        ("DELETE FROM orders AS o USING customers AS c WHERE c.id = o.customer_id", 0),
        ("UPDATE orders SET total = total + 1 WHERE total > 0", 2),
    ],
)
def test_bounds_of_batches_are_no_mistake_unless_a_row_must_not_be_written_twice(
    statement: str, bounds: int, tmp_path: Path
) -> None:
    script = parse_script(tmp_path / "1_a.sql", _batched(tmp_path, "plain", "1_a.sql", f"{statement};\n"))
    migration = Migration("1", "a", script, None, Delivery.SPLIT)
    mutants = plan_mutants(migration, MutationConfig(), before=Schema(), after=None)
    told = [mutant.description for mutant in mutants]
    wider = re.compile(r"ignores the condition [o.]*id BETWEEN batch_start|asks for [o.]*id NOT BETWEEN")
    assert len([each for each in told if wider.search(each)]) == bounds
    assert any("id >= batch_start.id AND" in each for each in told)


def test_many_rows_here_or_in_production_make_an_offer() -> None:
    locks = (Lock("customers", LockMode.ROW_SHARE), Lock("orders", LockMode.ROW_EXCLUSIVE))
    few = Profile("UPDATE orders", 0, "", (0.1,), rows=20, locks=locks)
    none = Profile("UPDATE orders", 0, "", (0.1,), rows=0, locks=locks)
    assert not may_help(Aim.ROWS, few, production={"customers": 5000})
    assert may_help(Aim.ROWS, few, production={"orders": 5000})
    assert not may_help(Aim.ROWS, none, production={"orders": 5000})
    assert not may_help(Aim.LOCKS, few, production={"orders": 5000})


@pytest.mark.parametrize(
    ("rows", "better"),
    [
        (1_000, []),
        (9_000, ["at most 1000 rows of orders are locked at once, not 9000"]),
        (80_000_000, ["at most 1000 rows of orders are locked at once, not 10000"]),
    ],
)
def test_a_backfill_is_tried_on_as_many_rows_as_production_has(
    rows: int, better: list[str], tmp_path: Path, workbench: Workbench
) -> None:
    (tmp_path / "confiture.toml").write_text(f"[scale]\nsizes = {{ orders = {rows} }}\n")
    eased = ease_text(tmp_path, f"{ORDERS}-- 2_total.sql\n{UPDATE}", workbench)
    assert [word for gain in eased.gains for word in gain.words] == better
    assert not eased.refused


def test_tables_that_are_referred_to_grow_as_well(tmp_path: Path, workbench: Workbench) -> None:
    (tmp_path / "confiture.toml").write_text("[scale]\nsizes = { orders = 9000 }\n")
    base = "CREATE TABLE customers (id int PRIMARY KEY);\n"
    base += (
        "CREATE TABLE orders (id int PRIMARY KEY, total int, customer_id int NOT NULL UNIQUE REFERENCES customers);\n"
    )
    (gain,) = ease_text(tmp_path, f"{base}-- 2_total.sql\n{UPDATE}", workbench).gains
    assert gain.words == ("at most 1000 rows of orders are locked at once, not 9000",)


def test_only_the_statement_that_was_chosen_is_put_into_a_loop(tmp_path: Path, workbench: Workbench) -> None:
    (tmp_path / "confiture.toml").write_text("[scale]\nsizes = { orders = 9000 }\n")
    text = f"{ORDERS}-- 2_total.sql\n{UPDATE}UPDATE orders SET customer_id = NULL;\n"
    eased = ease_text(tmp_path, text, workbench, chosen=frozenset({"batches UPDATE orders"}))
    assert [gain.statement.text for gain in eased.gains] == [UPDATE.rstrip(";\n")]


@pytest.mark.parametrize(
    ("table", "rows", "reason"),
    [
        (
            "orders (id int PRIMARY KEY, total int)",
            20,
            "it writes no more than 1000 rows, as far as is",
        ),
        ("orders (id boolean PRIMARY KEY, total int)", 5000, "orders cannot be filled with more rows"),
    ],
)
def test_who_asks_for_batches_hears_why_there_are_none(
    table: str, rows: int, reason: str, tmp_path: Path, workbench: Workbench
) -> None:
    (tmp_path / "confiture.toml").write_text(f"[scale]\nsizes = {{ orders = {rows} }}\n")
    text = f"CREATE TABLE {table};\n-- 2_total.sql\n{UPDATE}"
    eased = ease_text(tmp_path, text, workbench, chosen=frozenset({"batches UPDATE orders"}))
    (refused,) = eased.refused
    assert refused.reason.startswith(reason)


def _batched(root: Path, layout: str, name: str, text: str) -> str:
    """The text with the loop, or the reason why there is none, which may be empty; nothing is known of the tables."""
    path = root / "migrations" / name
    path.parent.mkdir(parents=True)
    (root / "confiture.toml").write_text(f'layout = "{layout}"\nmigrations = "migrations"\n')
    path.write_bytes(text.encode())
    (migration,) = load_project(root, environment={}).history.migrations
    found = (each for remedy, each in proposals(Situation(migration, layout)) if remedy.name == "batches")
    match next(found, None):
        case Relief(edits=edits):
            return apply_edits(migration.up.source, edits)
        case Refusal(reason=reason):
            return reason
        case None:
            return ""
