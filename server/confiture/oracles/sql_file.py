"""Tests written as plain SQL files.

A statement that raises fails. A result of a single boolean column must have rows, and all of them true.
Everything else a test selects is ignored.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from confiture.model.script import Script, Statement
from confiture.model.span import Span
from confiture.oracles.answer import PASSED, Answer, Opinion
from confiture.postgres.errors import SqlError
from confiture.postgres.session import ResultSet, Session
from confiture.sql.kinds import is_transaction_control
from confiture.sql.transactional import as_transactional

_BOOLEAN = 16
"""OID of the type boolean. Source: pg_type.dat."""
_CANNOT_TELL = frozenset({"53", "57", "58"})
"""Classes of SQLSTATE that speak of the server, not of what is tested."""


@dataclass(frozen=True, slots=True)
class SqlOracle:
    """One test file.

    Attributes:
        name: its path relative to the project, for people.
        version: of the migration that it is bound to; None when it runs at the head of the history.
    """

    name: str
    script: Script
    version: str | None = None

    def ask(self, session: Session) -> Answer:
        """Runs the test in a savepoint of the session's transaction and takes back what it did.

        Raises:
            SqlTimeout: the session's deadline passed.
            Interrupted: the run was closed.
        """
        text = as_transactional(self.script.text)
        if text is None:
            message = f"{self.name} has a statement that no transaction can hold; a test must not need one"
            return Answer(Opinion.UNDECIDED, message)
        session.savepoint("oracle")
        try:
            return self.answer(session.run(text))
        except SqlError as error:
            return self.answer_to(error)
        finally:
            if not session.closed:
                session.rollback_to("oracle")

    def answer(self, results: Sequence[ResultSet]) -> Answer:
        """What the test says when its statements return ``results``."""
        failed = next((index for index, result in enumerate(results) if not holds(result)), None)
        if failed is None:
            return PASSED
        sent = [statement for statement in self.script.statements if not is_transaction_control(statement.tokens)]
        statement = sent[failed]
        return Answer(Opinion.FAILED, _claim(statement, results[failed]), statement.span)

    def answer_to(self, error: SqlError) -> Answer:
        """What the test says when one of its statements ends with ``error``."""
        opinion = Opinion.UNDECIDED if error.sqlstate[:2] in _CANNOT_TELL else Opinion.FAILED
        return Answer(opinion, error.message, self._place(error))

    def _place(self, error: SqlError) -> Span | None:
        if error.position is None:
            return None
        statement = self.script.statement_at(error.position)
        return statement.span if statement else None


def holds(result: ResultSet) -> bool:
    """Whether ``result`` is no claim, or one that is true of at least one row and of every row."""
    if result.types != (_BOOLEAN,):
        return True
    return bool(result.rows) and all(row[0] is True for row in result.rows)


def _claim(statement: Statement, result: ResultSet) -> str:
    column = result.columns[0]
    what = f"“{column}”" if column != "?column?" else " ".join(statement.text.split())[:80]
    return f"{what} is not true" if result.rows else f"{what} has no row"
