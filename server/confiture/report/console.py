"""A console on a stream, and drawing on it without trailing blanks."""

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.segment import Segment, Segments

from confiture.report.style import MARGIN


class _Console(Console):
    """Leaves it to the command line what a reader that went away means; rich would end the process with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console_on(stream: TextIO, *, color: bool | None = None, width: int | None = None) -> Console:
    """A console that draws on ``stream``: coloured on a terminal unless ``NO_COLOR`` is set, never elsewhere.

    Args:
        stream: where to draw.
        color: False draws no colours, whatever the stream is.
        width: cells of a line; None asks the terminal.
    """
    no_color = True if color is False else None
    return _Console(file=stream, no_color=no_color, highlight=False, markup=False, emoji=False, width=width)


def draw(renderables: Iterable[RenderableType], *, to: Console) -> None:
    """Draws ``renderables`` one below the other; tables and indented texts leave no blanks at the ends of lines."""
    for renderable in renderables:
        for line in to.render_lines(renderable, pad=False):
            to.print(Segments([*_trimmed(line), Segment.line()]), end="")


def indented(renderable: RenderableType, *, by: int = 1) -> Padding:
    """``renderable`` with a margin on its left that wrapped lines keep."""
    return Padding(renderable, (0, 0, 0, by * len(MARGIN)), expand=False)


def _trimmed(line: list[Segment]) -> list[Segment]:
    """``line`` without blanks at its end."""
    kept = list(line)
    while kept and not kept[-1].text.strip(" "):
        kept.pop()
    if kept:
        last = kept[-1]
        kept[-1] = Segment(last.text.rstrip(" "), last.style, last.control)
    return kept
