"""The formats a report can be written in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TextIO, TypeAlias

if TYPE_CHECKING:
    from confiture.report.report import Report

Writer: TypeAlias = "Callable[[Report, TextIO, Sheet], None]"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a report is written on.

    Attributes:
        version: of Confiture.
        detail: value of `selection.Detail`; ``json`` and ``junit`` say all in any case.
        color: False draws no colours; None lets the stream and ``NO_COLOR`` decide.
        width: cells of a line; None asks the terminal.
    """

    version: str
    detail: int = 1
    color: bool | None = None
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a report.

    Attributes:
        add: writes the last outcome of the report, when it has just been added.
        end: writes what remains to be said when all outcomes are there.
    """

    name: str
    summary: str
    add: "Writer"
    end: "Writer"

    def write(self, report: "Report", stream: TextIO, sheet: Sheet) -> None:
        """Writes the whole of ``report``."""
        for count in range(1, len(report.outcomes) + 1):
            self.add(replace(report, outcomes=report.outcomes[:count]), stream, sheet)
        self.end(report, stream, sheet)


# The writers import what they need when they are used: rich alone would triple the time of `confiture --help`.


def _add_to_terminal(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    from confiture.report.console import console_on
    from confiture.report.selection import Detail
    from confiture.report.terminal import draw_outcome

    console = console_on(stream, color=sheet.color, width=sheet.width)
    draw_outcome(report, report.outcomes[-1], to=console, detail=Detail(sheet.detail))


def _end_on_terminal(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    from confiture.report.console import console_on
    from confiture.report.selection import Detail
    from confiture.report.terminal import draw_totals

    draw_totals(report, to=console_on(stream, color=sheet.color, width=sheet.width), detail=Detail(sheet.detail))


def _nothing(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    del report, stream, sheet


def _json(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    from confiture.report.mutation_json import render

    stream.write(render(report, version=sheet.version))


def _sarif(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    from confiture.report.sarif import render
    from confiture.report.selection import Detail

    stream.write(render(report, version=sheet.version, detail=Detail(sheet.detail)))


def _junit(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    from confiture.report.junit import render

    del sheet
    stream.write(render(report))


def _add_to_github(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    from confiture.report.github import render
    from confiture.report.selection import Detail

    stream.write(render(replace(report, outcomes=report.outcomes[-1:]), detail=Detail(sheet.detail)))


def _end_on_github(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    _end_on_terminal(report, stream, replace(sheet, detail=0, color=False))


def _gitlab(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    from confiture.report.gitlab import render
    from confiture.report.selection import Detail

    stream.write(render(report, detail=Detail(sheet.detail)))


def _html(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    from confiture.report.html import render
    from confiture.report.selection import Detail

    stream.write(render(report, version=sheet.version, detail=Detail(sheet.detail)))


FORMATS = (
    Format("terminal", "a report for people", _add_to_terminal, _end_on_terminal),
    Format("json", "the mutation-testing report schema, for viewers and programs", _nothing, _json),
    Format("sarif", "for code scanning and editors", _nothing, _sarif),
    Format("junit", "a test for each mutant, for CI servers", _nothing, _junit),
    Format("github", "annotations of GitHub Actions", _add_to_github, _end_on_github),
    Format("gitlab", "Code Quality of GitLab", _nothing, _gitlab),
    Format("html", "a page for people, in one file", _nothing, _html),
)


def format_named(name: str) -> Format:
    """The format called ``name``.

    Raises:
        KeyError: there is none.
    """
    return {each.name: each for each in FORMATS}[name]
