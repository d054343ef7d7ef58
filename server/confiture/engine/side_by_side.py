"""Judging mutants in several databases at once: the same verdicts, in the same order, in less time."""

import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby, islice
from queue import SimpleQueue
from threading import Event, Lock
from typing import TypeAlias, TypeVar

from confiture.model.mutant import Mutant
from confiture.model.verdict import Judgement

_TURN_SECONDS = 0.0005
_TOGETHER = 4
"""Mutants of one statement that a thread takes at once: with more, the last one would keep the others waiting."""

Where = TypeVar("Where")

JudgeAll: TypeAlias = Callable[[Iterator[Mutant], Where], Iterable[Judgement]]
"""Judges the mutants that it takes, which come in the order of their statements, where nobody else is."""


@contextmanager
def short_turns() -> Generator[None]:
    """Threads that wait for PostgreSQL get the interpreter soon after its answer: each has little to do with it."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _TURN_SECONDS))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def judge_side_by_side(
    mutants: Sequence[Mutant], judge: JudgeAll[Where], *, places: Sequence[Where]
) -> Iterator[Judgement]:
    """Judges ``mutants``, each in whichever of ``places`` is free, and tells them in their order.

    What ends one place with an error ends them all. When the iterator is closed, each place still finishes its
    present mutant, unless the run is interrupted.
    """
    source = _Shared(mutants)
    found: SimpleQueue[Judgement | None] = SimpleQueue()

    def work(place: Where) -> None:
        try:
            for judgement in judge(source.take(), place):
                found.put(judgement)
        except BaseException:
            source.stop()
            raise
        finally:
            found.put(None)

    with short_turns(), ThreadPoolExecutor(len(places), thread_name_prefix="confiture-judge") as pool:
        workers = [pool.submit(work, place) for place in places]
        try:
            yield from _in_order(mutants, found, workers=len(workers))
        finally:
            source.stop()
        for worker in workers:
            worker.result()


class _Shared:
    """Mutants that several threads take, each mutant once, until it is stopped.

    Those of one statement go to one thread, a few at a time: to go from one statement to the next costs as much as a
    cheap mutant.
    """

    def __init__(self, mutants: Iterable[Mutant]) -> None:
        self._parts = _parts(mutants)
        self._stopped = Event()
        self._lock = Lock()

    def take(self) -> Iterator[Mutant]:
        """For one of the threads."""
        while part := self._next_part():
            for mutant in part:
                if self._stopped.is_set():
                    return
                yield mutant

    def stop(self) -> None:
        """There is no next one from now on."""
        self._stopped.set()

    def _next_part(self) -> Sequence[Mutant]:
        with self._lock:
            return next(self._parts, ())


def _parts(mutants: Iterable[Mutant]) -> Iterator[Sequence[Mutant]]:
    for _, same in groupby(mutants, key=lambda mutant: (mutant.role, mutant.statement)):
        while part := tuple(islice(same, _TOGETHER)):
            yield part


def _in_order(
    mutants: Sequence[Mutant], found: "SimpleQueue[Judgement | None]", *, workers: int
) -> Iterator[Judgement]:
    """What is ``found``, in the order of ``mutants``; ends early when all workers have."""
    ready: dict[str, Judgement] = {}
    for mutant in mutants:
        while mutant.id not in ready:
            judgement = found.get()
            if judgement:
                ready[judgement.mutant.id] = judgement
            elif (workers := workers - 1) == 0:
                return
        yield ready.pop(mutant.id)
