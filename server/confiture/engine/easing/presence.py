"""Proving with a CHECK that a column has no nulls before SET NOT NULL, which then reads nothing."""

from confiture.engine.easing.names import constraint_name
from confiture.engine.easing.remedy import Aim, Proposals, Refusal, Relief, Remedy, Situation
from confiture.engine.easing.transactions import split_off
from confiture.operators.performance.fresh import is_new
from confiture.sql.tables import actions_of


def propose(situation: Situation) -> Proposals:
    """One proposal for each SET NOT NULL of a table that the script did not make.

    Source: https://www.postgresql.org/docs/current/sql-altertable.html (SET NOT NULL, "the table scan is skipped").
    """
    for statement in situation.script.statements:
        actions = [action for action in actions_of(statement) if action.kind == "SET NOT NULL"]
        if not actions or is_new(situation.script, statement) or statement.table is None:
            continue
        if len(actions_of(statement)) > 1:
            yield Refusal(statement, "one ALTER TABLE does several things: give SET NOT NULL a statement of its own")
            continue
        table, column = statement.table, actions[0].name
        # Not as PostgreSQL names a NOT NULL: it would have to choose another name for its own.
        name = constraint_name(table, [column], "present", schema=situation.schema_before(statement))
        added = f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID"
        before = (added, f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
        edits = split_off(situation, statement, before=before, after=(f"ALTER TABLE {table} DROP CONSTRAINT {name}",))
        match edits:
            case str():
                yield Refusal(statement, edits)
            case _:
                yield Relief(statement, edits)


REMEDY = Remedy(
    "prove-presence", "Prove with a CHECK that there are no nulls, then set NOT NULL", aim=Aim.READING, propose=propose
)
