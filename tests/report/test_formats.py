"""What each format writes of each hand-made report stands in a file beside the tests."""

import io
import re
from dataclasses import replace

import pytest
import test_terminal
from reports import REPORTS
from snapshots import SNAPSHOTS, check_snapshot

from confiture.report.formats import FORMATS, Format, Sheet, format_named

SHEET = Sheet(version="1.2.3", width=110)
ENDINGS = {"sarif": "sarif", "junit": "junit.xml", "github": "github.txt", "gitlab": "gitlab.json", "html": "html"}
STYLE = re.compile("<style>.*</style>", re.DOTALL)
CASES = [(name, kind) for name in REPORTS for kind in ENDINGS]


def written(report: str, kind: str, sheet: Sheet = SHEET) -> str:
    stream = io.StringIO()
    format_named(kind).write(REPORTS[report](), stream, sheet)
    return stream.getvalue()


@pytest.mark.parametrize(("report", "kind"), CASES)
def test_report_looks_as_it_should(report: str, kind: str) -> None:
    check_snapshot(f"{report}.{ENDINGS[kind]}", STYLE.sub("<style>…</style>", written(report, kind)))


def test_no_snapshot_is_stale() -> None:
    wanted = {f"{report}.{ENDINGS[kind]}" for report, kind in CASES} | {f"{name}.json" for name in REPORTS}
    wanted |= {f"{name}.{detail}.{width}.txt" for name, detail, width in test_terminal.CASES}
    assert {path.name for path in SNAPSHOTS.iterdir()} == wanted


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_adding_outcomes_one_by_one_writes_the_same(kind: Format) -> None:
    report, parts = REPORTS["everything"](), io.StringIO()
    for count in range(1, len(report.outcomes) + 1):
        kind.add(replace(report, outcomes=report.outcomes[:count]), parts, SHEET)
    kind.end(report, parts, SHEET)
    assert parts.getvalue() == written("everything", kind.name)


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_every_format_ends_its_last_line_and_is_utf_8(kind: Format) -> None:
    for report in REPORTS:
        text = written(report, kind.name)
        assert text.endswith("\n")
        assert text.encode()


@pytest.mark.parametrize("kind", ["sarif", "github", "gitlab", "html"])
def test_loudness_decides_how_much_is_said(kind: str) -> None:
    quiet, normal, verbose = (written("everything", kind, replace(SHEET, detail=detail)) for detail in range(3))
    assert "Down does not undo up" in quiet
    assert "No test would notice" not in quiet
    assert "bend_check" not in quiet
    assert "UPDATE becomes nothing" in normal
    assert "total becomes total" not in normal
    assert "total becomes total" in verbose


@pytest.mark.parametrize("kind", ["sarif", "github", "gitlab", "html"])
def test_that_no_test_reaches_a_migration_is_said_once(kind: str) -> None:
    assert "No test reaches this migration" in written("unreached", kind)
    assert "Not covered" not in written("unreached", kind)
    assert "not covered:" not in written("unreached", kind).lower()
    assert "not covered:" in written("unreached", kind, replace(SHEET, detail=2)).lower()
