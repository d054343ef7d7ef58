"""Each statement is charged with its own locks, for as long as its transaction holds them."""

from pathlib import Path

import pytest

from confiture.engine.check import profile
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.model.event import Profiled
from confiture.model.profile import Profile
from confiture.report.words import lock_words

TABLE = """
CREATE TABLE a (id int);
INSERT INTO a SELECT generate_series(1, 100);
CREATE TABLE b (id int);
CREATE TABLE c (id int PRIMARY KEY);
"""


def profiles_of(root: Path, workbench: Workbench, text: str) -> list[Profile]:
    (root / "migrations").mkdir()
    (root / "migrations" / "001_tables.sql").write_text(TABLE)
    (root / "migrations" / "002_change.sql").write_text(text)
    project = load_project(root, environment={})
    events = profile(project, project.history.migrations[-1], workbench=workbench)
    return [event.comparison.profile for event in events if isinstance(event, Profiled)]


ONE = "ALTER TABLE a ADD COLUMN x int;"
TWO = "UPDATE a SET x = 1 + (pg_sleep(0.02) IS NULL)::int WHERE id = 1;"
THREE = "ALTER TABLE a ALTER COLUMN x SET DEFAULT 3;"


@pytest.mark.parametrize("around", [("", ""), ("BEGIN;", "COMMIT;")])
def test_a_lock_that_the_transaction_has_already_is_seen_again(
    tmp_path: Path, workbench: Workbench, around: tuple[str, str]
) -> None:
    profiles = profiles_of(tmp_path, workbench, "\n".join([around[0], ONE, TWO, THREE, around[1]]))
    measured = [profile for profile in profiles if profile.locks]
    assert [[f"{lock.mode.label} on {lock.table}" for lock in profile.locks] for profile in measured] == [
        ["ACCESS EXCLUSIVE on a"],
        ["ROW EXCLUSIVE on a"],
        ["ACCESS EXCLUSIVE on a"],
    ]


def test_a_statement_outside_a_transaction_is_charged_with_all_its_locks(tmp_path: Path, workbench: Workbench) -> None:
    [profile] = profiles_of(tmp_path, workbench, "ALTER TABLE b ADD FOREIGN KEY (id) REFERENCES c;")
    assert [lock.table for lock in profile.locks] == ["b", "c"]


def test_a_lock_is_held_to_the_end_of_its_transaction(tmp_path: Path, workbench: Workbench) -> None:
    profiles = profiles_of(tmp_path, workbench, f"BEGIN;\n{ONE}\n{TWO}\nCOMMIT;\n{THREE}")
    first, last = profiles[1], profiles[4]
    assert first.locks[0].held_seconds == pytest.approx(sum(profile.seconds for profile in profiles[1:4]))
    assert first.locks[0].held_seconds > first.seconds
    assert last.locks[0].held_seconds == pytest.approx(last.seconds)


def test_what_a_lock_stops_is_said_in_words(tmp_path: Path, workbench: Workbench) -> None:
    [profile] = profiles_of(tmp_path, workbench, "CREATE INDEX ON a (id);")
    [lock] = profile.locks
    words = lock_words(lock.mode, [lock])
    assert words.startswith("SHARE: blocks INSERT, UPDATE, DELETE on a for ")
    assert words.endswith(" ms")


def test_a_statement_that_fails_alone_keeps_what_was_seen(tmp_path: Path, workbench: Workbench) -> None:
    steps = ("CREATE TEMP TABLE t (id int) ON COMMIT DROP", "LOCK TABLE a", "INSERT INTO t SELECT id FROM a")
    profiles = profiles_of(tmp_path, workbench, f"BEGIN; {'; '.join(steps)}; COMMIT;")
    assert [[lock.mode.label for lock in profile.locks] for profile in profiles] == [
        [],
        [],
        ["ACCESS EXCLUSIVE"],
        ["ACCESS SHARE"],
        [],
    ]
