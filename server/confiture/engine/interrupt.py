"""Runs that can be closed from any thread, in mid-statement too."""

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from confiture.oracles.program import Stoppable
from confiture.postgres.errors import Interrupted
from confiture.postgres.server import Server
from confiture.postgres.session import Session

Item_co = TypeVar("Item_co", covariant=True)


class Sessions:
    """Opens the sessions of one run, and interrupts them and its programs all at once."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._open: set[Stoppable] = set()
        self._interrupted = False

    @contextmanager
    def open(self, database: str) -> Generator[Session]:
        """A session of the run on ``database``.

        Raises:
            Interrupted: the run was closed.
        """
        with Session(self._server, database) as session, self.watched(session):
            yield session

    @contextmanager
    def watched(self, stoppable: Stoppable) -> Generator[None]:
        """While the context is open, `interrupt` ends ``stoppable`` too.

        Raises:
            Interrupted: the run was closed before.
        """
        with self._lock:
            if self._interrupted:
                raise Interrupted
            self._open.add(stoppable)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(stoppable)

    def interrupt(self) -> None:
        """Ends what the sessions do now and whatever they are asked later."""
        with self._lock:
            self._interrupted = True
            stoppables = tuple(self._open)
        for stoppable in stoppables:
            stoppable.interrupt()


class Run(Generic[Item_co]):
    """A stream of events that ends early when it is closed."""

    def __init__(self, server: Server, produce: Callable[[Sessions], Generator[Item_co]]) -> None:
        self._sessions = Sessions(server)
        self._items = produce(self._sessions)
        self._closed = False

    def __iter__(self) -> Iterator[Item_co]:
        """The events; none after `close`."""
        try:
            for item in self._items:
                if self._closed:
                    break
                yield item
        except Interrupted:
            return
        finally:
            self._items.close()

    def close(self) -> None:
        """Ends the run from any thread; what it holds on the server is let go by the iterating thread."""
        self._closed = True
        self._sessions.interrupt()

    def __enter__(self) -> "Run[Item_co]":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
