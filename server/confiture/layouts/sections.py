"""Files that hold both ways: parts that begin with a marker line."""

import re
from collections.abc import Iterator

from confiture.model.span import Span


def parts(text: str, marker: re.Pattern[str]) -> Iterator[tuple[re.Match[str], Span]]:
    """Each match of ``marker`` with what follows it, up to the next one; the marker's own line is included."""
    found = list(marker.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)][: len(found)]
    return ((match, Span(match.start(), end)) for match, end in zip(found, ends, strict=True))
