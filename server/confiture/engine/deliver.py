"""Handing a script to PostgreSQL as its migration tool does."""

import re
from collections.abc import Callable

from confiture.model.migration import Delivery
from confiture.model.profile import Profile
from confiture.model.script import Script, Statement
from confiture.postgres.errors import SqlError, SqlTimeout
from confiture.postgres.session import FORGETTING, Session
from confiture.sql.kinds import is_transaction_control

_READS_ANEW = re.compile(r"client_encoding|standard_conforming_strings|\bnames\b", re.IGNORECASE)
"""Settings that change how PostgreSQL reads what is sent after them."""
_MAY_CONTROL = frozenset({"BEGIN", "COMMIT", "ROLLBACK", "PREPARE"})
"""Kinds of statements that `is_transaction_control` may be true of."""


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
    """Runs ``script`` and keeps what it did, but not the settings and the role that it gave its session.

    Migrations are deployed one by one, and tests connect anew: they do not meet the empty search path of a dump.
    What shares a transaction is sent in one message, which is to PostgreSQL what statement by statement is. When that
    fails, the statements are run one by one, to learn which of them it was.

    Raises:
        StatementFailed: a statement failed; nothing of a transaction remains.
    """
    if needs_block(script, delivery) and not _READS_ANEW.search(script.text):
        texts = [statement.text for statement in script.statements]
        ended, error = session.run_in_turn(["BEGIN", *texts, "COMMIT", *FORGETTING])
        if error is None:
            return
        session.rollback()
        if isinstance(error, SqlTimeout):
            running = script.statements[max(0, min(ended, len(script.statements)) - 1)]
            raise StatementFailed(script, running, error) from error
    measure(session, script, delivery, meter=lambda statement: session.run(statement.text))
    session.forget_settings()


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
    if any(each.kind in _MAY_CONTROL and is_transaction_control(each.tokens) for each in script.statements):
        return False
    match delivery:
        case Delivery.TRANSACTION:
            return True
        case Delivery.ONE_STRING:
            return len(script.statements) > 1
        case Delivery.SPLIT:
            return False
