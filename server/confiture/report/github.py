"""Workflow commands of GitHub Actions: each finding becomes an annotation of its line.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands (the commands),
https://github.com/actions/toolkit, packages/core/src/command.ts (escaping), and https://github.com/actions/runner,
src/Runner.Worker/ActionCommandManager.cs (ValidateLinesAndColumns: columns only where the region is within a line).
"""

from collections.abc import Iterator

from confiture.model.finding import Level
from confiture.report.notice import Notice, notices
from confiture.report.place import Region
from confiture.report.report import Report
from confiture.report.selection import Detail
from confiture.report.style import visible
from confiture.report.totals import operator_name

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFORMATION: "notice", Level.HINT: "notice"}
_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = _IN_MESSAGES | str.maketrans({":": "%3A", ",": "%2C"})


def render(report: Report, *, detail: Detail = Detail.NORMAL) -> str:
    """The commands for all outcomes of ``report``, one a line."""
    return "".join(f"{_command(notice)}\n" for notice in notices(report, detail=detail))


def _command(notice: Notice) -> str:
    finding = notice.finding
    title = operator_name(finding.code) if finding.judgement else finding.code
    properties = {"file": notice.path, **dict(_place(notice.region)), "title": f"Confiture: {title}"}
    written = ",".join(f"{name}={visible(value).translate(_IN_PROPERTIES)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.level]} {written}::{visible(finding.message).translate(_IN_MESSAGES)}"


def _place(region: Region | None) -> Iterator[tuple[str, str]]:
    if region is None:
        return
    yield "line", str(region.start.line)
    yield "endLine", str(region.end.line)
    if region.start.line == region.end.line:
        yield "col", str(region.start.column)
        yield "endColumn", str(region.end.column)
