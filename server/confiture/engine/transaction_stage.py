"""Mutants in a transaction that is rolled back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from confiture.engine.stage import Failure, Stop, any_statement, is_test, transactional
from confiture.engine.steps import Step
from confiture.model.migration import Migration, Role
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span, apply_edits
from confiture.oracles.answer import Opinion
from confiture.postgres.batch import Part
from confiture.postgres.deferred import may_defer, with_deferred
from confiture.postgres.fingerprint import Fingerprint
from confiture.postgres.results import ResultSet
from confiture.postgres.session import Session
from confiture.postgres.touched import TouchedStates
from confiture.postgres.volatile import read_stable
from confiture.sql import parse_script

_APPLIED = "SAVEPOINT confiture_applied"


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
        self,
        edits: tuple[Edit, ...],
        run: Callable[[Statement], object],
        *,
        which: Callable[[Statement], bool] = any_statement,
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


def _failure(stop: Stop | None, results: Sequence[ResultSet]) -> Failure | None:
    answer = stop.answer(results) if is_test(stop) else None
    return Failure(stop, answer) if answer and answer.opinion is not Opinion.PASSED else None
