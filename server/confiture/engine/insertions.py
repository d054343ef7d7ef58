"""Putting statements into a script, before or behind its own."""

import re
from collections.abc import Iterator, Sequence

from confiture.engine.markers import block_around, ended, told_of
from confiture.model.lines import line_end_of, line_start
from confiture.model.script import Script
from confiture.model.span import Edit, Span
from confiture.sql.kinds import is_transaction_control

_MARKER = re.compile(
    r"\s*--+\s*(\+goose|migrate:|liquibase|changeset|precondition|atlas:|tern:|create above|no-transaction)",
    re.IGNORECASE,
)
"""Comments that tell a migration tool where a script begins: nothing may come before them."""


def prepended(script: Script, statements: Sequence[str], *, layout: str) -> Iterator[Edit]:
    """Puts ``statements`` before the first one of ``script`` that does something, and before the comments above it."""
    own = [each for each in script.statements if not (is_transaction_control(each.tokens) or each.kind == "SET")]
    if statements and own:
        block = block_around(script, own[0].span.start, layout=layout)
        start = _above(script, block.start if block else own[0].span.start)
        text = ended(script, start, statements, layout=layout)
        yield Edit(Span(start, start), f"{text}{line_end_of(script.source) * 2}")


def appended(script: Script, statements: Sequence[str], *, layout: str) -> Iterator[Edit]:
    """Puts ``statements`` behind the last one of ``script``, before a COMMIT.

    Raises:
        ProjectError: the file tells the migration tool to cut statements at the semicolons in them.
    """
    if not statements:
        return
    newline = line_end_of(script.source)
    own = [each for each in script.statements if not is_transaction_control(each.tokens)]
    if not own:
        end = script.statements[0].end if script.statements else len(script.source.rstrip())
        text = ended(script, end, statements, layout=layout)
        yield Edit(Span(end, end), f"{newline if end else ''}{text}{newline}")
        return
    last = own[-1]
    yield from told_of(script, last.span.start, statements, layout=layout)
    missing = ";" if last.end == last.span.end else ""
    text = ended(script, last.end, statements, layout=layout)
    if block := block_around(script, last.span.start, layout=layout):
        if missing:
            yield Edit(Span(last.end, last.end), missing)
        yield Edit(Span(block.end, block.end), f"{newline}{text}")
    else:
        yield Edit(Span(last.end, last.end), f"{missing}{newline}{text}")


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
