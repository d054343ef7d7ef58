"""The catalog in the middle of a script, as far as its text tells."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from confiture.model.schema import Column, Constraint, Index, Schema, Table
from confiture.model.script import Script, Statement, TokenKind, Tokens
from confiture.sql.constraints import ColumnClause, ConstraintClause
from confiture.sql.drops import dropped_names
from confiture.sql.indexes import index_of
from confiture.sql.tables import AlterAction, actions_of, columns, table_constraints, table_elements
from confiture.sql.tokens import find, first_group, matches, name_at, split
from confiture.sql.types import base_type

_CHANGING = frozenset({"CREATE TABLE", "ALTER TABLE", "DROP TABLE", "CREATE INDEX", "CREATE TYPE", "ALTER TYPE"})
_NOT_NULL = frozenset({"NOT NULL", "PRIMARY KEY", "IDENTITY"})


def evolve(script: Script, *, schema: Schema) -> Iterator[tuple[Statement, Schema]]:
    """Each statement of ``script`` with the catalog that it finds, ``schema`` being what the first one finds.

    Tables that neither ``schema`` nor the script defines stay unknown; definitions are as written, not as the
    catalog prints them.
    """
    for statement in script.statements:
        yield statement, schema
        if statement.kind in _CHANGING:
            schema = schema_after(statement, schema)


def schema_at_end(script: Script, *, schema: Schema) -> Schema:
    """The catalog once the whole of ``script`` has run on ``schema``."""
    for statement in script.statements:
        schema = schema_after(statement, schema)
    return schema


def schema_after(statement: Statement, schema: Schema) -> Schema:
    """The catalog once ``statement`` has run on ``schema``, worked out once: each operator asks for it."""
    last = cast("tuple[Schema, Schema] | None", statement.readings.get(schema_after))
    if last is None or last[0] is not schema:
        last = schema, _changed(statement, schema)
        statement.readings[schema_after] = last
    return last[1]


def _changed(statement: Statement, schema: Schema) -> Schema:
    tables = dict(schema.tables)
    enums = dict(schema.enums)
    _change_tables(statement, tables)
    if statement.kind == "CREATE TYPE" and find(statement.tokens, "ENUM") is not None:
        enums[statement.name] = tuple(item[0].text[1:-1] for item in split(first_group(statement.tokens)))
    elif statement.kind == "ALTER TYPE" and find(statement.tokens, "ADD", "VALUE") is not None:
        added = [token.text[1:-1] for token in statement.tokens if token.kind is TokenKind.STRING]
        enums[statement.name] = (*enums.get(statement.name, ()), *added[:1])
    return Schema(tables, enums)


def _change_tables(statement: Statement, tables: dict[str, Table]) -> None:
    name = (statement.table or "").removeprefix("public.")
    table = tables.get(name)
    match statement.kind:
        case "CREATE TABLE" if table_elements(statement):
            tables[name] = _created(statement, name)
        case "ALTER TABLE" if table:
            tables.pop(name)
            for action in actions_of(statement):
                table = _altered(table, action)
            tables[table.name] = table
        case "DROP TABLE":
            for dropped in dropped_names(statement):
                tables.pop(dropped.removeprefix("public."), None)
        case "CREATE INDEX" if table:
            index = index_of(statement)
            if index:
                unique = Index(statement.name, index.unique is not None, index.columns, statement.text)
                tables[name] = replace(table, indexes=(*table.indexes, replace(unique, predicate=_text(index.where))))
        case _:
            pass


def _text(tokens: Tokens) -> str | None:
    return " ".join(token.text for token in tokens) or None


def _created(statement: Statement, name: str) -> Table:
    clauses = columns(statement)
    table = Table(name, tuple(_column(clause) for clause in clauses))
    inline = [_constraint(c, (clause.name,)) for clause in clauses for c in clause.constraints]
    for constraint in [*inline, *(_constraint(c, c.column_names) for c in table_constraints(statement))]:
        if constraint:
            table = _with_constraint(table, constraint)
    return table


def _column(clause: ColumnClause) -> Column:
    kinds = {constraint.kind for constraint in clause.constraints}
    default = clause.constraint("DEFAULT")
    written = " ".join(token.text for token in clause.type)
    serial = written.lower().endswith(("serial", "serial2", "serial4", "serial8"))
    return Column(
        clause.name,
        base_type(written),
        not_null=serial or bool(kinds & _NOT_NULL),
        default=_text(default.expression) if default else ("nextval" if serial else None),
        identity="IDENTITY" in kinds,
        generated="GENERATED" in kinds,
    )


def _constraint(clause: ConstraintClause, names: tuple[str, ...]) -> Constraint | None:
    if clause.kind not in ("PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK", "EXCLUDE"):
        return None
    return Constraint(
        clause.name,
        clause.kind,
        names,
        _text(clause.body) or "",
        referenced_table=clause.referenced_table.removeprefix("public.") or None,
        referenced_columns=tuple(name_at(item, 0)[0] for item in clause.referenced),
    )


def _with_constraint(table: Table, constraint: Constraint) -> Table:
    table = replace(table, constraints=(*table.constraints, constraint))
    if constraint.kind != "PRIMARY KEY":
        return table
    return replace(
        table,
        columns=tuple(replace(c, not_null=c.not_null or c.name in constraint.columns) for c in table.columns),
    )


def _altered(table: Table, action: AlterAction) -> Table:
    match action.kind:
        case "ADD COLUMN" if action.column:
            table = replace(table, columns=(*table.columns, _column(action.column)))
            for clause in action.column.constraints:
                constraint = _constraint(clause, (action.column.name,))
                table = _with_constraint(table, constraint) if constraint else table
            return table
        case "ADD CONSTRAINT" if action.constraint:
            constraint = _constraint(action.constraint, action.constraint.column_names)
            return _with_constraint(table, constraint) if constraint else table
        case "DROP COLUMN":
            return replace(table, columns=tuple(c for c in table.columns if c.name != action.name))
        case "DROP CONSTRAINT":
            return replace(table, constraints=tuple(c for c in table.constraints if c.name != action.name))
        case "RENAME":
            return replace(table, name=action.name)
        case _:
            return replace(table, columns=tuple(_altered_column(column, action) for column in table.columns))


def _altered_column(column: Column, action: AlterAction) -> Column:
    if column.name != action.name:
        return column
    match action.kind:
        case "SET NOT NULL":
            return replace(column, not_null=True)
        case "DROP NOT NULL":
            return replace(column, not_null=False)
        case "SET DEFAULT":
            start = find(action.tokens, "DEFAULT")
            return replace(column, default=_text(action.tokens[(start or 0) + 1 :]))
        case "DROP DEFAULT":
            return replace(column, default=None)
        case "ALTER TYPE":
            start = find(action.tokens, "TYPE")
            end = find(action.tokens, "USING")
            written = action.tokens[(start or 0) + 1 : end]
            return replace(column, type=base_type(_text(written) or column.type))
        case "RENAME COLUMN":
            to = find(action.tokens, "TO")
            return column if to is None else replace(column, name=name_at(action.tokens, to + 1)[0])
        case _:
            return column


def is_unique(table: Table | None, names: Sequence[str], *, narrower: bool = False) -> bool:
    """Whether a key of ``table`` on these or fewer columns, or only on fewer, makes ``names`` unique."""
    return any(key < set(names) or (key == set(names) and not narrower) for key in _keys(table))


def is_unique_twice(table: Table | None, names: Sequence[str]) -> bool:
    """Whether ``names`` stay unique without one of the keys of ``table`` on exactly them."""
    return is_unique(table, names, narrower=True) or _keys(table).count(set(names)) > 1


def _keys(table: Table | None) -> list[set[str]]:
    if table is None:
        return []
    keys = [set(c.columns) for c in table.constraints if c.kind in ("PRIMARY KEY", "UNIQUE")]
    return keys + [set(index.columns) for index in table.indexes if index.unique and not index.predicate]


def is_new_null_column(statement: Statement, script: Script, *, table: str, column: str) -> bool:
    """Whether ``script`` added the column without a default before ``statement``, and nothing wrote it since."""
    added = False
    for earlier in script.statements[: statement.index]:
        if earlier.table != table:
            continue
        for action in actions_of(earlier):
            if action.column and action.name == column:
                added = not ({c.kind for c in action.column.constraints} & {"DEFAULT", "GENERATED", "IDENTITY"})
        names = any(name_at((token,), 0)[0] == column for token in earlier.tokens)
        if names and matches(earlier.tokens, 0, "ALTER") is False and not earlier.kind.startswith("CREATE"):
            return False
    return added
