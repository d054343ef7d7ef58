"""What operators on down scripts share: which statements undo something, and what would go without them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from confiture.model.script import Script, Statement, Tokens
from confiture.operators.generate import ARID
from confiture.operators.operator import Context
from confiture.sql.clauses import WRITING
from confiture.sql.constraints import ConstraintClause
from confiture.sql.drops import dropped_names
from confiture.sql.indexes import index_of
from confiture.sql.kinds import is_transaction_control
from confiture.sql.tables import AlterAction, actions_of, columns, table_constraints
from confiture.sql.tokens import identifier, name_at

_IDLE = frozenset({"SET", "RESET", "LOCK", "SAVEPOINT", "RELEASE", "SHOW"})


@dataclass(frozen=True, slots=True)
class Part:
    """What one step of a down script is about.

    Attributes:
        table: without ``public``; empty when it is not known.
        columns: those without which it would not be there; none for the whole table.
    """

    table: str = ""
    columns: frozenset[str] = frozenset()


def undoing(script: Script) -> list[Statement]:
    """The statements of a down script that undo something."""
    return [statement for statement in script.statements if is_undoing(statement)]


def is_undoing(statement: Statement) -> bool:
    """Whether the statement is neither arid nor there for the transaction and its settings."""
    if statement.kind in ARID or statement.kind in _IDLE:
        return False
    idle_query = statement.kind == "SELECT" and "(" not in statement.words
    return not idle_query and not is_transaction_control(statement.tokens)


def bare(name: str | None) -> str:
    """``name`` as the catalog has it: without the ``public`` schema."""
    return (name or "").removeprefix("public.")


def other_statements(context: Context) -> tuple[Statement, ...]:
    """The statements of the migration's other script; none when it is not known."""
    return context.other.statements if context.other else ()


def part_of(statement: Statement, context: Context, *, item: Tokens = ()) -> Part:
    """What ``statement``, or the ``item`` of its DROP, is about."""
    if statement.kind == "DROP INDEX":
        return _indexed(name_at(item, 0)[0] if item else statement.name, context)
    if statement.kind == "CREATE INDEX":
        index = index_of(statement)
        return Part(bare(statement.table), frozenset(index.columns if index else ()))
    actions = actions_of(statement)
    return part_of_action(statement, actions[0], context) if len(actions) == 1 else Part(bare(statement.table))


def part_of_action(statement: Statement, action: AlterAction, context: Context) -> Part:
    """What one subcommand of an ALTER TABLE is about."""
    table = bare(statement.table)
    if action.kind == "DROP COLUMN" or not action.name:
        return Part(table)
    if action.constraint:
        return Part(table, frozenset(action.constraint.column_names))
    if action.kind.endswith("CONSTRAINT"):
        return Part(table, _constrained(table, action.name, context))
    return Part(table, frozenset({action.name}))


def goes_anyway(script: Script, statement: Statement, part: Part, *, action: AlterAction | None = None) -> bool:
    """Whether a later statement, or another subcommand, drops the table or column that ``part`` is of.

    Not when something else of the script mentions the table before it is dropped: that could read it.
    """
    if not part.table:
        return False
    siblings = [other for other in actions_of(statement) if action and other.tokens != action.tokens]
    if part.columns & _dropped_columns(siblings):
        return True
    for later in script.statements[statement.index + 1 :]:
        if part.table in {bare(name) for name in dropped_names(later)} and later.kind == "DROP TABLE":
            return True
        if bare(later.table) == part.table and part.columns & _dropped_columns(actions_of(later)):
            return True
        if _drops_schema(later, part):
            return True
        if _reads(later, part):
            return False
    return False


def _drops_schema(statement: Statement, part: Part) -> bool:
    schema = part.table.rpartition(".")[0]
    return statement.kind == "DROP SCHEMA" and statement.words[-1] == "CASCADE" and schema in dropped_names(statement)


def _reads(statement: Statement, part: Part) -> bool:
    """Whether ``statement`` could need what ``part`` is about."""
    if bare(statement.table) != part.table:
        return statement.kind != "DROP SCHEMA" and mentioned(statement.tokens, part.table)
    return statement.kind in WRITING and any(mentioned(statement.tokens, column) for column in part.columns)


def mentioned(tokens: Tokens, name: str) -> bool:
    """Whether ``name``, its schema aside, stands somewhere in ``tokens``."""
    wanted = name.rpartition(".")[2]
    return any(identifier(token) == wanted for token in tokens if token.text)


def _dropped_columns(actions: Iterable[AlterAction]) -> set[str]:
    return {action.name for action in actions if action.kind == "DROP COLUMN"}


def _indexed(name: str, context: Context) -> Part:
    wanted = name.rpartition(".")[2]
    for table in context.schema.tables.values():
        for index in table.indexes:
            if index.name == wanted:
                return Part(table.name, frozenset(index.columns))
    for statement in other_statements(context):
        clause = index_of(statement)
        if clause and statement.name == wanted:
            return Part(bare(statement.table), frozenset(clause.columns))
    return Part()


def _constrained(table: str, name: str, context: Context) -> frozenset[str]:
    known = context.schema.table(table)
    for constraint in known.constraints if known else ():
        if constraint.name == name:
            return frozenset(constraint.columns)
    for statement in other_statements(context):
        if bare(statement.table) == table:
            for clause, names in _constraints(statement):
                if clause.name == name:
                    return frozenset(names)
    return frozenset()


def _constraints(statement: Statement) -> Iterator[tuple[ConstraintClause, tuple[str, ...]]]:
    """The constraints of a CREATE or ALTER TABLE with the names of their columns."""
    for column in columns(statement):
        yield from ((clause, (column.name,)) for clause in column.constraints)
    for clause in table_constraints(statement):
        yield clause, clause.column_names
