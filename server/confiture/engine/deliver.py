"""Handing a script to PostgreSQL as its migration tool does."""

from collections.abc import Callable

from confiture.model.migration import Delivery
from confiture.model.profile import Profile
from confiture.model.script import Script, Statement
from confiture.postgres.errors import SqlError
from confiture.postgres.session import Session
from confiture.sql.kinds import is_transaction_control


class StatementFailed(Exception):
    """PostgreSQL refused a statement of a script.

    Attributes:
        statement: the one that failed.
        error: what PostgreSQL said; its position is an offset in the statement's text.
    """

    def __init__(self, script: Script, statement: Statement, error: SqlError) -> None:
        super().__init__(str(error))
        self.script = script
        self.statement = statement
        self.error = error


def deliver(session: Session, script: Script, delivery: Delivery) -> None:
    """Runs ``script`` and keeps what it did.

    Raises:
        StatementFailed: a statement failed; nothing of a transaction remains.
    """
    measure(session, script, delivery, meter=lambda statement: session.run(statement.text))


def measure(
    session: Session, script: Script, delivery: Delivery, *, meter: Callable[[Statement], Profile | object]
) -> list[Profile]:
    """Runs ``script`` and keeps what it did, each statement through ``meter``, whose profiles are returned.

    Statement by statement in a transaction is to PostgreSQL what one string in its implicit transaction is.

    Raises:
        StatementFailed: a statement failed; nothing of a transaction remains.
    """
    block = needs_block(script, delivery)
    profiles: list[Profile] = []
    if block:
        session.begin()
    for statement in script.statements:
        try:
            profile = meter(statement)
        except SqlError as error:
            session.rollback()
            raise StatementFailed(script, statement, error) from error
        if isinstance(profile, Profile):
            profiles.append(profile)
    if block:
        session.commit()
    return profiles


def needs_block(script: Script, delivery: Delivery) -> bool:
    """Whether the statements share a transaction that the script itself does not begin."""
    if any(is_transaction_control(statement.tokens) for statement in script.statements if statement.tokens):
        return False
    match delivery:
        case Delivery.TRANSACTION:
            return True
        case Delivery.ONE_STRING:
            return len(script.statements) > 1
        case Delivery.SPLIT:
            return False
