"""Mutants on clones of a database, one for each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import ClassVar

from confiture.engine.deliver import StatementFailed, deliver, measure
from confiture.engine.interrupt import Sessions
from confiture.engine.stage import Failure, Stop, any_statement
from confiture.engine.steps import Step
from confiture.engine.workbench import Workbench
from confiture.model.migration import Migration, Role
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, apply_edits
from confiture.oracles.answer import Answer, Opinion
from confiture.oracles.sql_test import SqlTest
from confiture.postgres.errors import SqlError, SqlTimeout
from confiture.postgres.fingerprint import Fingerprint
from confiture.postgres.volatile import read_stable
from confiture.sql import parse_script


class CloneStage:
    """Clones of a database, one per mutant, on which scripts run as their tool runs them."""

    rewinds_at_once: ClassVar[bool] = False

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
        """Runs the script with ``edits``; raises what `apply_each` raises."""
        self._edits = edits
        deliver(self.session, self.script(edits), self._delivery)

    def try_out(self, edits: tuple[Edit, ...], way: Sequence[Stop]) -> Failure | None:
        try:
            self.apply(edits)
        except (SqlError, StatementFailed) as error:
            return Failure(None, error)
        return self.go(way)

    def settle(self) -> None:
        pass

    def apply_each(
        self,
        edits: tuple[Edit, ...],
        run: Callable[[Statement], object],
        *,
        which: Callable[[Statement], bool] = any_statement,
    ) -> None:
        def run_any(statement: Statement) -> object:
            return run(statement) if which(statement) else self.session.run(statement.text)

        self._edits = edits
        measure(self.session, self.script(edits), self._delivery, meter=run_any)
        self.session.forget_settings()

    def go(self, way: Sequence[Stop]) -> Failure | None:
        for stop in way:
            try:
                match stop:
                    case Step():
                        self.advance(stop)
                    case _:
                        answer = self.ask(stop)
                        if answer.opinion is not Opinion.PASSED:
                            return Failure(stop, answer)
            except (SqlTimeout, StatementFailed) as error:
                return Failure(stop, error)
        return None

    def advance(self, step: Step) -> None:
        """Runs what follows the script; raises what `apply_each` raises."""
        deliver(self.session, step.script, step.delivery)

    def ask(self, oracle: SqlTest) -> Answer:
        """Asks one test; raises what it raises."""
        self.session.begin()
        try:
            return oracle.ask(self.session)
        finally:
            if not self.session.closed:
                self.session.rollback()

    def rewind(self) -> None:
        self.renew()
        self.apply(self._edits)

    def state(self, volatile: Mapping[str, Iterable[str]]) -> Fingerprint:
        return read_stable(self.session, volatile)

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
