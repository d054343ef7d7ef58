"""Keeping what is shown at its place while the user types.

A run speaks of a text as it was saved. Statements that are typed in lose what was shown on them; all others keep it.
"""

from collections.abc import Iterable

from confiture.model.span import Span


class Anchors:
    """Where the statements of a saved text are in the text as it is now.

    Attributes:
        source: the saved text.
        text: the present one.
    """

    def __init__(self, source: str, statements: Iterable[Span]) -> None:
        """Starts with the saved ``source`` and the extents of its ``statements``."""
        self.source = source
        self.text = source
        self._places: dict[Span, Span | None] = {span: span for span in statements}

    def follow(self, text: str) -> None:
        """Takes ``text`` as the present one; the saved text brings everything back."""
        if text == self.source:
            self._places = {span: span for span in self._places}
        elif text != self.text:
            before, after = changed_region(self.text, text)
            self._places = {
                span: None if place is None else moved(place, before, after) for span, place in self._places.items()
            }
        self.text = text

    def place(self, span: Span) -> Span | None:
        """Where ``span`` of the saved text is now; None when its statement was typed in."""
        for statement, now in self._places.items():
            if statement.start <= span.start < statement.end:
                return None if now is None else span.shift(now.start - statement.start)
        return span if span.end == 0 else moved(span, *changed_region(self.source, self.text))


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
