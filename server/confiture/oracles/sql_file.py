"""Tests written as plain SQL files.

A statement that raises fails. A result of a single boolean column must have rows, and all of them true.
Everything else a test selects is ignored.
"""

from dataclasses import dataclass
from typing import Self

from confiture.model.script import Script, Statement
from confiture.oracles.answer import PASSED, Answer, Opinion
from confiture.oracles.sql_test import ask_inside, content_of, refused
from confiture.postgres.errors import SqlError
from confiture.postgres.session import ResultSet, Session
from confiture.sql import parse_script

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

    def ask(self, session: Session) -> Answer:
        """Runs all statements as one message."""
        return ask_inside(session, self, lambda text: self._answer(session, text))

    def knowing(self, answer: Answer) -> Self:  # noqa: ARG002 - all that it says of the original is that it passes
        """See `SqlTest`."""
        return self

    def _answer(self, session: Session, text: str) -> Answer:
        try:
            results = session.run(text)
        except SqlError as error:
            return refused(error, self.script)
        failed = next((index for index, result in enumerate(results) if not holds(result)), None)
        if failed is None:
            return PASSED
        statement = parse_script(self.script.path, text).statements[failed]
        return Answer(Opinion.FAILED, _claim(statement, results[failed]), statement.span)


def holds(result: ResultSet) -> bool:
    """Whether ``result`` is no claim, or one that is true of at least one row and of every row."""
    if result.types != (_BOOLEAN,):
        return True
    return bool(result.rows) and all(row[0] is True for row in result.rows)


def _claim(statement: Statement, result: ResultSet) -> str:
    column = result.columns[0]
    what = f"“{column}”" if column != "?column?" else " ".join(statement.text.split())[:80]
    return f"{what} is not true" if result.rows else f"{what} has no row"
