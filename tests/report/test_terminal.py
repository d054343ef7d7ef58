"""The terminal report of each hand-made report stands beside the tests as a person would see it."""

import io
import re

import pytest
from reports import REPORTS
from rich.cells import cell_len
from snapshots import check_snapshot

from confiture.report.formats import Sheet, format_named

WIDTHS = (60, 110)
DETAILS = {"quiet": 0, "normal": 1, "verbose": 2}
CASES = [(name, "normal", width) for name in REPORTS for width in WIDTHS]
CASES += [("everything", "quiet", 110), ("everything", "verbose", 110), ("unreached", "verbose", 110)]


def drawn(name: str, *, detail: str = "normal", width: int = 110, color: bool | None = False) -> str:
    stream = io.StringIO()
    sheet = Sheet(version="1.2.3", detail=DETAILS[detail], color=color, width=width)
    format_named("terminal").write(REPORTS[name](), stream, sheet)
    return stream.getvalue()


@pytest.mark.parametrize(("name", "detail", "width"), CASES)
def test_report_looks_as_it_should(name: str, detail: str, width: int) -> None:
    check_snapshot(f"{name}.{detail}.{width}.txt", drawn(name, detail=detail, width=width))


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("width", [30, 60, 110, 200])
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    for line in drawn(name, width=width).splitlines():
        assert cell_len(line) <= width, line


def test_control_characters_never_reach_the_terminal() -> None:
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", drawn("hostile"))
    assert "[bold]not markup[/bold]" in drawn("hostile", width=200)


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def output(*, color: bool | None) -> str:
        stream = Terminal()
        format_named("terminal").write(REPORTS["everything"](), stream, Sheet(version="1", color=color, width=100))
        return stream.getvalue()

    for variable in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    red = "\x1b[31m"
    assert red in output(color=None)
    assert red not in output(color=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert red not in output(color=None)
    assert "\x1b" not in drawn("everything", color=None)
