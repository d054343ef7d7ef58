"""What is learnt about statements by running each in a transaction of its own."""

from dataclasses import dataclass

from confiture.engine.setting import Setting
from confiture.model.profile import Lock
from confiture.postgres.costs import CostMeter
from confiture.postgres.errors import SqlError
from confiture.postgres.explain import note_rewrites, plan_of, reason_of_rewrite
from confiture.sql.kinds import is_transaction_control


@dataclass(frozen=True, slots=True)
class Alone:
    """One statement by itself.

    Attributes:
        locks: all that it needs, also those that its own transaction would have had already.
        plan: see `plan_of`.
        rewrite_reason: see `reason_of_rewrite`.
    """

    locks: tuple[Lock, ...] = ()
    plan: str = ""
    rewrite_reason: str = ""


def run_alone(setting: Setting, *, database: str) -> list[Alone]:
    """For each statement of the up script; nothing from one on that fails without the settings of its transaction.

    Args:
        setting: the run.
        database: in the state that the up script finds; it is left so.
    """
    up = setting.migration.up
    found = [Alone() for _ in up.statements]
    with setting.place(database) as session, session.deadline(setting.config.mutation.timeout_seconds):
        meter = CostMeter(session, disk=False)
        noted = note_rewrites(session)
        for statement in up.statements:
            if is_transaction_control(statement.tokens):
                continue
            try:
                session.begin()
                plan = plan_of(session, statement)
                locks = meter.measure(statement).locks
                reason = reason_of_rewrite(session) if noted else ""
                session.commit()
            except SqlError:
                break
            found[statement.index] = Alone(locks, plan, reason)
    return found
