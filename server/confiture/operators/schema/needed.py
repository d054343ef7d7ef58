"""What a script would fail without, and what changes nothing: neither is worth leaving out."""

from collections.abc import Iterator
from dataclasses import replace

from confiture.model.schema import Column, Constraint, Schema, Table
from confiture.model.script import Script, Statement, TokenKind
from confiture.operators.wording import text_of
from confiture.sql.drops import dropped_names
from confiture.sql.evolution import is_unique
from confiture.sql.lifetimes import bare, changed_later, is_made_before, later, mentioned, mentioned_later
from confiture.sql.queries import insert_columns, queries
from confiture.sql.tables import AlterAction, actions_of, constraints
from confiture.sql.tokens import find, identifier
from confiture.sql.types import is_type

_WITH_FUNCTION = frozenset({"DROP TRIGGER", "DROP EVENT TRIGGER"})


def is_superfluous(script: Script, statement: Statement, schema: Schema) -> bool:
    """Whether the object is there or gone anyway: IF [NOT] EXISTS says so, or it goes with its table or column.

    What the script creates and drops again is not worth a test either.
    """
    if is_made_before(script, statement):
        return True
    guarded = find(statement.tokens, "IF") is not None and bool(schema.tables)
    if statement.kind == "DROP TABLE":
        return guarded and all(schema.table(name) is None for name in dropped_names(statement))
    if statement.kind in ("GRANT", "REVOKE"):
        gone = (name for other in later(script, statement) for name in dropped_names(other))
        return any(mentioned(statement.tokens, name) for name in gone)
    if statement.kind == "DROP INDEX":
        return all(_only_speeds_up(script, statement, schema, name) for name in dropped_names(statement))
    return False


def is_needed(script: Script, statement: Statement, schema: Schema) -> bool:
    """Whether a later statement fails, or takes another path, when ``statement`` is left out."""
    if any(mentioned_later(script, statement, name) for name in _names_at_stake(statement)):
        return True
    if statement.kind == "CREATE EXTENSION" and any(other.kind != statement.kind for other in later(script, statement)):
        return True  # What comes with it is not called by its name.
    if statement.kind in _WITH_FUNCTION and any(other.kind == "DROP FUNCTION" for other in later(script, statement)):
        return True
    dropped = [schema.table(name) for name in dropped_names(statement)] if statement.kind == "DROP TABLE" else []
    return any(_refers_to_dropped(script, statement, c) for table in dropped if table for c in table.constraints)


def is_superfluous_action(script: Script, statement: Statement, action: AlterAction, table: Table | None) -> bool:
    """Whether a subcommand of an ALTER TABLE changes nothing that stays."""
    guarded = find(action.tokens, "IF") is not None
    match action.kind:
        case "ADD COLUMN":
            known = guarded and table is not None and table.column(action.name) is not None
            return known or changed_later(script, statement, action.name, "DROP COLUMN")
        case "DROP COLUMN":
            return guarded and table is not None and table.column(action.name) is None
        case "ALTER TYPE" | "SET NOT NULL" | "DROP NOT NULL" if table:
            column = table.column(action.name)
            return column is not None and _is_so(statement, action, column)
        case "DROP CONSTRAINT" if table:
            known = _constraint_of(table, action.name)
            return guarded if known is None else _goes(script, statement, table.name, known.columns)
        case _:
            return False


def _is_so(statement: Statement, action: AlterAction, column: Column) -> bool:
    """Whether the column has the type or NOT NULL that it is to get."""
    start, using = find(action.tokens, "TYPE"), find(action.tokens, "USING")
    if action.kind == "ALTER TYPE" and start is not None and using is None:
        return is_type(column.type, text_of(statement, action.tokens[start + 1 :]))
    return column.not_null == (action.kind == "SET NOT NULL") and action.kind != "ALTER TYPE"


