"""The same text run again raises no alarm; a text that does more work does."""

from pathlib import Path

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


def test_the_first_baseline_is_recorded_and_kept(tmp_path: Path, workbench: Workbench) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_rows.sql").write_text(UP)
    _, first = run(tmp_path, workbench)
    text = (tmp_path / ".confiture" / "baseline.json").read_text()
    _, second = run(tmp_path, workbench)
    assert [event.comparison.baseline for event in first] == [None, None]
    assert all(event.comparison.baseline for event in second)
    assert (tmp_path / ".confiture" / "baseline.json").read_text() == text
