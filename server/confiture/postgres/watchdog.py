"""A thread that stops what another thread waits for."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

_INTERVAL_SECONDS = 0.25


class Watchdog:
    """Calls ``bite`` when an armed deadline passes, and again every quarter of a second until it is disarmed.

    One thread serves all deadlines of its owner, and is started by the first of them. It is woken for a deadline that
    is earlier than the one it waits for; a later one it finds by itself. ``bite`` gets the number of times it was
    called before for this deadline; it must not raise.
    Guarantee: once `disarm` has returned, ``bite`` neither runs nor will run for that deadline.
    """

    def __init__(self, bite: Callable[[int], None]) -> None:
        self._bite = bite
        self._condition = threading.Condition()
        self._when: float | None = None
        self._sleeps_until: float | None = None
        self._bites = 0
        self._biting = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def arm(self, when: float) -> None:
        """Sets the deadline to ``when``, a `time.monotonic` value; a past one fires at once."""
        with self._condition:
            if self._closed:
                return
            self._when = when
            self._bites = 0
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="confiture-watchdog", daemon=True)
                self._thread.start()
            elif self._sleeps_until is None or when < self._sleeps_until:
                self._condition.notify_all()

    def disarm(self) -> None:
        """Takes the deadline back and waits until a call that is under way has ended."""
        with self._condition:
            self._when = None
            if self._thread is not threading.current_thread():
                self._condition.wait_for(lambda: not self._biting)

    def close(self) -> None:
        """Ends the thread."""
        with self._condition:
            self._closed = True
            self._when = None
            self._condition.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _watch(self) -> None:
        with self._condition:
            while not self._closed:
                left = None if self._when is None else self._when - time.monotonic()
                if left is None or left > 0:
                    self._sleeps_until = self._when
                    self._condition.wait(left)
                    self._sleeps_until = None
                    continue
                self._when = time.monotonic() + _INTERVAL_SECONDS
                bites, self._bites, self._biting = self._bites, self._bites + 1, True
                self._condition.release()
                try:
                    self._bite(bites)
                finally:
                    self._condition.acquire()
                    self._biting = False
                    self._condition.notify_all()
