"""Long scripts, such as schema dumps and bulk loads, without most of what repeats itself."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import TypeAlias

from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span
from confiture.sql import parse_script
from confiture.sql.readings import read_once
from confiture.sql.splits import row_ends

LONGEST = 30_000
"""Characters of a script that are read. Of a longer one, what repeats itself is left out, then the middle."""
LONGEST_STATEMENT = 15_000
"""A statement of a longer script is left out when it has more characters, its repeated rows not counted."""
KEPT = 10
"""How many are read of what repeats itself, half of them at its beginning and half at its end."""

_SHORT = 2_000
_ALIKE = frozenset({"INSERT", "UPDATE", "DELETE", "SELECT", "COMMENT", "GRANT", "REVOKE"})


Parts: TypeAlias = tuple[Statement, list[Span]]
"""A statement and what is read of it."""


@dataclass(frozen=True, slots=True)
class Abridged:
    """A script to look for mistakes in.

    Attributes:
        script: what is left, as a script of its own.
        statements: those of the whole script that are left, wholly or in part.
        gaps: where in ``script`` something is missing, each with how much is missing up to it.
    """

    script: Script
    statements: tuple[Statement, ...]
    gaps: tuple[tuple[int, int], ...] = ()

    def restored(self, edits: Iterable[Edit]) -> tuple[Edit, ...] | None:
        """``edits`` in their places of the whole script; None when one changes what is missing."""
        if any(self._cuts(edit) for edit in edits):
            return None
        return tuple(Edit(self.place(edit.span), edit.replacement) for edit in edits)

    def place(self, span: Span) -> Span:
        """``span`` in the whole script; what is missing at its end is not part of it."""
        start = span.start + self._missing(span.start)
        return Span(start, start if span.start == span.end else span.end - 1 + self._missing(span.end - 1) + 1)

    def _missing(self, offset: int) -> int:
        index = bisect_right(self.gaps, offset, key=lambda gap: gap[0])
        return self.gaps[index - 1][1] if index else 0

    def _cuts(self, edit: Edit) -> bool:
        """Whether something is missing within ``edit``, unless this removes the statement that it is missing from."""
        index = bisect_right(self.gaps, edit.span.start, key=lambda gap: gap[0])
        if index == len(self.gaps) or self.gaps[index][0] >= edit.span.end:
            return False
        return bool(edit.replacement) or not any(edit.span.contains(each.span) for each in self.script.statements)


@read_once
def abridged(script: Script) -> Abridged:
    """``script`` itself, or what is read of it when it is longer than `LONGEST`."""
    if len(script.text) <= LONGEST:
        return Abridged(script, script.statements)
    readable = (statement for statement in _unlike(script.statements) if statement.kind != "UNREADABLE")
    kept = _fitting((statement, _parts(statement)) for statement in readable)
    places = [span for _, parts in kept for span in parts]
    gaps: list[tuple[int, int]] = []
    length = missing = 0
    for span in places:
        if span.start != length + missing:
            missing = span.start - length
            gaps.append((length, missing))
        length += span.end - span.start
    text = "".join(span.of(script.text) for span in places)
    return Abridged(parse_script(script.path, text), tuple(statement for statement, _ in kept), tuple(gaps))


def _unlike(statements: Iterable[Statement]) -> Iterator[Statement]:
    """All but the middle of each run of statements that do the same to the same table."""
    for (kind, _), run in groupby(statements, key=lambda statement: (statement.kind, statement.table)):
        alike = list(run)
        yield from _ends(alike) if kind in _ALIKE else alike


def _ends(items: list[Statement]) -> list[Statement]:
    return items if len(items) <= KEPT else items[: KEPT // 2] + items[-KEPT // 2 :]


def _parts(statement: Statement) -> list[Span]:
    """The statement with its semicolon, without those in the middle of its many rows."""
    whole = Span(statement.span.start, statement.end)
    rows = row_ends(statement.text) if len(statement.text) > _SHORT else []
    if len(rows) <= KEPT:
        return [whole]
    gap = Span(rows[KEPT // 2 - 1], rows[-KEPT // 2 - 1]).shift(whole.start)
    return [Span(whole.start, gap.start), Span(gap.end, whole.end)]


def _fitting(found: Iterable[Parts]) -> list[Parts]:
    """As many as may be read, from the beginning and from the end."""
    readable = [each for each in found if _length(each) <= LONGEST_STATEMENT]
    first = _beginning(readable)
    last = _beginning(readable[: len(first) - 1 if first else None : -1])
    return first + last[::-1]


def _beginning(found: list[Parts]) -> list[Parts]:
    lengths = accumulate(_length(each) for each in found)
    return [each for each, length in zip(found, lengths, strict=False) if length <= LONGEST // 2]


def _length(parts: Parts) -> int:
    return sum(span.end - span.start for span in parts[1])
