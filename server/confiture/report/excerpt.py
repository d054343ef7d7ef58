"""Pieces of source for a terminal: a line with a caret, a mutant as a small diff."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from confiture.model.span import Edit, Span
from confiture.report.diff import Change, changes, shared_ends
from confiture.report.place import line_of, position_of
from confiture.report.style import MARGIN, visible

_SIDE = 4
"""Lines of each side of a diff that are shown."""


def caret_lines(source: str, span: Span, *, style: str, width: int) -> Iterator[Text]:
    """The line where ``span`` begins and a row of carets below it, cut to ``width`` cells."""
    start, end = position_of(source, span.start), position_of(source, span.end)
    line = line_of(source, start.line)
    stop = end.column - 1 if end.line == start.line else len(line)
    before, marked, after = line[: start.column - 1], line[start.column - 1 : stop], line[stop:]
    gutter = _gutter(str(start.line), " ")
    before, marked, after = _window(before, marked, after, room=_room(width))
    yield Text.assemble((gutter, "dim"), before, (marked, style), after)
    carets = "^" * max(1, cell_len(marked))
    yield Text.assemble((_gutter("", " "), "dim"), " " * cell_len(before), (carets, style))


def diff_lines(source: str, edits: tuple[Edit, ...], *, width: int) -> Iterator[Text]:
    """What ``edits`` do to ``source``, as removed and added lines, cut to ``width`` cells around what differs."""
    for change in changes(source, edits):
        removed, added = [visible(line) for line in change.removed], [visible(line) for line in change.added]
        frame = _frame(removed, added, room=_room(width))
        yield from _side("-", removed, frame=frame, change=change)
        yield from _side("+", added, frame=frame, change=change)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is shown of the lines of a diff.

    Attributes:
        skip: characters left out at the beginning of each line.
        room: cells for the rest.
        prefix: characters at the beginning that a single pair of lines shares; 0 where nothing is to be stressed.
        suffix: likewise at the end.
    """

    skip: int
    room: int
    prefix: int
    suffix: int


def _frame(removed: list[str], added: list[str], *, room: int) -> _Frame:
    indent = min((len(line) - len(line.lstrip()) for line in (*removed, *added) if line.strip()), default=0)
    skip = indent if indent > room // 3 else 0
    if len(removed) != 1 or len(added) != 1:
        return _Frame(skip, room, 0, 0)
    old, new = removed[0], added[0]
    prefix, suffix = shared_ends(old, new)
    if max(cell_len(old), cell_len(new)) - skip > room and prefix > room // 2:
        skip = prefix - room // 3
    return _Frame(skip, room, prefix, suffix)


def _side(sign: str, lines: list[str], *, frame: _Frame, change: Change) -> Iterator[Text]:
    style = "red" if sign == "-" else "green"
    for index, line in enumerate(lines[:_SIDE]):
        number = str(change.line + index) if sign == "-" or not change.removed else ""
        text = Text(line, style=style)
        if frame.prefix or frame.suffix:
            text.stylize("bold reverse", frame.prefix, len(line) - frame.suffix)
        if frame.skip:
            text = Text.assemble(("…", style), text[frame.skip + 1 :])
        text.truncate(frame.room, overflow="ellipsis")
        yield Text.assemble((_gutter(number, sign), "dim"), text)
    if len(lines) > _SIDE:
        yield Text(_gutter("", sign) + f"… {len(lines) - _SIDE} lines more", style="dim")


def _gutter(number: str, sign: str) -> str:
    return f"{MARGIN}{number:>6} {sign} "


def _room(width: int) -> int:
    """Cells that the gutter leaves for source; a line that no terminal can show is cut all the same."""
    return max(8, width - cell_len(_gutter("", " ")))


def _window(before: str, marked: str, after: str, *, room: int) -> tuple[str, str, str]:
    """The three parts of a line, shortened around the marked one until they fit."""
    before, marked, after = visible(before), visible(marked), visible(after)
    if cell_len(before) > room // 2:
        before = "…" + before[-(room // 2 - 1) :]
    marked = _cut(marked, room - cell_len(before))
    return before, marked, _cut(after, room - cell_len(before) - cell_len(marked))


def _cut(text: str, room: int) -> str:
    """``text`` in at most ``room`` cells."""
    if cell_len(text) <= room:
        return text
    shown = Text(text)
    shown.truncate(max(0, room), overflow="ellipsis")
    return shown.plain
