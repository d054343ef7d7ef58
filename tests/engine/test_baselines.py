"""The file of baselines: shared, merged, damaged, and never lost."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from confiture.engine.baselines import BaselineStore, matched, outdated
from confiture.engine.check import profile
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.errors import ProjectError
from confiture.model.event import Found, Profiled
from confiture.model.migration import Delivery, Migration
from confiture.model.profile import Baseline, Environment, Lock, LockMode, Profile
from confiture.sql import parse_script

HERE = Environment("18.6", "Linux 2 cores", 100, 0.001)
PROFILE = Profile(
    "ALTER TABLE orders",
    0,
    "ALTER TABLE orders ADD a int",
    (0.5, 0.25),
    locks=(Lock("orders", LockMode.ACCESS_EXCLUSIVE, 0.5),),
    rewrites=("orders",),
    cpu_seconds=0.2,
    blocks=7,
)


@pytest.fixture
def store(tmp_path: Path) -> BaselineStore:
    return BaselineStore(tmp_path / "deep" / "baseline.json")


def test_what_is_accepted_is_read_again(store: BaselineStore) -> None:
    store.accept({"1 ALTER TABLE orders": PROFILE}, HERE)
    [(key, baseline)] = store.load().items()
    assert (key, baseline.profile, baseline.environment) == ("1 ALTER TABLE orders", PROFILE, HERE)
    assert baseline.environment.pace == HERE.pace


def test_the_order_in_the_file_is_stable(store: BaselineStore) -> None:
    store.accept({"2 b": PROFILE, "1 a": PROFILE}, HERE)
    text = store.path.read_text("utf-8")
    assert text.index('"1 a"') < text.index('"2 b"')
    store.accept({"1 a": PROFILE}, HERE)
    assert store.path.read_text("utf-8") == text


def test_the_first_baseline_stays(store: BaselineStore) -> None:
    store.record_first({"1 a": PROFILE}, HERE)
    store.record_first({"1 a": replace(PROFILE, samples=(9.0,)), "1 b": PROFILE}, HERE)
    assert {key: baseline.profile.samples for key, baseline in store.load().items()} == {
        "1 a": (0.5, 0.25),
        "1 b": (0.5, 0.25),
    }


WHOLE = '{"format": 1, "operations": {}}'
DAMAGED = {
    "empty": ("", "Expecting value"),
    "truncated": ('{"format": 1, "operations": {"1 a": {"acc', "Unterminated string"),
    "no_object": ("[]", "cannot read the baselines"),
    "no_format": ("{}", "format"),
    "from_the_future": ('{"format": 2, "operations": {}}', "a newer Confiture wrote it"),
    "merge_conflict": (f"<<<<<<< HEAD\n{WHOLE}\n=======\n{WHOLE}\n>>>>>>> other\n", "line 1 begins a merge conflict"),
    "wrong_operation": ('{"format": 1, "operations": {"1 a": {}}}', "profile"),
    "operations_as_list": ('{"format": 1, "operations": []}', "cannot read the baselines"),
    "binary": ("\x00\x01", "cannot read the baselines"),
}


@pytest.mark.parametrize(("text", "words"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_explained_and_left_as_it_is(store: BaselineStore, text: str, words: str) -> None:
    store.path.parent.mkdir()
    store.path.write_text(text, "utf-8")
    for attempt in (store.load, lambda: store.accept({"1 a": PROFILE}, HERE)):
        with pytest.raises(ProjectError, match=words):
            attempt()
    assert store.path.read_text("utf-8") == text


@pytest.mark.parametrize("place", ["a folder in its place", "a file in the place of its folder"])
def test_a_place_that_cannot_be_written_is_explained(tmp_path: Path, place: str) -> None:
    store = BaselineStore(tmp_path / "deep" / "baseline.json")
    if place == "a folder in its place":
        store.path.mkdir(parents=True)
    else:
        store.path.parent.write_text("")
    with pytest.raises(ProjectError, match=r"baseline\.json: cannot (read|write) the baselines: "):
        store.accept({"1 a": PROFILE}, HERE)


def test_a_damaged_file_is_a_finding_and_costs_are_measured_all_the_same(tmp_path: Path, workbench: Workbench) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_a.sql").write_text("CREATE TABLE a (id int);\n")
    (tmp_path / ".confiture").mkdir()
    (tmp_path / ".confiture" / "baseline.json").write_text("<<<<<<< HEAD\n")
    project = load_project(tmp_path, environment={})
    events = list(profile(project, project.history.migrations[-1], workbench=workbench))
    [finding] = [event.finding for event in events if isinstance(event, Found)]
    assert (finding.code, finding.level.value) == ("baselines", "warning")
    assert "line 1 begins a merge conflict" in finding.message
    assert [event.comparison.baseline for event in events if isinstance(event, Profiled)] == [None]
    assert (tmp_path / ".confiture" / "baseline.json").read_text() == "<<<<<<< HEAD\n"


def test_acknowledged_baselines_survive_writers_that_are_killed(repository: Path) -> None:
    command = [sys.executable, repository / "benchmarks" / "baseline_store.py", "--accepts", "40", "--processes", "3"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100).stdout
    assert "0 lost; the file was read" in said


FIRST, SECOND = "UPDATE orders SET a = 1", "UPDATE orders SET b = 1"


def baselines_of(*texts: str) -> dict[str, Baseline]:
    profiles = profiles_of(*texts)
    return {f"1 {profile.operation}": Baseline(profile, HERE, "2026-01-01") for profile in profiles}


def profiles_of(*texts: str) -> list[Profile]:
    script = parse_script(Path("a.sql"), "".join(f"{text};\n" for text in texts))
    return [Profile(statement.operation, statement.index, statement.text, (1.0,)) for statement in script.statements]


NEW = "UPDATE orders SET z = 1"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ([FIRST, SECOND], [FIRST, SECOND]),
        ([SECOND, FIRST], [SECOND, FIRST]),
        ([NEW, FIRST, SECOND], [None, FIRST, SECOND]),
        ([NEW, SECOND], [FIRST, SECOND]),
        ([SECOND], [SECOND]),
    ],
)
def test_a_statement_keeps_its_baseline_where_others_come_and_go(now: list[str], expected: list[str | None]) -> None:
    migration = Migration("1", "orders", parse_script(Path("a.sql"), ""), None, Delivery.SPLIT)
    found = matched(migration, profiles_of(*now), baselines_of(FIRST, SECOND))
    assert [baseline and baseline.profile.sql.rstrip(";") for baseline in found] == expected


@pytest.mark.parametrize(
    ("accepted", "server", "words"),
    [
        ("2026-01-01", "18.6", ""),
        ("2026-01-01", "18.9", ""),
        ("2026-01-01", "19.0", "measured on PostgreSQL 18.6"),
        ("2025-06-01", "18.6", "214 days old"),
        ("2025-06-01", None, "214 days old"),
    ],
)
def test_old_baselines_say_why_they_are(accepted: str, server: str | None, words: str) -> None:
    assert outdated(Baseline(PROFILE, HERE, accepted), today=date(2026, 1, 1), server=server) == words


def test_an_old_baseline_is_a_hint_and_is_compared_all_the_same(tmp_path: Path, workbench: Workbench) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_a.sql").write_text("CREATE TABLE a (id int);\n")
    project = load_project(tmp_path, environment={})
    for _ in profile(project, project.history.migrations[-1], workbench=workbench):
        pass
    file = tmp_path / ".confiture" / "baseline.json"
    file.write_text(re.sub(r'"accepted": "[\d-]+"', '"accepted": "2020-01-01"', file.read_text()))
    events = list(profile(project, project.history.migrations[-1], workbench=workbench))
    [finding] = [event.finding for event in events if isinstance(event, Found)]
    assert (finding.code, finding.level.value) == ("old-baseline", "hint")
    assert re.search(r"- CREATE TABLE a: \d+ days old$", finding.message)
    assert all(event.comparison.baseline for event in events if isinstance(event, Profiled))
