"""What a run does now, on standard error, while a person watches."""

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, assert_never

from confiture.model.event import Applied, Finished, Found, Judged, Planned, Profiled, Progress, Started, Undone

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from confiture.model.event import Event


@contextmanager
def watching(prefix: str, *, color: bool | None, shown: bool) -> "Generator[Callable[[Event], None]]":
    """Gives a function to be told each event of one migration; it draws only on a terminal.

    Args:
        prefix: which migration of how many, such as ``3/12``.
        color: False draws no colours.
        shown: False draws nothing at all.
    """
    if not shown or not sys.stderr.isatty():
        yield _ignore
        return
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    from confiture.report.console import console_on

    bar = Bar(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
        console=console_on(sys.stderr, color=color),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None, count="")
        state = _State()

        def tell(event: "Event") -> None:
            state.see(event)
            total = state.total or None
            count = f"{state.done}/{total}" if total else ""
            bar.update(task, description=f"{prefix} {state.what}", completed=state.done, total=total, count=count)

        yield tell


def _ignore(event: "Event") -> None:
    del event


class _State:
    """The words and numbers of the bar, folded from events."""

    def __init__(self) -> None:
        self.title = ""
        self.what = ""
        self.done = 0
        self.total = 0

    def see(self, event: "Event") -> None:
        """Takes ``event`` in."""
        match event:
            case Started(migration):
                self.title, self.done, self.total = migration.title, 0, 0
                self._say("starting")
            case Progress(message, done, total):
                self.done, self.total = done, total
                self._say(message)
            case Planned(mutants=mutants):
                self.done, self.total = 0, len(mutants)
                self._say("judging mutants")
            case Judged():
                self.done += 1
                self._say("judging mutants")
            case Applied():
                self._say("applied")
            case Undone():
                self._say("undone")
            case Profiled():
                self._say("measuring costs")
            case Found() | Finished():
                pass
            case _:
                assert_never(event)

    def _say(self, what: str) -> None:
        self.what = f"{self.title} · {what}"
