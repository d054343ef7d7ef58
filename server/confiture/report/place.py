"""Where an offset of a file stands, in the lines and columns that people count."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from confiture.model.span import Span

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A line and a column, both from 1; columns count code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a text: from ``start`` up to ``end``, which is behind its last character."""

    start: Position
    end: Position


def region_of(text: str, span: Span) -> Region:
    """The lines and columns of ``span``."""
    return Region(position_of(text, span.start), position_of(text, span.end))


@lru_cache(maxsize=64)
def line_starts(text: str) -> tuple[int, ...]:
    """The offset at which each line of ``text`` begins; CRLF, LF and CR end a line."""
    return (0, *(match.end() for match in _LINE_BREAK.finditer(text)))


def position_of(text: str, offset: int) -> Position:
    """Line and column of ``offset``; an offset beyond the text is its end."""
    offset = max(0, min(offset, len(text)))
    starts = line_starts(text)
    line = bisect_right(starts, offset)
    return Position(line, offset - starts[line - 1] + 1)


def placed(path: str, source: str | None, offset: int) -> str:
    """``path:line:column``, or the path alone where the text is not known."""
    if source is None:
        return path
    position = position_of(source, offset)
    return f"{path}:{position.line}:{position.column}"


def lines_of(text: str) -> list[str]:
    """The lines of ``text`` without their ends."""
    return _LINE_BREAK.split(text)


def line_of(text: str, line: int) -> str:
    """The text of line number ``line``, without its end; empty when there is no such line."""
    starts = line_starts(text)
    if not 1 <= line <= len(starts):
        return ""
    end = starts[line] if line < len(starts) else len(text)
    return text[starts[line - 1] : end].rstrip("\r\n")
