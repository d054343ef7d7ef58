"""Costs on more rows: what is worked out for production, and what goes wrong on the way."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from confiture.config import PostgresConfig
from confiture.engine import scale
from confiture.engine.check import profile
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench, open_workbench
from confiture.model.event import Found, Profiled
from confiture.model.finding import Finding
from confiture.model.growth import Growth

BASE = "CREATE TABLE a (id int PRIMARY KEY, b int);\nINSERT INTO a SELECT g, g FROM generate_series(1, 50) AS g;\n"
UPDATE = "UPDATE a SET b = (SELECT count(md5(g::text)) FROM generate_series(1, 300) AS g WHERE a.id IS NOT NULL);\n"
"""So much to do for each row that no noise hides how its time grows."""


def run(
    root: Path, text: str, workbench: Workbench, *, base: str = BASE, **settings: object
) -> tuple[list[Finding], list[Growth | None]]:
    """Measures ``text`` at 1×, 2× and 4× of 500 rows."""
    (root / "migrations").mkdir(exist_ok=True)
    (root / "migrations" / "001_base.sql").write_text(base)
    (root / "migrations" / "002_change.sql").write_text(text)
    small: Mapping[str, object] = {"rows": 500, "factors": [1, 2, 4], "repeats": 1}
    project = load_project(root, environment={}, overrides={"scale": {**small, **settings}})
    events = list(profile(project, project.history.migrations[-1], workbench=workbench, scale=True))
    findings = [event.finding for event in events if isinstance(event, Found)]
    return findings, [event.comparison.growth for event in events if isinstance(event, Profiled)]


def test_times_of_each_size_are_kept_with_their_rows(tmp_path: Path, workbench: Workbench) -> None:
    findings, [growth] = run(tmp_path, UPDATE, workbench, repeats=2)
    assert findings == []
    assert growth
    assert [(point.rows, len(point.seconds)) for point in growth.points] == [(n, 2) for n in (500, 1000, 2000)]
    assert (growth.table, growth.production) == ("a", None)


def test_what_follows_for_production_is_worked_out(tmp_path: Path, own_binaries: Path) -> None:
    # WAL is counted for the whole server: on one of its own, nobody else writes any.
    with open_workbench(PostgresConfig(binaries=own_binaries)) as workbench:
        _, [growth] = run(tmp_path, UPDATE, workbench, sizes={"a": 1_000_000})
    assert growth
    assert growth.production
    assert growth.production.rows == 1_000_000
    assert growth.production.seconds.middle > max(growth.points[-1].seconds)
    assert growth.production.wal_bytes.middle > 1_000_000 * 50


def test_a_lock_that_would_block_for_long_is_a_finding_also_when_a_later_statement_is_slow(
    tmp_path: Path, workbench: Workbench
) -> None:
    text = f"BEGIN;\nALTER TABLE a ADD COLUMN c int;\n{UPDATE}COMMIT;\n"
    findings, growths = run(tmp_path, text, workbench, sizes={"a": 1_000_000_000})
    [finding] = findings
    assert (finding.code, finding.level.value) == ("blocks-for-long", "warning")
    assert finding.message.startswith("ALTER TABLE a ADD COLUMN c: at 1 G rows about ")
    assert "under ACCESS EXCLUSIVE, which blocks SELECT, INSERT, UPDATE, DELETE on a" in finding.message
    assert finding.message.endswith("; another plan there would take another time")
    assert growths[1]
    assert growths[1].production
    assert growths[1].production.held.middle > growths[1].production.seconds.middle


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("UPDATE a SET b = 1;", True),
        ("ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c;", True),
        ("CREATE INDEX ON a (b);", False),
        ("ALTER TABLE a ADD CHECK (b > 0);", False),
    ],
)
def test_times_hang_on_a_plan_where_postgresql_searches_or_joins(
    tmp_path: Path, workbench: Workbench, text: str, *, planned: bool
) -> None:
    base = f"CREATE TABLE c (id int PRIMARY KEY);\nINSERT INTO c SELECT generate_series(1, 50);\n{BASE}"
    _, [growth] = run(tmp_path, text, workbench, base=base)
    assert growth
    assert growth.planned is planned


def test_a_budget_that_only_production_breaks_is_a_finding(tmp_path: Path, workbench: Workbench) -> None:
    findings, _ = run(tmp_path, f"-- confiture: budget max=30s\n{UPDATE}", workbench, sizes={"a": 1_000_000_000})
    [finding] = findings
    assert finding.code == "budget"
    assert "at 1 G rows, over the budget of 30 s" in finding.message


def test_a_statement_that_fails_with_many_rows_only_is_an_error_at_its_place(
    tmp_path: Path, workbench: Workbench
) -> None:
    text = f"{UPDATE}ALTER TABLE a ALTER COLUMN id TYPE smallint;\n"
    findings, growths = run(tmp_path, text, workbench, rows=3_000, factors=[1, 2, 4, 16])
    [finding] = findings
    assert (finding.code, finding.level.value) == ("fails-at-scale", "error")
    assert finding.message == "fails at 16×, with 48 k rows: smallint out of range (22003)"
    assert finding.span.start == text.index("ALTER")
    assert growths[0]
    assert [point.rows for point in growths[0].points] == [3_000, 6_000, 12_000]


def test_a_full_disk_at_some_size_leaves_the_smaller_ones(tmp_path: Path, workbench: Workbench) -> None:
    full = "DO $$ BEGIN IF (SELECT count(*) FROM a) > 10000 THEN RAISE disk_full; END IF; END $$;\n"
    findings, growths = run(tmp_path, f"{full}{UPDATE}", workbench, rows=1_000, factors=[1, 2, 4, 16])
    [finding] = findings
    assert finding.code == "no-room"
    assert finding.message.startswith("there was no room for it at 16×, with 16 k rows: ")
    assert growths[1]
    assert [point.rows for point in growths[1].points] == [1_000, 2_000, 4_000]


def test_sizes_for_which_there_is_no_room_are_not_begun(
    tmp_path: Path, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "free_bytes", lambda _: 1)
    findings, growths = run(tmp_path, UPDATE, workbench)
    [finding] = findings
    assert finding.code == "no-room"
    assert "Nothing was measured at 2× or above" in finding.message
    assert growths == [None]


def test_tables_that_cannot_grow_are_named(tmp_path: Path, workbench: Workbench) -> None:
    base = "CREATE TABLE a (id boolean PRIMARY KEY, b int);\nINSERT INTO a VALUES (true, 1);\n"
    findings, growths = run(tmp_path, UPDATE, workbench, base=base)
    assert [(finding.code, finding.message.splitlines()[1]) for finding in findings] == [
        ("not-grown", "- a: a key has too few possible values for more rows")
    ]
    assert growths == [None]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot read the statistics: No such file or directory; write it anew"),
        ("", "cannot read the statistics (Expecting value"),
        ('{"format": 1, "tables": {"a": {"rows": 4', "cannot read the statistics ("),
        ('{"format": 2, "tables": {}}', "format 2 is not 1"),
        ('{"format": 1, "server": "18", "tables": {"a": {"rows": -4}}}', "-4 is no number of rows or bytes"),
        ("[]", "cannot read the statistics ("),
    ],
)
def test_unreadable_statistics_are_a_finding_and_costs_are_measured_all_the_same(
    tmp_path: Path, workbench: Workbench, text: str | None, words: str
) -> None:
    if text is not None:
        (tmp_path / "sizes.json").write_text(text)
    findings, [growth] = run(tmp_path, UPDATE, workbench, statistics="sizes.json")
    [finding] = findings
    assert (finding.code, finding.level.value) == ("statistics", "warning")
    assert words in finding.message
    assert growth


def test_sizes_come_from_the_file_of_statistics_and_settings_beat_it(tmp_path: Path, workbench: Workbench) -> None:
    sizes = {"a": {"rows": 7_000_000, "bytes": 1}}
    (tmp_path / "sizes.json").write_text(json.dumps({"format": 1, "server": "18", "tables": sizes}))
    rows = [
        growth.production.rows
        for settings in ({}, {"sizes": {"a": 5}})
        for growth in run(tmp_path, UPDATE, workbench, statistics="sizes.json", **settings)[1]
        if growth and growth.production
    ]
    assert rows == [7_000_000, 5]
