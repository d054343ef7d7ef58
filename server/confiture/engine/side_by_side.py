"""Judging mutants in several databases at once: the same verdicts, in the same order, in less time."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event
from typing import TypeAlias

from confiture.model.mutant import Mutant
from confiture.model.verdict import Judgement

_PIECES_PER_DATABASE = 4
_SMALLEST_PIECE = 4
"""Each piece starts with a connection and the true statements before its first mutant."""

JudgePiece: TypeAlias = Callable[[Sequence[Mutant], str], Iterable[Judgement]]
"""Judges mutants, in the order of their statements, in one database that nobody else uses."""


def judge_side_by_side(
    mutants: Sequence[Mutant], judge: JudgePiece, *, databases: Sequence[str]
) -> Iterator[Judgement]:
    """Judges ``mutants`` piece by piece, each piece in whichever of ``databases`` is free.

    What ends one piece with an error ends them all. When the iterator is closed, each database still finishes its
    present mutant, unless the run is interrupted.
    """
    pieces = deque(_pieces(mutants, databases=len(databases)))
    found: SimpleQueue[Judgement | None] = SimpleQueue()
    stop = Event()

    def work(database: str) -> None:
        try:
            while not stop.is_set() and (piece := _next(pieces)):
                for judgement in judge(piece, database):
                    found.put(judgement)
                    if stop.is_set():
                        break
        except BaseException:
            stop.set()
            raise
        finally:
            found.put(None)

    with ThreadPoolExecutor(len(databases), thread_name_prefix="confiture-judge") as pool:
        workers = [pool.submit(work, database) for database in databases]
        try:
            yield from _in_order(mutants, found, workers=len(workers))
        finally:
            stop.set()
        for worker in workers:
            worker.result()


def _pieces(mutants: Sequence[Mutant], *, databases: int) -> Iterator[Sequence[Mutant]]:
    """Runs of neighbours, so that few of the true statements are run more than once."""
    size = max(_SMALLEST_PIECE, -(-len(mutants) // (databases * _PIECES_PER_DATABASE)))
    return (mutants[start : start + size] for start in range(0, len(mutants), size))


def _next(pieces: deque[Sequence[Mutant]]) -> Sequence[Mutant]:
    try:
        return pieces.popleft()
    except IndexError:
        return ()


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
