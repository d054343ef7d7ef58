"""Lines of a text, and edits that put lines in or take them out."""

import re
from collections.abc import Iterable, Sequence

from confiture.model.span import Edit, Span

_LINE_END = re.compile(r"\r\n|\n|\r")


def line_above(text: str, offset: int, line: str) -> Edit:
    """Puts ``line`` above what begins at ``offset``, indented as that is."""
    before, end = text[line_start(text, offset) : offset], line_end_of(text)
    return Edit(Span(offset, offset), f"{end}{line}{end}" if before.strip() else f"{line}{end}{before}")


def line_below(text: str, offset: int, line: str) -> Edit:
    """Puts ``line`` below the line of ``offset``."""
    found = _LINE_END.search(text, offset)
    end = found.start() if found else len(text)
    return Edit(Span(end, end), f"{line_end_of(text)}{line}")


def whole_lines(text: str, span: Span) -> Span:
    """``span`` with all of its line, where nothing else stands there."""
    start, found = line_start(text, span.start), _LINE_END.search(text, span.end)
    alone = not text[start : span.start].strip() and not text[span.end : found.start() if found else None].strip()
    return Span(start, found.end() if found else len(text)) if alone else span


def line_start(text: str, offset: int) -> int:
    """Where the line of ``offset`` begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end_of(text: str) -> str:
    """How lines of ``text`` end."""
    found = _LINE_END.search(text)
    return found.group() if found else "\n"


def carried_over(edits: Iterable[Edit], *, source: str, text: str) -> tuple[Edit, ...] | None:
    """``edits`` of ``source`` as edits of ``text``, the template that it was made from, line by line.

    None where an edit touches what the template filled in, or where the lines are not the same in number.
    """
    made, written = source.split("\n"), text.split("\n")
    if len(made) != len(written):
        return None
    found: list[Edit] = []
    for edit in edits:
        start, end = (_carried(source, offset, made, written) for offset in (edit.span.start, edit.span.end))
        if start is None or end is None or text[start:end] != edit.span.of(source):
            return None
        found.append(Edit(Span(start, end), edit.replacement))
    return tuple(found)


def _carried(source: str, offset: int, made: Sequence[str], written: Sequence[str]) -> int | None:
    """The same place in the other text: in a line that is alike, at the beginning of one, or at its end."""
    line = source.count("\n", 0, offset)
    column = offset - (source.rfind("\n", 0, offset) + 1)
    before = sum(len(each) + 1 for each in written[:line])
    if column == 0 or made[line] == written[line]:
        return before + column
    return before + len(written[line]) if column == len(made[line]) else None
