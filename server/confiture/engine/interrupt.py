"""Runs that can be closed from any thread, in mid-statement too."""

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from confiture.postgres.errors import Interrupted
from confiture.postgres.server import Server
from confiture.postgres.session import Session

Item_co = TypeVar("Item_co", covariant=True)


class Sessions:
    """Opens the sessions of one run and interrupts them all."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._open: set[Session] = set()
        self._interrupted = False

    @contextmanager
    def open(self, database: str) -> Generator[Session]:
        """A session of the run on ``database``.

        Raises:
            Interrupted: the run was closed.
        """
        with Session(self._server, database) as session:
            with self._lock:
                if self._interrupted:
                    raise Interrupted
                self._open.add(session)
            try:
                yield session
            finally:
                with self._lock:
                    self._open.discard(session)

    def interrupt(self) -> None:
        """Ends what the sessions do now and whatever they are asked later."""
        with self._lock:
            self._interrupted = True
            sessions = tuple(self._open)
        for session in sessions:
            session.interrupt()


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
