"""What all tests in SQL files have in common: they run inside our transaction, which takes back what they did."""

from collections.abc import Callable
from typing import Protocol, Self

from confiture.model.script import Script
from confiture.oracles.answer import Answer, Opinion
from confiture.postgres.errors import SqlError
from confiture.postgres.session import Session
from confiture.sql.transactional import as_transactional

_CANNOT_TELL = frozenset({"53", "57", "58"})
"""Classes of SQLSTATE that speak of the server, not of what is tested."""


class SqlTest(Protocol):
    """One test file that can be asked inside a transaction."""

    @property
    def name(self) -> str:
        """Its path relative to the project, for people."""
        ...

    @property
    def script(self) -> Script:
        """The file."""
        ...

    @property
    def version(self) -> str | None:
        """Of the migration that it is bound to; None when it runs at the head of the history."""
        ...

    @property
    def content(self) -> str:
        """Changes with all that may change an answer, or its words."""
        ...

    def ask(self, session: Session) -> Answer:
        """Runs the test in the session's transaction and takes back what it did.

        Raises:
            SqlTimeout: the session's deadline passed.
            Interrupted: the run was closed.
        """
        ...

    def knowing(self, answer: Answer) -> Self:
        """The test, when it is known what it says of the original."""
        ...


def ask_inside(session: Session, test: SqlTest, answer: Callable[[str], Answer]) -> Answer:
    """The ``answer`` that ``test`` gives as a transaction can hold it; what it did is taken back."""
    text = as_transactional(test.script.text)
    if text is None:
        message = f"{test.name} has a statement that no transaction can hold; a test must not need one"
        return Answer(Opinion.UNDECIDED, message)
    session.savepoint("oracle")
    try:
        return answer(text)
    finally:
        if not session.closed:
            session.rollback_to("oracle")


def refused(error: SqlError, script: Script, *, offset: int = 0) -> Answer:
    """The answer of a test in which PostgreSQL refuses a statement of what was sent from ``offset`` on."""
    opinion = Opinion.UNDECIDED if error.sqlstate[:2] in _CANNOT_TELL else Opinion.FAILED
    statement = None if error.position is None else script.statement_at(offset + error.position)
    return Answer(opinion, error.message, statement.span if statement else None)


def content_of(script: Script) -> str:
    """The statements with their comments: the words of a verdict quote them."""
    return "\0".join(statement.text for statement in script.statements)