def is_needed_action(script: Script, statement: Statement, action: AlterAction, table: Table | None) -> bool:
    """Whether the rest of the script fails when a subcommand of an ALTER TABLE is left out."""
    beside = [other for other in actions_of(statement) if other is not action and other.tokens != action.tokens]
    match action.kind:
        case "ADD COLUMN":
            is_used = any(mentioned(other.tokens, action.name) for other in beside)
            return is_used or is_column_used(script, statement, action.name)
        case "RENAME COLUMN":
            names = (action.name, identifier(action.tokens[-1]))
            return any(is_column_used(script, statement, name) for name in names)
        case "RENAME":
            return any(mentioned_later(script, statement, name) for name in (statement.name, action.name))
        case "VALIDATE CONSTRAINT" | "ALTER CONSTRAINT":
            return mentioned_later(script, statement, action.name)
        case "DROP COLUMN" | "DROP CONSTRAINT":
            if any(mentioned(other.tokens, action.name) for other in beside):
                return True
            if mentioned_later(script, statement, action.name):
                return True
            of_it = [c for c in (table.constraints if table else ()) if action.name in (c.name, *c.columns)]
            if action.kind == "DROP CONSTRAINT":
                of_it = [constraint for constraint in of_it if constraint.name == action.name]
            return any(_makes_room(script, statement, constraint) for constraint in of_it)
        case _:
            return False


def is_column_used(script: Script, statement: Statement, column: str) -> bool:
    """Whether a later statement needs the column of the table of ``statement``."""
    table = statement.table or ""
    return any(
        mentioned(other.tokens, table) and (mentioned(other.tokens, column) or _fills_all(other, table))
        for other in later(script, statement)
    )


def _fills_all(statement: Statement, table: str) -> bool:
    """Whether ``statement`` writes to all columns of ``table`` without naming them."""
    if bare(statement.table) != bare(table) or statement.kind not in ("INSERT", "COPY"):
        return False
    return not any(insert_columns(query) for query in queries(statement))


def _names_at_stake(statement: Statement) -> Iterator[str]:
    """The names that a later statement cannot do without, or takes itself."""
    if statement.kind.startswith("DROP "):
        yield from dropped_names(statement)
    elif statement.kind.startswith("CREATE "):
        yield statement.name
    elif find(statement.tokens, "RENAME") is not None:
        yield statement.name
        yield identifier(statement.tokens[-1]).strip("'")
    elif find(statement.tokens, "ADD", "VALUE") is not None:
        yield from (token.text.strip("'") for token in statement.tokens if token.kind is TokenKind.STRING)


def _only_speeds_up(script: Script, statement: Statement, schema: Schema, name: str) -> bool:
    """Whether no row would be rejected if the index stayed, as far as is known."""
    wanted = name.rpartition(".")[2]
    for table in schema.tables.values():
        for index in table.indexes:
            if index.name == wanted:
                rest = replace(table, indexes=tuple(other for other in table.indexes if other is not index))
                is_key = index.unique and not is_unique(rest, index.columns)
                return not is_key or _goes(script, statement, table.name, index.columns)
    return True


def _constraint_of(table: Table, name: str) -> Constraint | None:
    return next((constraint for constraint in table.constraints if constraint.name == name), None)


def _goes(script: Script, statement: Statement, table: str, columns: tuple[str, ...]) -> bool:
    """Whether ``statement`` or a later one drops the table or one of the columns."""
    for other in script.statements[statement.index :]:
        if other.kind == "DROP TABLE" and table in {bare(name) for name in dropped_names(other)}:
            return True
        if bare(other.table) == table:
            gone = {action.name for action in actions_of(other) if action.kind == "DROP COLUMN"}
            if gone & set(columns):
                return True
    return False


def _makes_room(script: Script, statement: Statement, constraint: Constraint) -> bool:
    """Whether the constraint would stand in the way of a later statement."""
    if constraint.kind == "PRIMARY KEY":
        about = (s for s in script.statements[statement.index :] if bare(s.table) == bare(statement.table))
        return any(clause.kind == "PRIMARY KEY" for other in about for clause in constraints(other))
    return _refers_to_dropped(script, statement, constraint)


def _refers_to_dropped(script: Script, statement: Statement, constraint: Constraint) -> bool:
    """Whether the foreign key refers to a table that a later statement drops."""
    drops = (other for other in later(script, statement) if other.kind == "DROP TABLE")
    return any(constraint.referenced_table == bare(name) for other in drops for name in dropped_names(other))
