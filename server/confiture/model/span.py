"""Places in a text and edits of them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range ``[start, end)`` of code points in the text of one file."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The part of ``text`` that this span covers."""
        return text[self.start : self.end]

    def shift(self, by: int) -> "Span":
        """This span moved right by ``by`` code points (left when negative)."""
        return Span(self.start + by, self.end + by)

    def contains(self, other: "Span") -> bool:
        """Whether ``other`` lies within this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """``span`` of a text replaced by ``replacement``; an empty span inserts."""

    span: Span
    replacement: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with all ``edits`` made; every span refers to the original ``text``.

    Raises:
        ValueError: two edits overlap.
    """
    parts: list[str] = []
    position = 0
    for edit in sorted(edits):
        if edit.span.start < position:
            raise ValueError(f"edits overlap at offset {edit.span.start}")
        parts += (text[position : edit.span.start], edit.replacement)
        position = edit.span.end
    parts.append(text[position:])
    return "".join(parts)


def merged(text: str, edits: Iterable[Edit]) -> Edit:
    """One edit that does what all ``edits`` of ``text`` do.

    Raises:
        ValueError: two edits overlap, or there is none.
    """
    ordered = sorted(edits)
    if not ordered:
        raise ValueError("there is no edit to merge")
    span = Span(ordered[0].span.start, max(edit.span.end for edit in ordered))
    inside = [Edit(edit.span.shift(-span.start), edit.replacement) for edit in ordered]
    return Edit(span, apply_edits(span.of(text), inside))
