"""Runs migrations one after the other and folds their events."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, TypeAlias

from confiture.cli.progress import watching
from confiture.cli.stream import Item, events_of
from confiture.model.shard import WHOLE, Shard

if TYPE_CHECKING:
    from confiture.cli.scope import Scope
    from confiture.engine.interrupt import Run
    from confiture.engine.outcome import Outcome
    from confiture.engine.workbench import Workbench
    from confiture.model.event import Event
    from confiture.model.migration import Migration

Start: TypeAlias = "Callable[[Migration], Run[Event]]"


def checks(scope: "Scope", workbench: "Workbench", *, shard: Shard = WHOLE) -> Start:
    """Starts checks of the migrations of ``scope``, which judge the mutants of ``shard``."""
    from confiture.engine.check import check

    return lambda migration: check(scope.project, migration, workbench=workbench, shard=shard)


def profiles(scope: "Scope", workbench: "Workbench", *, scale: bool = False) -> Start:
    """Starts runs that only apply, undo and measure; ``scale`` also measures with more rows."""
    from confiture.engine.check import profile

    return lambda migration: profile(scope.project, migration, workbench=workbench, scale=scale)


def messages(migrations: "Iterable[Migration]", start: "Callable[[Migration], Run[Item]]") -> "Iterator[Item]":
    """All that the runs of ``migrations`` say, one run after the other."""
    for migration in migrations:
        with closing(events_of(start(migration))) as said:
            yield from said


def outcomes(scope: "Scope", start: Start, *, color: bool | None, watched: bool = True) -> "Iterator[Outcome]":
    """The outcome of each migration of ``scope``, as soon as it is there.

    Args:
        scope: what to run.
        start: what a run is.
        color: False draws the progress bar without colours.
        watched: False draws none.
    """
    total = len(scope.migrations)
    for number, migration in enumerate(scope.migrations, start=1):
        with watching(f"{number}/{total}", color=color, shown=watched) as tell:
            outcome = _outcome(start(migration), tell=tell)
        yield outcome


def _outcome(run: "Run[Event]", *, tell: "Callable[[Event], None]") -> "Outcome":
    from confiture.engine.outcome import collect

    def told() -> "Iterator[Event]":
        for event in events:
            tell(event)
            yield event

    with closing(events_of(run)) as events:
        return collect(told())
