"""What all tests in SQL files have in common: they run inside our transaction, which takes back what they did."""

from collections.abc import Sequence
from typing import Protocol

from confiture.model.script import Script
from confiture.model.span import Span
from confiture.oracles.answer import Answer, Opinion
from confiture.postgres.errors import OF_THE_SERVER, SqlError
from confiture.postgres.session import ResultSet, Session


class SqlTest(Protocol):
    """One test file that can be asked inside a transaction.

    Attributes:
        name: its path relative to the project, for people.
        script: the file.
        version: of the migration that it is bound to; None when it runs at the head of the history.
        content: changes with all that may change an answer, or its words.
        text: what is sent in one message; None when no transaction can hold it.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - as above
    @property
    def script(self) -> Script: ...  # noqa: D102 - as above
    @property
    def version(self) -> str | None: ...  # noqa: D102 - as above
    @property
    def content(self) -> str: ...  # noqa: D102 - as above
    @property
    def text(self) -> str | None: ...  # noqa: D102 - as above

    def ask(self, session: Session) -> Answer:
        """Runs the test in the session's transaction and takes back what it did.

        Raises:
            SqlTimeout: the session's deadline passed.
            Interrupted: the run was closed.
        """
        ...

    def answer(self, results: Sequence[ResultSet]) -> Answer:
        """What the test says when the statements of its text return ``results``."""
        ...

    def answer_to(self, error: SqlError) -> Answer:
        """What the test says when a statement of its text ends with ``error``."""
        ...


def ask_inside(session: Session, test: SqlTest) -> Answer:
    """Sends the text of ``test`` behind a savepoint and returns there."""
    text = test.text
    if text is None:
        message = f"{test.name} has a statement that no transaction can hold; a test must not need one"
        return Answer(Opinion.UNDECIDED, message)
    session.savepoint("oracle")
    try:
        return test.answer(session.run(text))
    except SqlError as error:
        return test.answer_to(error)
    finally:
        if not session.closed:
            session.rollback_to("oracle")


def refused(error: SqlError, span: Span | None) -> Answer:
    """The answer of a test in which PostgreSQL refuses the statement at ``span``."""
    opinion = Opinion.UNDECIDED if error.sqlstate[:2] in OF_THE_SERVER else Opinion.FAILED
    return Answer(opinion, error.message, span)


def content_of(script: Script) -> str:
    """The statements with their comments: the words of a verdict quote them."""
    return "\0".join(statement.text for statement in script.statements)
