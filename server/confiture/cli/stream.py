"""A run's events on the main thread, so that signals end it at once."""

import threading
from collections.abc import Generator
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from confiture.engine.interrupt import Run

Item = TypeVar("Item")


class _End:
    """The run is over; ``error`` says why if it did not end by itself."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def events_of(run: "Run[Item]") -> "Generator[Item]":
    """The events of ``run``, which works in a thread of its own.

    Python handles signals on the main thread, between two of its instructions; a main thread that waits inside the
    database driver would notice Ctrl-C late. Closing this generator closes the run and waits until it has let go of
    its scratch databases.
    """
    queue: SimpleQueue[Item | _End] = SimpleQueue()

    def work() -> None:
        try:
            for event in run:
                queue.put(event)
        except BaseException as error:  # noqa: BLE001 - raised again on the main thread
            queue.put(_End(error))
        else:
            queue.put(_End(None))

    thread = threading.Thread(target=work, name="confiture-run")
    thread.start()
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        if item.error:
            raise item.error
    finally:
        run.close()
        thread.join()
