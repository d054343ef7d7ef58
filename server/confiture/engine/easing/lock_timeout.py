"""Giving up soon where a lock cannot be had: whoever comes later waits behind us for as long as we do."""

from confiture.engine.easing.remedy import Aim, Proposals, Relief, Remedy, Situation
from confiture.engine.insertions import prepended
from confiture.engine.locks import transactions
from confiture.model.migration import Delivery
from confiture.model.script import Statement
from confiture.operators.performance.drop_guards import timeout_of
from confiture.operators.performance.fresh import is_new, is_work
from confiture.sql.tables import actions_of

_SECONDS = 2
_BLOCKING = frozenset(
    {"DROP TABLE", "TRUNCATE", "LOCK", "CREATE INDEX", "DROP INDEX", "REINDEX", "CLUSTER"}
    | {"CREATE TRIGGER", "DROP TRIGGER", "CREATE RULE", "DROP RULE", "CREATE POLICY", "DROP POLICY", "ALTER POLICY"}
    | {"REFRESH MATERIALIZED VIEW", "DROP VIEW", "DROP MATERIALIZED VIEW"}
)


def propose(situation: Situation) -> Proposals:
    """One proposal at most: a limit at the top of the script, for the first statement that may need it."""
    script = situation.script
    for statement in script.statements:
        if timeout_of(statement) == "lock_timeout":
            return
        if _may_block(statement) and not is_new(script, statement):
            local = "LOCAL " if _is_one_transaction(situation) else ""
            limit = f"SET {local}lock_timeout = '{_SECONDS}s'"
            yield Relief(statement, tuple(prepended(script, [limit], layout=situation.layout)))
            return


def _may_block(statement: Statement) -> bool:
    match statement.kind:
        case "CREATE TABLE":
            return "REFERENCES" in statement.words
        case "ALTER TABLE":
            return any(action.kind != "VALIDATE CONSTRAINT" for action in actions_of(statement))
        case kind:
            return kind in _BLOCKING and "CONCURRENTLY" not in statement.words


def _is_one_transaction(situation: Situation) -> bool:
    """Whether all that the script does, together with a SET at its top, is one transaction block."""
    script = situation.script
    numbers = transactions(situation.migration)
    work = {numbers[statement.index] for statement in script.statements if is_work(statement)}
    # A single statement sent as a string has no block; with a SET before it, it has.
    is_block = situation.migration.delivery is not Delivery.SPLIT
    return len(work) == 1 and (is_block or any(statement.kind == "BEGIN" for statement in script.statements))


REMEDY = Remedy("lock-timeout", "Give up soon if a lock cannot be had (lock_timeout)", aim=Aim.LOCKS, propose=propose)
