"""Clones that are made ahead, each with a session that has read the catalog: a run then begins at once."""

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

from confiture.errors import DatabaseError
from confiture.postgres.costs import CostMeter
from confiture.postgres.errors import SqlError
from confiture.postgres.fingerprint import read_inventory
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server
from confiture.postgres.session import Session
from confiture.postgres.touched import TouchedStates

logger = logging.getLogger(__name__)

_DEAR_SECONDS = 0.5
"""A clone that takes longer than this takes room on the disk too; no more than that one is made ahead."""


@dataclass(frozen=True, slots=True)
class Spare:
    """A clone that nobody has used; who takes it closes it."""

    session: Session
    scratch: Scratch

    def close(self) -> None:
        """Ends the session and drops the clone."""
        self.session.close()
        self.scratch.drop(self.session.database)


class Spares:
    """The spare clones of one base state, the one that was wanted last. Methods may be called from any thread.

    Only a server of our own has them: on another, idle connections are in the way of others.
    """

    def __init__(self, server: Server, scratch: Scratch) -> None:
        self._server = server
        self._scratch = scratch
        self._wake = threading.Condition()
        self._template: str | None = None
        self._count = 0
        self._ready: list[Spare] = []
        self._thread: threading.Thread | None = None

    def want(self, template: str, count: int) -> None:
        """Makes ``count`` clones of ``template`` ready, in a thread of its own; those of another are dropped.

        Where its clones were wanted before, that is all: more in the midst of a run would be in its way.
        """
        with self._wake:
            if not self._server.private or template == self._template:
                return
            unwanted, self._ready = self._ready, []
            self._template, self._count = template, count
        _drop(unwanted)
        self.want_again(count)

    def want_again(self, count: int) -> None:
        """Makes as many as are missing of ``count`` clones of the same template, in a thread of its own."""
        with self._wake:
            self._count = count
            if self._template is not None and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="confiture-spares", daemon=True)
                self._thread.start()

    def take(self, template: str) -> Spare | None:
        """One that is ready, to be closed by its taker; None when there is none."""
        with self._wake:
            return self._ready.pop() if self._ready and template == self._template else None

    def wait(self) -> None:
        """Waits until all that is wanted is ready, or cannot be made."""
        with self._wake:
            self._wake.wait_for(lambda: self._thread is None)

    def close(self) -> None:
        """Drops all, and makes no more."""
        with self._wake:
            self._template, unwanted, self._ready = None, self._ready, []
        self.wait()
        _drop(unwanted)

    def _work(self) -> None:
        try:
            while template := self._next():
                started = perf_counter()
                spare = self._make(template)
                dear = perf_counter() - started > _DEAR_SECONDS
                with self._wake:
                    wanted = template == self._template
                    if wanted:
                        self._ready.append(spare)
                        self._count = 1 if dear else self._count
                if not wanted:
                    _drop([spare])
        except (DatabaseError, SqlError) as error:  # a run that needs a clone will say what is wrong
            logger.info("no clone is made ahead: %s", error)
            with self._wake:
                self._thread = None
                self._wake.notify_all()

    def _next(self) -> str | None:
        """The template of the next one; None, and the thread is to end, when there are enough."""
        with self._wake:
            if self._template is not None and len(self._ready) < self._count:
                return self._template
            self._thread = None
            self._wake.notify_all()
            return None

    def _make(self, template: str) -> Spare:
        database = self._scratch.create(template)
        try:
            session = Session(self._server, database)
        except DatabaseError:
            self._scratch.drop(database)
            raise
        spare = Spare(session, self._scratch)
        try:
            _read_catalog(session)
        except (DatabaseError, SqlError):
            _drop([spare])
            raise
        return spare


def _read_catalog(session: Session) -> None:
    """Lets PostgreSQL plan our queries and read the tables, which takes longer than all that follows.

    It forgets all plans when a schema comes or goes, as that of temporary objects would with each test that makes some.
    """
    session.query("CREATE TEMP TABLE confiture (); DROP TABLE confiture")
    session.begin()
    inventory = read_inventory(session)
    TouchedStates(inventory, inventory.fingerprint, expected=()).read(session, {})
    CostMeter(session).prepare()
    CostMeter(session, disk=False).prepare()
    session.rollback()


def _drop(spares: list[Spare]) -> None:
    for spare in spares:
        with suppress(DatabaseError):
            spare.close()
