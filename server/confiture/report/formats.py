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
        detail: value of `style.Detail`, for formats that people read.
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
    from confiture.report.style import Detail
    from confiture.report.terminal import draw_outcome

    console = console_on(stream, color=sheet.color, width=sheet.width)
    draw_outcome(report, report.outcomes[-1], to=console, detail=Detail(sheet.detail))


def _end_on_terminal(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    from confiture.report.console import console_on
    from confiture.report.style import Detail
    from confiture.report.terminal import draw_totals

    draw_totals(report, to=console_on(stream, color=sheet.color, width=sheet.width), detail=Detail(sheet.detail))


def _nothing(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    del report, stream, sheet


def _json(report: "Report", stream: TextIO, sheet: Sheet) -> None:
    from confiture.report.mutation_json import render

    stream.write(render(report, version=sheet.version))


FORMATS = (
    Format("terminal", "a report for people", _add_to_terminal, _end_on_terminal),
    Format("json", "the mutation-testing report schema, for viewers and programs", _nothing, _json),
)


def format_named(name: str) -> Format:
    """The format called ``name``.

    Raises:
        KeyError: there is none.
    """
    return {each.name: each for each in FORMATS}[name]
