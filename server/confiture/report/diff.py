"""A mutant as the lines it takes away and the lines it puts there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from confiture.model.span import Edit, Span, apply_edits
from confiture.report.place import line_starts, lines_of, position_of


@dataclass(frozen=True, slots=True)
class Change:
    """Consecutive lines of a file that edits replace.

    Attributes:
        line: number of the first line, from 1.
        removed: the lines as they are.
        added: the lines as the edits make them.
    """

    line: int
    removed: tuple[str, ...]
    added: tuple[str, ...]


def changes(source: str, edits: Iterable[Edit]) -> tuple[Change, ...]:
    """What ``edits`` do to ``source``, in the order of the file.

    Lines that stay as they are and lines of blanks that a removal leaves are not part of it.
    """
    return tuple(_change(source, lines, group) for lines, group in _groups(source, sorted(edits)))


def shared_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters the two lines share at their beginning, and at their end of what is left."""
    prefix = _common(old, new)
    return prefix, _common(old[prefix:][::-1], new[prefix:][::-1])


def _groups(source: str, edits: Iterable[Edit]) -> Iterator[tuple[Span, list[Edit]]]:
    """Edits that share a line, with the lines they touch as a span of line numbers, last one included."""
    lines: Span | None = None
    group: list[Edit] = []
    for edit in edits:
        touched = Span(position_of(source, edit.span.start).line, position_of(source, edit.span.end).line)
        if lines and touched.start <= lines.end:
            lines = Span(lines.start, max(lines.end, touched.end))
            group.append(edit)
            continue
        if lines:
            yield lines, group
        lines, group = touched, [edit]
    if lines:
        yield lines, group


def _change(source: str, lines: Span, edits: list[Edit]) -> Change:
    starts = line_starts(source)
    start = starts[lines.start - 1]
    end = starts[lines.end] if lines.end < len(starts) else len(source)
    shifted = [Edit(edit.span.shift(-start), edit.replacement) for edit in edits]
    before = lines_of(source[start:end])
    after = lines_of(apply_edits(source[start:end], shifted))
    same = _common(before, after)
    before, after = before[same:], after[same:]
    tail = _common(before[::-1], after[::-1])
    removed, added = before[: len(before) - tail], after[: len(after) - tail]
    return Change(
        line=lines.start + same,
        removed=tuple(line.rstrip() for line in removed),
        added=tuple(line.rstrip() for line in added if line.strip()),
    )


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items the two share at their beginning."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
