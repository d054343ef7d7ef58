"""Keeping what is shown at its place while the user types.

A run speaks of a text as it was saved. Statements that are typed in lose what was shown on them; all others keep it.
"""

import string
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from confiture.model.span import Span
from confiture.sql.lexer import block_comments

_SEARCHED = 4_000_000
"""Code points that one keystroke may search for lost statements: a few milliseconds."""
_READ = 200_000
"""Code points of a text that one keystroke may read for comments: at most 25 milliseconds."""


class Anchors:
    """Where the statements of a saved text are in the text as it is now.

    Attributes:
        source: the saved text.
        text: the present one.
    """

    def __init__(self, source: str, statements: Iterable[Span]) -> None:
        """Starts with the saved ``source`` and the extents of its ``statements``, which do not overlap."""
        self.source = source
        self.text = source
        self._statements = sorted(statements)
        self._starts = [span.start for span in self._statements]
        self._places: list[Span | None] = [*self._statements]
        self._comments: tuple[Span, ...] = ()

    def follow(self, text: str) -> None:
        """Takes ``text`` as the present one; the saved text brings everything back."""
        if text == self.source:
            self._places = [*self._statements]
        elif text != self.text:
            before, after = changed_region(self.text, text)
            places = [None if place is None else moved(place, before, after) for place in self._places]
            self._places = _found_again(self._statements, places, self.source, text)
        if text != self.text:
            self._comments = tuple(block_comments(text)) if len(text) <= _READ else ()
        self.text = text

    def place(self, span: Span) -> Span | None:
        """Where ``span`` of the saved text is now; None when its statement was typed in or commented out."""
        index = bisect_right(self._starts, span.start) - 1
        if index < 0 or span.start >= self._statements[index].end:
            return span if span.end == 0 else moved(span, *changed_region(self.source, self.text))
        statement, now = self._statements[index], self._places[index]
        if now is None or (_is_taken(self.text, now) and not _is_taken(self.source, statement)):
            return None
        if self.text != self.source and _within(now.start, self._comments):
            return None
        return span.shift(now.start - statement.start)


def moved(span: Span, before: Span, after: Span) -> Span | None:
    """``span`` once ``before`` was replaced by what is now at ``after``; None when that touched it."""
    if span.end <= before.start:
        return span
    if span.start >= before.end:
        return span.shift(after.end - before.end)
    return None


def changed_region(old: str, new: str) -> tuple[Span, Span]:
    """The smallest parts of ``old`` and ``new`` such that all around them is equal."""
    prefix = _common_length(old, new, from_end=False, limit=min(len(old), len(new)))
    suffix = _common_length(old, new, from_end=True, limit=min(len(old), len(new)) - prefix)
    return Span(prefix, len(old) - suffix), Span(prefix, len(new) - suffix)


def _common_length(old: str, new: str, *, from_end: bool, limit: int) -> int:
    """How many code points agree at one end, by bisection: comparing slices is much faster than a loop."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        same = old[len(old) - middle :] == new[len(new) - middle :] if from_end else old[:middle] == new[:middle]
        low, high = (middle, high) if same else (low, middle - 1)
    return low


def _found_again(
    statements: Sequence[Span], places: Sequence[Span | None], source: str, text: str
) -> list[Span | None]:
    """``places``, with lost statements where their saved text stands again between their neighbours.

    So an edit that is undone by hand brings back what was shown, whatever was typed elsewhere.
    """
    found = [*places]
    if found.count(None) * len(text) > _SEARCHED:
        return found
    lower = 0
    for index, statement in enumerate(statements):
        if found[index] is None:
            upper = next((place.start for place in found[index:] if place), len(text))
            found[index] = _find(statement, source, text, Span(lower, upper))
        place = found[index]
        lower = place.end if place else lower
    return found


def _find(statement: Span, source: str, text: str, region: Span) -> Span | None:
    """The place of ``statement`` of ``source`` in ``region`` of ``text``, if it is there unchanged."""
    wanted = statement.of(source)
    start = text.find(wanted, region.start, region.end)
    if start < 0:
        return None
    is_open = statement.end > len(source)  # no semicolon ends it: it goes on with whatever is typed behind it
    if is_open and start + len(wanted) < len(text):
        return None
    return Span(start, start + statement.end - statement.start)


def _within(offset: int, spans: Sequence[Span]) -> bool:
    """Whether one of ``spans``, which are in order, covers ``offset``."""
    index = bisect_right(spans, offset, key=lambda span: span.start) - 1
    return index >= 0 and offset < spans[index].end


def _is_taken(text: str, statement: Span) -> bool:
    """Whether what is before ``statement`` on its line makes a comment of it, or goes on into it."""
    line = max(text.rfind("\n", 0, statement.start), text.rfind("\r", 0, statement.start)) + 1
    before = text[line : statement.start]
    return "--" in before or bool(before[-1:].strip(";" + string.whitespace))
