"""What a mutant is run on, see `TransactionStage` and `CloneStage`, and what it meets there on its way."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeAlias, TypeGuard

from confiture.engine.deliver import StatementFailed
from confiture.engine.steps import Step
from confiture.model.migration import Migration
from confiture.model.script import Script, Statement
from confiture.model.span import Edit
from confiture.oracles.answer import Answer
from confiture.oracles.sql_test import SqlTest
from confiture.postgres.errors import SqlError
from confiture.postgres.fingerprint import Fingerprint
from confiture.postgres.session import Session
from confiture.sql.transactional import as_transactional

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


def any_statement(_: Statement) -> bool:
    """True: all are meant."""
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
        self,
        edits: tuple[Edit, ...],
        run: Callable[[Statement], object],
        *,
        which: Callable[[Statement], bool] = any_statement,
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


def is_test(stop: Stop | None) -> TypeGuard[SqlTest]:
    """Whether ``stop`` is a test."""
    return stop is not None and not isinstance(stop, Step)


def transactional(script: Script) -> str:
    """The script's text as one transaction can hold it.

    Raises:
        ValueError: no transaction can; ask `as_transactional` first.
    """
    text = as_transactional(script.text)
    if text is None:
        raise ValueError(f"{script.path} cannot run in a transaction")
    return text
