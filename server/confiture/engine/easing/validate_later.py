"""Adding a CHECK or FOREIGN KEY as NOT VALID and validating it behind, under a lock that stops nobody."""

from collections.abc import Iterator

from confiture.engine.easing.names import constraint_name
from confiture.engine.easing.remedy import Aim, Proposals, Refusal, Relief, Remedy, Situation
from confiture.engine.easing.transactions import split_off
from confiture.model.script import Statement
from confiture.model.span import Edit, Span
from confiture.operators.edits import insert_after
from confiture.operators.performance.fresh import is_new
from confiture.sql.constraints import ConstraintClause
from confiture.sql.tables import actions_of
from confiture.sql.tokens import find, identifier

_LABELS = {"CHECK": "check", "FOREIGN KEY": "fkey"}


def propose(situation: Situation) -> Proposals:
    """One proposal for each ALTER TABLE that adds such constraints to a table that the script did not make."""
    for statement in situation.script.statements:
        constraints = tuple(_validated(statement))
        if not constraints or is_new(situation.script, statement) or statement.table is None:
            continue
        named = [(each, each.name or _name(situation, statement, each)) for each in constraints]
        after = [f"ALTER TABLE {statement.table} VALIDATE CONSTRAINT {name}" for _, name in named]
        edits = split_off(situation, statement, after=after)
        match edits:
            case str():
                yield Refusal(statement, edits)
            case _:
                changes = (edit for each, name in named for edit in _not_valid(each, name))
                yield Relief(statement, (*changes, *edits))


def _validated(statement: Statement) -> Iterator[ConstraintClause]:
    """The constraints that it adds and for which it reads the table."""
    for action in actions_of(statement):
        constraint = action.constraint
        if constraint and constraint.kind in _LABELS:
            lazy = (find(constraint.tokens, "NOT", word) for word in ("VALID", "ENFORCED"))
            if all(place is None for place in lazy):
                yield constraint


def _name(situation: Situation, statement: Statement, constraint: ConstraintClause) -> str:
    """What PostgreSQL calls it: after the columns of a foreign key, or after the only column that a CHECK reads."""
    schema = situation.schema_before(statement)
    columns = constraint.column_names
    if constraint.kind == "CHECK":
        table = schema.table(statement.table)
        known = {column.name for column in table.columns} if table else frozenset[str]()
        read = {identifier(token) for token in constraint.expression} & known
        columns = tuple(read) if len(read) == 1 else ()
    return constraint_name(statement.table or "", columns, _LABELS[constraint.kind], schema=schema)


def _not_valid(constraint: ConstraintClause, name: str) -> Iterator[Edit]:
    if not constraint.name:
        start = constraint.tokens[0].span.start
        yield Edit(Span(start, start), f"CONSTRAINT {name} ")
    yield insert_after(constraint.tokens[-1], " NOT VALID")


REMEDY = Remedy(
    "validate-later", "Add the constraint NOT VALID and validate it behind", aim=Aim.READING, propose=propose
)
