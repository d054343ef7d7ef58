"""Putting statements into a script, before or behind its own."""

import re
from collections.abc import Iterator, Sequence

from confiture.model.lines import line_end_of, line_start
from confiture.model.script import Script
from confiture.model.span import Edit, Span
from confiture.sql.kinds import is_transaction_control

_MARKER = re.compile(
    r"\s*--+\s*(\+goose|migrate:|liquibase|changeset|precondition|atlas:|tern:|create above|no-transaction)",
    re.IGNORECASE,
)
"""Comments that tell a migration tool where a script begins: nothing may come before them."""


def prepended(script: Script, statements: Sequence[str]) -> Iterator[Edit]:
    """Puts ``statements`` before the first one of ``script`` that does something, and before the comments above it."""
    own = [each for each in script.statements if not (is_transaction_control(each.tokens) or each.kind == "SET")]
    if statements and own:
        start = _above(script, own[0].span.start)
        yield Edit(Span(start, start), f"{_text(script, statements)}{line_end_of(script.source) * 2}")


def appended(script: Script, statements: Sequence[str]) -> Iterator[Edit]:
    """Puts ``statements`` behind the last one of ``script``, before a COMMIT."""
    if not statements:
        return
    newline, text = line_end_of(script.source), _text(script, statements)
    own = [each for each in script.statements if not is_transaction_control(each.tokens)]
    if own:
        last = own[-1]
        missing = ";" if last.end == last.span.end else ""
        yield Edit(Span(last.end, last.end), f"{missing}{newline}{text}")
        return
    end = script.statements[0].end if script.statements else len(script.source.rstrip())
    yield Edit(Span(end, end), f"{newline if end else ''}{text}{newline}")


def _above(script: Script, offset: int) -> int:
    """The beginning of the comments that stand right above the line of ``offset``."""
    start = line_start(script.text, offset)
    if script.text[start:offset].strip():
        return offset
    while start:
        before = script.text.rfind("\n", 0, start - 1) + 1
        line = script.text[before:start]
        if not line.lstrip().startswith("--") or _MARKER.match(line):
            break
        start = before
    return start


def _text(script: Script, statements: Sequence[str]) -> str:
    newline = line_end_of(script.source)
    return newline.join(f"{statement};" for statement in statements).replace("\n", newline)
