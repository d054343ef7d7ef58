"""Lines of a text, and edits that put lines in or take them out."""

import re

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
