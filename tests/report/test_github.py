"""Workflow commands mean to the runner of GitHub Actions what was meant."""

import re

import pytest
from reports import REPORTS

from confiture.report.github import render
from confiture.report.notice import notices
from confiture.report.selection import Detail
from confiture.report.style import visible
from confiture.report.totals import operator_name

MESSAGE = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
COMMANDS = {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"}


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """What the runner reads from a line.

    Source: https://github.com/actions/runner, src/Runner.Common/ActionCommand.cs (TryParseV2, UnescapeProperty).
    """
    line = line.lstrip()
    assert line.startswith("::")
    end = line.index("::", 2)
    command, _, rest = line[2:end].partition(" ")
    pairs = [each.split("=", 1) for each in rest.strip().split(",") if each]
    assert all(len(pair) == 2 and all(pair) for pair in pairs)
    return command, {name: _unescaped(value, PROPERTY) for name, value in pairs}, _unescaped(line[end + 2 :], MESSAGE)


def _unescaped(text: str, mappings: tuple[tuple[str, str], ...]) -> str:
    for written, meant in mappings:
        text = text.replace(written, meant)
    return text


@pytest.mark.parametrize("name", REPORTS)
def test_the_runner_reads_what_was_found(name: str) -> None:
    report = REPORTS[name]()
    told = tuple(notices(report, detail=Detail.NORMAL))
    lines = render(report).splitlines()
    assert len(lines) == len(told)
    for line, notice in zip(lines, told, strict=True):
        command, properties, message = parsed(line)
        assert command == COMMANDS[notice.finding.level.value]
        assert message == visible(notice.finding.message)
        assert properties["file"] == notice.path
        code = operator_name(notice.finding.code) if notice.finding.judgement else notice.finding.code
        assert properties["title"] == f"Confiture: {code}"
        assert ("line" in properties) == (notice.region is not None)
        if notice.region:
            assert properties["line"] == str(notice.region.start.line)
            assert properties["endLine"] == str(notice.region.end.line)


@pytest.mark.parametrize("name", REPORTS)
def test_the_runner_finds_no_fault_with_places(name: str) -> None:
    """Source: https://github.com/actions/runner, src/Runner.Worker/ActionCommandManager.cs, ValidateLinesAndColumns."""
    for line in render(REPORTS[name](), detail=Detail.VERBOSE).splitlines():
        _, properties, _ = parsed(line)
        numbers = {name: int(value) for name, value in properties.items() if name not in {"file", "title"}}
        assert numbers.keys() in ({"line", "endLine", "col", "endColumn"}, {"line", "endLine"}, set())
        if "col" in numbers:
            assert numbers["line"] == numbers["endLine"]
            assert 1 <= numbers["col"] <= numbers["endColumn"]
        if numbers:
            assert 1 <= numbers["line"] <= numbers["endLine"]


def test_nothing_that_was_read_can_give_a_command_or_steer_the_log() -> None:
    text = render(REPORTS["hostile"]()) + render(REPORTS["elsewhere"]())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert all(re.match("::(error|warning|notice) ", line) for line in text.splitlines())
