"""Tests written as plain SQL files.

A statement that raises fails. A result of a single boolean column must have rows, and all of them true.
Everything else a test selects is ignored.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from confiture.model.script import Script, Statement, Tokens
from confiture.oracles.answer import PASSED, Answer, Opinion
from confiture.oracles.sql_test import ask_inside, content_of, refused
from confiture.postgres.errors import SqlError
from confiture.postgres.session import ResultSet, Session
from confiture.sql.kinds import is_transaction_control, sets_isolation
from confiture.sql.transactional import as_transactional

_BOOLEAN = 16
"""OID of the type boolean. Source: pg_type.dat."""


@dataclass(frozen=True, slots=True)
class SqlOracle:
    """One test file; see `SqlTest`."""

    name: str
    script: Script
    version: str | None = None

    @property
    def content(self) -> str:
        """Its statements."""
        return content_of(self.script)

    @property
    def text(self) -> str | None:
        """The file without transaction control."""
        return as_transactional(self.script.text)

    def ask(self, session: Session) -> Answer:
        """See `SqlTest`."""
        return ask_inside(session, self)

    def answer(self, results: Sequence[ResultSet]) -> Answer:
        """What the test says when its statements return ``results``."""
        failed = next((index for index, result in enumerate(results) if not holds(result)), None)
        if failed is None:
            return PASSED
        sent = [each for each in self.script.statements if not _is_blanked(each.tokens)]
        statement = sent[failed]
        return Answer(Opinion.FAILED, _claim(statement, results[failed]), statement.span)

    def answer_to(self, error: SqlError) -> Answer:
        """What the test says when one of its statements ends with ``error``."""
        statement = None if error.position is None else self.script.statement_at(error.position)
        return refused(error, statement.span if statement else None)


def _is_blanked(tokens: Tokens) -> bool:
    return is_transaction_control(tokens) or sets_isolation(tokens)


def holds(result: ResultSet) -> bool:
    """Whether ``result`` is no claim, or one that is true of at least one row and of every row."""
    if result.types != (_BOOLEAN,):
        return True
    return bool(result.rows) and all(row[0] is True for row in result.rows)


def _claim(statement: Statement, result: ResultSet) -> str:
    column = result.columns[0]
    what = f"“{column}”" if column != "?column?" else " ".join(statement.text.split())[:80]
    return f"{what} is not true" if result.rows else f"{what} has no row"
