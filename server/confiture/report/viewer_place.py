"""Places in a file as viewers of the mutation-testing report schema count them, which is as JavaScript does.

The schema names no unit for columns. Its viewer cuts the source with JavaScript's `substring`, so they are UTF-16 code
units, and it also breaks lines at the two Unicode separators.
"""

import re
from bisect import bisect_right
from functools import lru_cache
from typing import Any

from confiture.model.span import Span

_LINE_BREAK = re.compile("\r\n|[\r\n\u2028\u2029]")
_LAST_OF_ONE_UNIT = "\uffff"


def location_of(source: str, span: Span) -> dict[str, dict[str, int]]:
    """``span`` of ``source`` as lines and columns, both from 1."""
    return {"start": _position_of(source, span.start), "end": _position_of(source, span.end)}


def span_at(source: str, location: Any) -> Span:
    """The span of ``source`` that ``location``, read from JSON, means: the way back from `location_of`.

    Raises:
        LookupError: there is no such place.
    """
    return Span(_offset_at(source, location["start"]), _offset_at(source, location["end"]))


def _position_of(source: str, offset: int) -> dict[str, int]:
    starts = _line_starts(source)
    line = bisect_right(starts, offset)
    before = source[starts[line - 1] : offset]
    return {"line": line, "column": len(before) + sum(char > _LAST_OF_ONE_UNIT for char in before) + 1}


def _offset_at(source: str, position: Any) -> int:
    line, units = int(position["line"]), int(position["column"]) - 1
    if line < 1 or units < 0:
        raise LookupError(f"line {line}, column {units + 1}")
    offset = _line_starts(source)[line - 1]
    if source.isascii():
        offset, units = offset + units, 0
    while units > 0:
        units -= 2 if source[offset] > _LAST_OF_ONE_UNIT else 1
        offset += 1
    if offset > len(source):
        raise LookupError(f"line {line} ends before column {position['column']}")
    return offset


@lru_cache(maxsize=64)
def _line_starts(source: str) -> tuple[int, ...]:
    return (0, *(match.end() for match in _LINE_BREAK.finditer(source)))
