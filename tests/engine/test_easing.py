"""Each case's up script is eased as its ``.expected`` file shows; what cannot be had is said there with the reason.

A case has parts: what is there before, and files of the migration in question by their names, in the migration tool's
layout that they show. What is expected is the file afterwards, then what was measured to be better, then refusals.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from easing_runs import ORDERS, ease_again, ease_text

from confiture.engine.easing.ease import proposals
from confiture.engine.easing.names import bare, constraint_name
from confiture.engine.easing.remedy import Refusal, Relief, Situation
from confiture.engine.easing.strain import Step, gains, strains
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.errors import ProjectError
from confiture.layouts import find_history
from confiture.model.migration import Delivery
from confiture.model.profile import Lock, LockMode, Profile
from confiture.model.schema import Constraint, Schema, Table
from confiture.model.span import apply_edits

CASES = sorted((Path(__file__).parent / "easing").glob("*.case"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_up_scripts_are_eased(case: Path, tmp_path: Path, workbench: Workbench, request: pytest.FixtureRequest) -> None:
    eased = ease_text(tmp_path, case.read_text(), workbench)
    up = eased.migration.up
    told = apply_edits(up.source, [eased.edit] if eased.edit else [])
    told += "".join(
        f"-- better: {gain.remedy.name}: {words}\n" for gain in eased.gains for words in gain.words
    ) + "".join(f"-- refused: {each.remedy.name}: {each.reason}\n" for each in eased.refused)
    expected = case.with_suffix(".expected")
    if request.config.getoption("--update-cases"):
        expected.write_text(told)
    assert told == expected.read_text()


DIRECTIVES = {
    "goose": ("00001_a.sql", "-- +goose Up\n{}", "-- +goose NO TRANSACTION\n-- +goose Up\n{}"),
    "dbmate": ("1_a.sql", "-- migrate:up\n{}-- migrate:down\n", "-- migrate:up transaction:false\n{}-- migrate:down\n"),
    "sqlx": ("1_a.sql", "-- Why.\n{}", "-- no-transaction\n-- Why.\n{}"),
    "tern": ("001_a.sql", "{}", "---- tern: disable-tx ----\n{}"),
    "atlas": ("20240101000000_a.sql", "{}", "-- atlas:txmode none\n\n{}"),
    "liquibase": (
        "a.sql",
        "--liquibase formatted sql\n--changeset me:1\n{}",
        "--liquibase formatted sql\n--changeset me:1 runInTransaction:false\n{}",
    ),
    "flyway": ("V1__a.sql", "{}", "{}"),
}
"""By layout: a file, its text around an index, and its text around one that is built CONCURRENTLY."""


@pytest.mark.parametrize("layout", DIRECTIVES)
def test_migration_tools_are_told_not_to_begin_a_transaction(layout: str, tmp_path: Path) -> None:
    name, before, after = DIRECTIVES[layout]
    (tmp_path / "confiture.toml").write_text(f'layout = "{layout}"\nmigrations = "migrations"\n')
    path = tmp_path / "migrations" / name
    path.parent.mkdir()
    path.write_text(before.format("CREATE INDEX total ON orders (total);\n"))
    config = load_project(tmp_path, environment={}).config
    (migration,) = find_history(config).migrations
    proposal = next(each for remedy, each in proposals(Situation(migration, layout)) if remedy.name == "concurrently")
    assert isinstance(proposal, Relief)
    assert migration.delivery is Delivery.TRANSACTION
    text = apply_edits(migration.up.source, proposal.edits)
    assert text == after.format("CREATE INDEX CONCURRENTLY total ON orders (total);\n")
    (again,) = find_history(config, texts={migration.up.path: text}).migrations
    assert again.delivery is not Delivery.TRANSACTION


@pytest.mark.parametrize(
    ("layout", "name", "reason"),
    [
        ("diesel", "1_a/up.sql", "run_in_transaction = false into a metadata.toml"),
        ("pop", "20240101000000_a.up.sql", "in .autocommit.up.sql"),
        ("supabase", "20240101000000_a.sql", "supabase runs it in a transaction, and no line in the file changes that"),
    ],
)
def test_tools_that_no_line_in_the_file_tells_are_named(layout: str, name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "confiture.toml").write_text(f'layout = "{layout}"\nmigrations = "migrations"\n')
    path = tmp_path / "migrations" / name
    path.parent.mkdir(parents=True)
    path.write_text("CREATE INDEX total ON orders (total);\n")
    (migration,) = load_project(tmp_path, environment={}).history.migrations
    proposal = next(each for remedy, each in proposals(Situation(migration, layout)) if remedy.name == "concurrently")
    assert isinstance(proposal, Refusal)
    assert reason in proposal.reason


def test_what_was_eased_needs_nothing_more(tmp_path: Path, workbench: Workbench) -> None:
    text = "-- 2_checks.sql\nALTER TABLE orders ALTER COLUMN total SET NOT NULL;\n"
    eased = ease_text(tmp_path, f"{ORDERS}{text}", workbench)
    assert eased.edit
    up = eased.migration.up
    up.path.write_text(apply_edits(up.source, [eased.edit]))
    again = ease_again(tmp_path, workbench)
    assert (again.edit, again.refused) == (None, ())


def test_only_what_is_chosen_is_tried(tmp_path: Path, workbench: Workbench) -> None:
    text = "-- 2_index.sql\nCREATE INDEX total ON orders (total);\n"
    chosen = frozenset({"lock-timeout CREATE INDEX total"})
    eased = ease_text(tmp_path, f"{ORDERS}{text}", workbench, chosen=chosen)
    assert [gain.remedy.name for gain in eased.gains] == ["lock-timeout"]


def test_a_script_that_fails_as_it_is_is_said(tmp_path: Path, workbench: Workbench) -> None:
    with pytest.raises(ProjectError, match=r'2 index fails as it is: .*column "missing" does not exist'):
        ease_text(tmp_path, f"{ORDERS}-- 2_index.sql\nCREATE INDEX ON orders (missing);\n", workbench)


def test_constraints_are_named_as_postgresql_names_them(workbench: Workbench, tmp_path: Path) -> None:
    table, column = "t" * 40, "c" * 40
    text = (
        f"CREATE TABLE p (id int PRIMARY KEY);\nCREATE TABLE {table} (id int PRIMARY KEY, {column} int);\n"
        f'CREATE TABLE "Odd ""name" (a int, CONSTRAINT "Odd ""name_a_check" CHECK (a > 1));\n'
        f"-- 2_add.sql\nALTER TABLE {table} ADD FOREIGN KEY ({column}) REFERENCES p;\n"
        f'ALTER TABLE "Odd ""name" ADD CHECK (a > 0);\n'
    )
    eased = ease_text(tmp_path, text, workbench)
    assert not eased.refused
    assert [gain.remedy.name for gain in eased.gains][:2] == ["validate-later", "validate-later"]


def test_the_first_free_name_is_taken() -> None:
    taken = Constraint("orders_total_check1", "CHECK", ("total",), "CHECK (total > 0)")
    schema = Schema({"orders": Table("orders", (), (taken, _named("orders_total_check")))})
    assert constraint_name("orders", ["total"], "check", schema=schema) == "orders_total_check2"
    assert bare('shop."Big ""deal"') == 'Big "deal'


def test_a_script_that_locks_one_table_less_and_another_more_is_no_better() -> None:
    before = strains([_step(Lock("orders", LockMode.ACCESS_EXCLUSIVE))])
    assert gains(before, strains([_step(Lock("customers", LockMode.SHARE))])) is None
    assert gains(before, strains([])) == ("orders is no longer locked ACCESS EXCLUSIVE",)


def test_a_second_short_lock_is_no_worse_but_a_second_long_one_is() -> None:
    long = _step(Lock("orders", LockMode.SHARE), scans=("orders",))
    short = _step(Lock("orders", LockMode.SHARE))
    assert gains(strains([long]), strains([short, replace(short, transaction=1)])) == (
        "orders is no longer locked SHARE while rows are read",
    )
    assert gains(strains([long]), strains([long, replace(long, transaction=1)])) is None


def _named(name: str) -> Constraint:
    return Constraint(name, "CHECK", ("total",), "CHECK (total > 1)")


def _step(lock: Lock, *, scans: tuple[str, ...] = ()) -> Step:
    return Step(Profile("ALTER TABLE", 0, "", (0.1,), locks=(lock,), scans=scans), 0, "2s")
