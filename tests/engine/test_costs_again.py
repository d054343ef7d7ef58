"""The same text run again raises no alarm; a text that does more work does."""

import json
import re
from pathlib import Path

import pytest

from confiture.engine import compare
from confiture.engine.check import profile
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.model.event import Found, Profiled

UP = "CREATE TABLE a (id int);\nINSERT INTO a SELECT g FROM generate_series(1, 1000) g;\n"


def run(root: Path, workbench: Workbench) -> tuple[list[str], list[Profiled]]:
    project = load_project(root, environment={})
    events = list(profile(project, project.history.migrations[-1], workbench=workbench))
    codes = [event.finding.code for event in events if isinstance(event, Found)]
    return codes, [event for event in events if isinstance(event, Profiled)]


def test_twenty_identical_runs_raise_no_alarm(shop: Path, workbench: Workbench) -> None:
    alarms = [code for _ in range(20) for code in run(shop, workbench)[0] if code == "regression"]
    assert alarms == []


def test_a_slower_text_is_an_alarm_at_its_statement(tmp_path: Path, workbench: Workbench) -> None:
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    file = migrations / "001_rows.sql"
    file.write_text(UP)
    assert run(tmp_path, workbench)[0] == []
    file.write_text(UP.replace("SELECT g", "SELECT g + (pg_sleep(0.02) IS NULL)::int").replace("1000", "5"))
    codes, profiled = run(tmp_path, workbench)
    assert codes == ["regression"]
    assert [event.comparison.regressed for event in profiled] == [False, True]


def test_a_busy_machine_takes_longer_for_a_proof_and_misses_nothing(
    tmp_path: Path, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "PROOF_SECONDS", 0.0)
    file = migration_of(tmp_path, UP)
    run(tmp_path, workbench)
    file.write_text(UP.replace("SELECT g", "SELECT g + (pg_sleep(0.02) IS NULL)::int").replace("1000", "5"))
    assert run(tmp_path, workbench)[0] == ["regression"]


def migration_of(root: Path, text: str) -> Path:
    (root / "migrations").mkdir(exist_ok=True)
    file = root / "migrations" / "001_rows.sql"
    file.write_text(text)
    return file


def test_an_alarm_says_by_how_much_against_what_and_measured_how(tmp_path: Path, workbench: Workbench) -> None:
    slow = "INSERT INTO a SELECT length(md5(g::text)) FROM generate_series(1, {}) g;"
    file = migration_of(tmp_path, f"CREATE TABLE a (id int);\n{slow.format(20_000)}\n")
    run(tmp_path, workbench)
    file.write_text(f"CREATE TABLE a (id int);\n{slow.format(60_000)}\n")
    codes, profiled = run(tmp_path, workbench)
    assert codes == ["regression"]
    comparison = profiled[1].comparison
    pattern = r"[23]\.\d\d× \([\d.]+–[\d.]+\) the (processor )?time of the text accepted on [\d-]+, in \d+ runs of each"
    assert re.match(pattern, comparison.reason)
    assert comparison.ratio is not None
    assert 2 < comparison.ratio < 4


def test_a_changed_text_that_costs_the_same_is_no_alarm(tmp_path: Path, workbench: Workbench) -> None:
    file = migration_of(tmp_path, UP)
    run(tmp_path, workbench)
    data = json.loads((tmp_path / ".confiture" / "baseline.json").read_text())
    for operation in data["operations"].values():
        operation["profile"] |= {"samples": [0.000_001], "cpu_seconds": 0.000_001}
    (tmp_path / ".confiture" / "baseline.json").write_text(json.dumps(data))
    file.write_text(UP.replace("SELECT g", "SELECT (g)"))
    (tmp_path / "confiture.toml").write_text("[performance]\nfloor_ms = 0\n")
    codes, profiled = run(tmp_path, workbench)
    assert codes == []
    assert profiled[1].comparison.reason.startswith("not borne out by runs side by side: ")


def test_the_same_text_that_is_slower_without_a_counter_is_no_alarm(tmp_path: Path, workbench: Workbench) -> None:
    migration_of(tmp_path, UP)
    run(tmp_path, workbench)
    file = tmp_path / ".confiture" / "baseline.json"
    data = json.loads(file.read_text())
    for operation in data["operations"].values():
        operation["profile"] |= {"samples": [0.000_001], "cpu_seconds": 0.000_001}
    file.write_text(json.dumps(data))
    (tmp_path / "confiture.toml").write_text("[performance]\nfloor_ms = 0\n")
    codes, profiled = run(tmp_path, workbench)
    assert codes == []
    assert {event.comparison.reason for event in profiled} == {
        "slower, but its text is the same and no counter bears it out"
    }


def test_the_same_text_that_reads_more_blocks_is_an_alarm_elsewhere_too(tmp_path: Path, workbench: Workbench) -> None:
    migration_of(tmp_path, UP)
    run(tmp_path, workbench)
    file = tmp_path / ".confiture" / "baseline.json"
    data = json.loads(file.read_text())
    for operation in data["operations"].values():
        operation["profile"]["blocks"] //= 2
        operation["environment"]["machine"] = "another"
    file.write_text(json.dumps(data))
    codes, profiled = run(tmp_path, workbench)
    assert codes == ["regression"]
    assert re.match(r"the same text does more than on [\d-]+: \d+ → \d+ blocks", profiled[1].comparison.reason)
    assert profiled[1].comparison.ratio is None


def test_a_rewrite_that_was_not_there_is_an_alarm_however_fast(tmp_path: Path, workbench: Workbench) -> None:
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    (migrations / "001_rows.sql").write_text(UP)
    file = migrations / "002_column.sql"
    file.write_text("ALTER TABLE a ADD COLUMN b float8 DEFAULT 0;\n")
    run(tmp_path, workbench)
    file.write_text("ALTER TABLE a ADD COLUMN b float8 DEFAULT random();\n")
    codes, profiled = run(tmp_path, workbench)
    assert codes == ["regression"]
    assert profiled[0].comparison.reason.startswith("now rewrites a, other than on ")


def test_the_first_baseline_is_recorded_and_kept(tmp_path: Path, workbench: Workbench) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_rows.sql").write_text(UP)
    _, first = run(tmp_path, workbench)
    text = (tmp_path / ".confiture" / "baseline.json").read_text()
    _, second = run(tmp_path, workbench)
    assert [event.comparison.baseline for event in first] == [None, None]
    assert all(event.comparison.baseline for event in second)
    assert (tmp_path / ".confiture" / "baseline.json").read_text() == text
