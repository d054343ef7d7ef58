"""Between offsets in a text and LSP positions: the only place that knows lines and UTF-16.

Source: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#position
"""

import re
from bisect import bisect_right
from functools import lru_cache

from lsprotocol.types import Position, PositionEncodingKind, Range

from confiture.model.span import Span

_LINE_END = re.compile(r"\r\n|\n|\r")


@lru_cache(maxsize=16)  # each keystroke makes another text
def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(match.end() for match in _LINE_END.finditer(text)))


def to_position(text: str, offset: int, *, encoding: str) -> Position:
    """The position of the code point at ``offset`` of ``text``; offsets beyond the end mean the end."""
    offset = min(offset, len(text))
    starts = _line_starts(text)
    line = bisect_right(starts, offset) - 1
    return Position(line, _units(text[starts[line] : offset], encoding))


def to_range(text: str, span: Span, *, encoding: str) -> Range:
    """The range of ``span`` in ``text``."""
    return Range(to_position(text, span.start, encoding=encoding), to_position(text, span.end, encoding=encoding))


def to_offset(text: str, position: Position, *, encoding: str) -> int:
    """The offset of the code point at ``position``; positions beyond the end of a line mean its end."""
    starts = _line_starts(text)
    if position.line >= len(starts):
        return len(text)
    start = starts[position.line]
    end = starts[position.line + 1] if position.line + 1 < len(starts) else len(text)
    line = text[start:end].rstrip("\r\n")
    units = 0
    for index, character in enumerate(line):
        if units >= position.character:
            return start + index
        units += _units(character, encoding)
    return start + len(line)


def _units(text: str, encoding: str) -> int:
    match encoding:
        case PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        case PositionEncodingKind.Utf32:
            return len(text)
        case _:
            return len(text) + sum(character > "\uffff" for character in text)
