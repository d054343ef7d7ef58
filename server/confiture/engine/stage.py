"""Where a mutant is run: in a transaction that is rolled back, or on a clone of its own."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

from confiture.engine.deliver import deliver, measure
from confiture.engine.interrupt import Sessions
from confiture.engine.steps import Step
from confiture.engine.workbench import Workbench
from confiture.model.migration import Migration, Role
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span, apply_edits
from confiture.oracles.answer import Answer
from confiture.oracles.sql_test import SqlTest
from confiture.postgres.deferred import run_deferred
from confiture.postgres.session import Session
from confiture.sql import parse_script
from confiture.sql.transactional import as_transactional


class Stage(Protocol):
    """A database in the state that a script finds, for one mutant after the other."""

    session: Session

    def script(self, edits: tuple[Edit, ...]) -> Script:
        """The script with ``edits``, in the form in which it runs here."""
        ...

    def apply(self, edits: tuple[Edit, ...]) -> None:
        """Runs the script with ``edits``."""
        ...

    def apply_each(self, edits: tuple[Edit, ...], run: Callable[[Statement], object]) -> None:
        """Runs the script with ``edits`` statement by statement through ``run``."""
        ...

    def ask(self, oracle: SqlTest) -> Answer:
        """Asks one test."""
        ...

    def advance(self, step: Step) -> None:
        """Runs what follows the script."""
        ...

    def rewind(self) -> None:
        """Goes back to the state right after `apply`."""
        ...

    def undo(self, migration: Migration) -> None:
        """Runs the down script of ``migration``."""
        ...


class TransactionStage:
    """A transaction in which the statements before the one with index ``first`` have run.

    The caller makes a savepoint before each mutant and returns to it afterwards.
    """

    def __init__(self, session: Session, script: Script, *, first: int) -> None:
        self.session = session
        self._path = script.path
        self._text = transactional(script)
        self._start = script.statements[first - 1].end if first else 0

    def script(self, edits: tuple[Edit, ...]) -> Script:
        """The rest of the script, as one transaction can hold it."""
        text = apply_edits(self._text, edits)
        return parse_script(self._path, text, keep=[Span(self._start, len(text))])

    def apply(self, edits: tuple[Edit, ...]) -> None:
        self.session.run(apply_edits(self._text, edits)[self._start :])
        self._mark()

    def apply_each(self, edits: tuple[Edit, ...], run: Callable[[Statement], object]) -> None:
        for statement in self.script(edits).statements:
            run(statement)
        self._mark()

    def _mark(self) -> None:
        run_deferred(self.session)
        self.session.savepoint("applied")

    def ask(self, oracle: SqlTest) -> Answer:
        return oracle.ask(self.session)

    def advance(self, step: Step) -> None:
        self.session.run(transactional(step.script))
        run_deferred(self.session)

    def rewind(self) -> None:
        self.session.rollback_to("applied")

    def undo(self, migration: Migration) -> None:
        self.session.run(transactional(migration.script(Role.DOWN)))
        run_deferred(self.session)


class CloneStage:
    """Clones of a database, one per mutant, on which scripts run as their tool runs them."""

    def __init__(
        self, workbench: Workbench, sessions: Sessions, migration: Migration, *, role: Role, template: str | None
    ) -> None:
        self._workbench = workbench
        self._sessions = sessions
        self._template = template
        self._original = migration.script(role)
        self._delivery = migration.delivery_of(role)
        self._resources = ExitStack()
        self._edits: tuple[Edit, ...] = ()
        self.renew()

    def script(self, edits: tuple[Edit, ...]) -> Script:
        return parse_script(self._original.path, apply_edits(self._original.text, edits))

    def apply(self, edits: tuple[Edit, ...]) -> None:
        self.apply_each(edits, lambda statement: self.session.run(statement.text))

    def apply_each(self, edits: tuple[Edit, ...], run: Callable[[Statement], object]) -> None:
        self._edits = edits
        measure(self.session, self.script(edits), self._delivery, meter=run)

    def ask(self, oracle: SqlTest) -> Answer:
        self.session.begin()
        try:
            return oracle.ask(self.session)
        finally:
            if not self.session.closed:
                self.session.rollback()

    def advance(self, step: Step) -> None:
        deliver(self.session, step.script, step.delivery)

    def rewind(self) -> None:
        self.renew()
        self.apply(self._edits)

    def undo(self, migration: Migration) -> None:
        deliver(self.session, migration.script(Role.DOWN), migration.delivery_of(Role.DOWN))

    def renew(self) -> None:
        """Takes a new clone; the one before is dropped."""
        self.close()
        database = self._resources.enter_context(self._workbench.clone(self._template))
        self.session = self._resources.enter_context(self._sessions.open(database))

    def close(self) -> None:
        """Drops the clone."""
        self._resources.close()


def transactional(script: Script) -> str:
    """The script's text as one transaction can hold it.

    Raises:
        ValueError: no transaction can; ask `fits_transaction` first.
    """
    text = as_transactional(script.text)
    if text is None:
        raise ValueError(f"{script.path} cannot run in a transaction")
    return text
