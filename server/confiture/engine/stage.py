"""Where a mutant is run: in a transaction that is rolled back, or on a clone of its own."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Protocol, TypeAlias, TypeGuard

from confiture.engine.deliver import StatementFailed, deliver, measure
from confiture.engine.interrupt import Sessions
from confiture.engine.steps import Step
from confiture.engine.workbench import Workbench
from confiture.model.migration import Migration, Role
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span, apply_edits
from confiture.oracles.answer import Answer, Opinion
from confiture.oracles.sql_test import SqlTest
from confiture.postgres.batch import Part
from confiture.postgres.deferred import may_defer, with_deferred
from confiture.postgres.errors import SqlError, SqlTimeout
from confiture.postgres.fingerprint import Fingerprint
from confiture.postgres.results import ResultSet
from confiture.postgres.session import Session
from confiture.postgres.touched import TouchedStates
from confiture.postgres.volatile import read_stable
from confiture.sql import parse_script
from confiture.sql.transactional import as_transactional

_APPLIED = "SAVEPOINT confiture_applied"

Stop: TypeAlias = Step | SqlTest
"""What a mutant meets on its way once it was applied."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What ended the way of a script.

    Attributes:
        stop: where that was; None when the script itself failed.
        cause: of an oracle that could answer, its answer.
    """

    stop: Stop | None
    cause: SqlError | StatementFailed | Answer


def _any(_: Statement) -> bool:
    return True


class Stage(Protocol):
    """A database in the state that a script finds, for one mutant after the other.

    Attributes:
        rewinds_at_once: `rewind` takes no time worth mentioning.
    """

    session: Session
    rewinds_at_once: ClassVar[bool]

    def script(self, edits: tuple[Edit, ...]) -> Script:
        """The script with ``edits``, in the form in which it runs here."""
        ...

    def try_out(self, edits: tuple[Edit, ...], way: Sequence[Stop]) -> Failure | None:
        """Runs the script with ``edits``, then goes the ``way`` up to the first failure, which is returned."""
        ...

    def settle(self) -> None:
        """Makes sure that the state is the one that the script finds, so that it can be looked at."""
        ...

    def apply_each(
        self, edits: tuple[Edit, ...], run: Callable[[Statement], object], *, which: Callable[[Statement], bool] = _any
    ) -> None:
        """Runs the script with ``edits``, of its statements those through ``run`` that ``which`` is true of.

        Raises:
            SqlError: a statement fails.
            StatementFailed: the same, said with its place.
        """
        ...

    def go(self, way: Sequence[Stop]) -> Failure | None:
        """Goes the ``way`` up to the first failure, which is returned."""
        ...

    def rewind(self) -> None:
        """Goes back to the state right after the script was run."""
        ...

    def state(self, volatile: Mapping[str, Iterable[str]]) -> Fingerprint:
        """The present state, as `read_stable` reads it."""
        ...

    def undo(self, migration: Migration) -> None:
        """Runs the down script of ``migration``; raises what `apply_each` raises."""
        ...


@lru_cache(maxsize=4)
def _rest(path: Path, text: str, start: int) -> Script:
    return parse_script(path, text, keep=[Span(start, len(text))])


class TransactionStage:
    """A transaction in which the statements before the one with index ``first`` have run.

    The caller makes a savepoint before each mutant and returns to it afterwards. Texts are sent together, as many as
    are likely to run: each message has twice as many tests as the one before, since most mutants fall early.
    """

    rewinds_at_once: ClassVar[bool] = True

    def __init__(
        self,
        session: Session,
        script: Script,
        *,
        first: int,
        deferring: bool,
        before: Iterable[str] = (),
        states: TouchedStates | None = None,
    ) -> None:
        """Of one mutant.

        Args:
            session: in the transaction.
            script: that is mutated.
            first: index of the first statement that has not run.
            deferring: there are constraints that may be deferred.
            before: commands of ours that lead there, for the first message.
            states: read what the transaction touched; by default all is read.
        """
        self.session = session
        self._path = script.path
        self._text = transactional(script)
        self._start = script.start_of(first)
        self._deferring = deferring
        self._before = [*before]
        self._states = states
        self._marked = False

    def script(self, edits: tuple[Edit, ...]) -> Script:
        """The rest of the script, as one transaction can hold it."""
        text = apply_edits(self._text, edits)
        return _rest(self._path, text, self._start)

    def try_out(self, edits: tuple[Edit, ...], way: Sequence[Stop]) -> Failure | None:
        text = apply_edits(self._text, edits)[self._start :]
        self._deferring = self._deferring or may_defer([text])
        return self._send_all([(None, self._followed(text)), *self._texts(way)])

    def settle(self) -> None:
        if self._before:
            self._run("")

    def apply_each(
        self, edits: tuple[Edit, ...], run: Callable[[Statement], object], *, which: Callable[[Statement], bool] = _any
    ) -> None:
        script = self.script(edits)
        self._deferring = self._deferring or may_defer([script.text])
        others: list[str] = []
        for statement in script.statements:
            if which(statement):
                if self._before or others:
                    self._run("\n;\n".join(others))
                    others = []
                run(statement)
            else:
                others.append(statement.text)
        self._run(self._followed("\n;\n".join(others)))
        self._before = [_APPLIED]

    def go(self, way: Sequence[Stop]) -> Failure | None:
        return self._send_all(self._texts(way))

    def rewind(self) -> None:
        unsent = [_APPLIED] if self._before == [_APPLIED] else []
        self._before, self._marked = [*unsent, "ROLLBACK TO SAVEPOINT confiture_applied"], False
        self._run("")

    def state(self, volatile: Mapping[str, Iterable[str]]) -> Fingerprint:
        return self._states.read(self.session, volatile) if self._states else read_stable(self.session, volatile)

    def undo(self, migration: Migration) -> None:
        self._run(self._followed(transactional(migration.script(Role.DOWN))))

    def _run(self, text: str) -> None:
        """Sends ``text`` alone.

        Raises:
            SqlError: it fails.
        """
        self.session.run("\n;\n".join([*self._before, text]))
        self._before = []

    def _followed(self, text: str) -> str:
        return with_deferred(text, again=self._deferring)

    def _texts(self, way: Iterable[Stop]) -> Iterator[tuple[Stop, str]]:
        for stop in way:
            match stop:
                case Step():
                    yield stop, self._followed(transactional(stop.script))
                case _:
                    yield stop, stop.text or ""

    def _send_all(self, texts: Iterable[tuple[Stop | None, str]]) -> Failure | None:
        waiting: list[tuple[Stop | None, Part]] = []
        room = most = 1
        for stop, text in texts:
            waiting.append((stop, self._part(stop, text)))
            room -= is_test(stop)
            if not room:
                if failure := self._send(waiting):
                    return failure
                waiting = []
                room = most = 2 * most
        return self._send(waiting)

    def _part(self, stop: Stop | None, text: str) -> Part:
        """``text`` with the savepoints that it needs before it."""
        before = self._before
        match stop:
            case None:
                self._before = [_APPLIED]
            case Step():
                self._before, self._marked = [], False
            case _:
                before += [] if self._marked else ["SAVEPOINT confiture_tests"]
                self._before, self._marked = ["ROLLBACK TO SAVEPOINT confiture_tests"], True
        return Part(text, tuple(before))

    def _send(self, parts: Sequence[tuple[Stop | None, Part]]) -> Failure | None:
        if not parts:
            return None
        batch = self.session.run_batch([part for _, part in parts])
        for (stop, _), results in zip(parts, batch.results, strict=False):
            if failure := _failure(stop, results):
                return failure
        if batch.error is None or batch.failed is None:
            return None
        stop, _ = parts[batch.failed]
        return Failure(stop, stop.answer_to(batch.error) if is_test(stop) else batch.error)


def is_test(stop: Stop | None) -> TypeGuard[SqlTest]:
    """Whether ``stop`` is a test."""
    return stop is not None and not isinstance(stop, Step)


def _failure(stop: Stop | None, results: Sequence[ResultSet]) -> Failure | None:
    answer = stop.answer(results) if is_test(stop) else None
    return Failure(stop, answer) if answer and answer.opinion is not Opinion.PASSED else None


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
        self, edits: tuple[Edit, ...], run: Callable[[Statement], object], *, which: Callable[[Statement], bool] = _any
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


def transactional(script: Script) -> str:
    """The script's text as one transaction can hold it.

    Raises:
        ValueError: no transaction can; ask `fits_transaction` first.
    """
    text = as_transactional(script.text)
    if text is None:
        raise ValueError(f"{script.path} cannot run in a transaction")
    return text
