"""Adds, removes or swaps a column of a key or foreign key, or points a foreign key at another column.

## Why it matters

`UNIQUE (tenant_id, email)` and `UNIQUE (email)` look alike in a review, and both apply cleanly. The first bug report
comes when the second customer with that address signs up. How several columns make one key is in the manual
([Unique constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS)).

## Example

```diff
 CREATE TABLE members (
   team_id bigint,
   user_id bigint,
-  PRIMARY KEY (team_id, user_id)
+  PRIMARY KEY (team_id)
 );
```

```diff
-CREATE UNIQUE INDEX users_email_idx ON users (tenant_id, email);
+CREATE UNIQUE INDEX users_email_idx ON users (tenant_id);
```

## A test that kills it

```sql
INSERT INTO teams (id) VALUES (-1);
INSERT INTO users (id) VALUES (-1), (-2);
INSERT INTO members (team_id, user_id) VALUES (-1, -1), (-1, -2);
```

## Left alone

Keys with a single column that no like-typed column could replace. A key whose columns another key, on the same or
fewer columns, makes unique anyway, be it earlier or later in the script. A key that a foreign key or ON CONFLICT of
the script asks for: without it the script fails. Columns of a partition key. The order of columns, which only matters
to speed.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema, Table
from confiture.model.script import Script, Statement, Tokens
from confiture.model.span import Edit
from confiture.operators.edits import insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shown
from confiture.sql.constraints import ConstraintClause
from confiture.sql.evolution import evolve, is_unique, is_unique_twice, schema_after, schema_at_end
from confiture.sql.indexes import index_of
from confiture.sql.lifetimes import is_key_needed, lasts
from confiture.sql.tables import columns, table_constraints
from confiture.sql.tokens import column_names, find, first_group, remove_item, replace, span_of, split, swap
from confiture.sql.types import type_family

_PER_PLACE = 2
_UNIQUE = frozenset({"PRIMARY KEY", "UNIQUE"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each key at most two ways to get its columns wrong."""
    end = schema_at_end(script, schema=context.schema)
    for statement, schema in evolve(script, schema=context.schema):
        if not lasts(script, statement, context.schema):
            continue
        final = end.table(statement.table)
        table = _with_own_columns(statement, schema)
        for constraint in table_constraints(statement):
            names = constraint.column_names
            if constraint.kind in _UNIQUE and not _stays(script, statement, names, kind=constraint.kind, final=final):
                what = f"the {constraint.kind} of {statement.table}"
                mistakes = _of_key(constraint.columns, what, statement=statement, table=table)
            elif constraint.kind == "FOREIGN KEY":
                mistakes = _of_foreign_key(script, statement, constraint=constraint, schema=schema)
            else:
                continue
            for edits, description in islice(mistakes, _PER_PLACE):
                yield Proposal(statement, edits, description)
        yield from _of_index(script, statement, table, final=final)
        yield from _of_inline_references(statement, schema)


def _of_key(
    items: Sequence[Tokens], what: str, *, statement: Statement, table: Table | None
) -> Iterator[tuple[tuple[Edit, ...], str]]:
    names = column_names(items)
    if len(items) > 1:
        fixed = _partition_key(statement)
        for index in (len(items) - 1, 0):
            rest = ", ".join(shown(statement, item) for item in items if item is not items[index])
            if names[index] not in fixed:
                yield (remove_item(items, index),), f"{what} asks only for distinct {rest}"
    elif len(items) == 1 and len(items[0]) == 1:
        other = _alike(names[0], names, table)
        if other:
            yield (insert_after(items[0][-1], f", {other}"),), f"{what} lets {names[0]} repeat with another {other}"
            if not what.startswith("the PRIMARY KEY") and not is_unique(table, [other]):
                yield (replace(items[0], other),), f"{what} asks for distinct {other} instead of {names[0]}"


def _stays(script: Script, statement: Statement, names: tuple[str, ...], *, kind: str, final: Table | None) -> bool:
    """Whether the script needs the key as it is, or another key of the ``final`` table makes its columns unique."""
    return is_key_needed(script, statement, names, kind=kind) or is_unique_twice(final, names)


def _partition_key(statement: Statement) -> set[str]:
    """Columns that each key of the new table must have."""
    start = find(statement.tokens, "PARTITION", "BY")
    return set() if start is None else set(column_names(split(first_group(statement.tokens, start=start))))


def _of_foreign_key(
    script: Script, statement: Statement, *, constraint: ConstraintClause, schema: Schema
) -> Iterator[tuple[tuple[Edit, ...], str]]:
    table = schema_after(statement, schema).table(statement.table)
    goal = constraint.referenced_table
    names = constraint.column_names
    if len(names) > 1 and _alike(names[0], [name for name in names if name != names[1]], table) == names[1]:
        edits = swap(constraint.columns[0], constraint.columns[1], text=script.text)
        yield edits, f"{names[0]} and {names[1]} of {statement.table} refer to {goal} in the place of each other"
    for item, name in zip(constraint.columns, names, strict=True):
        other = _alike(name, names, table)
        if other:
            yield (replace(item, other),), f"{statement.table}.{other} refers to {goal} in the place of {name}"
    other = _other_goal(constraint, schema_after(statement, schema))
    if other and names:
        what = f"{statement.table}.{names[0]} refers to {goal}.{other} instead of {constraint.referenced[0][0].text}"
        yield (replace(constraint.referenced[0], other),), what


def _of_index(script: Script, statement: Statement, table: Table | None, *, final: Table | None) -> Iterator[Proposal]:
    index = index_of(statement)
    if index and index.unique and not _stays(script, statement, index.columns, kind="UNIQUE", final=final):
        mistakes = _of_key(index.items, f"index {statement.name}", statement=statement, table=table)
        for edits, description in islice(mistakes, _PER_PLACE):
            yield Proposal(statement, edits, description)


def _of_inline_references(statement: Statement, schema: Schema) -> Iterator[Proposal]:
    """An inline foreign key repointed at another unique column of the same type."""
    for column in columns(statement):
        for constraint in column.constraints:
            other = _other_goal(constraint, schema)
            if other:
                named = constraint.referenced[0]
                goal = f"{constraint.referenced_table}.{other}"
                what = f"{statement.table}.{column.name} refers to {goal} instead of {named[0].text}"
                yield Proposal(statement, (replace(named, other),), what, span_of(named))


def _other_goal(constraint: ConstraintClause, schema: Schema) -> str | None:
    """Another column of the referenced table that the foreign key could refer to."""
    goal = schema.table(constraint.referenced_table) if constraint.kind == "FOREIGN KEY" else None
    if goal is None or len(constraint.referenced) != 1:
        return None
    named = column_names(constraint.referenced)[0]
    return next((name for name in _unique_columns(goal) if _same_type(goal, name, named)), None)


def _unique_columns(table: Table) -> Iterator[str]:
    for constraint in table.constraints:
        if constraint.kind in _UNIQUE and len(constraint.columns) == 1:
            yield constraint.columns[0]


def _same_type(table: Table, name: str, wanted: str) -> bool:
    one, other = table.column(name), table.column(wanted)
    return name != wanted and one is not None and other is not None and one.type == other.type


def _alike(name: str, taken: Sequence[str], table: Table | None) -> str | None:
    """Another column of the same kind of type that a person could write by mistake."""
    column = table.column(name) if table else None
    if table is None or column is None:
        return None
    family = type_family(column.type)
    alike = [c.name for c in table.columns if c.name not in taken and type_family(c.type) == family]
    return next((other for other in alike if not is_unique(table, [other])), next(iter(alike), None))


def _with_own_columns(statement: Statement, schema: Schema) -> Table | None:
    """The table that the statement works on, as it is once the statement's own columns are there."""
    return schema_after(statement, schema).table(statement.table)


OPERATOR = Operator(
    id="SCH_003",
    name="edit_key_columns",
    category=Category.SCHEMA,
    severity=Severity.HIGH,
    summary="Adds, removes or swaps a column of a key, or repoints a foreign key",
    keywords=("primary key", "unique", "foreign key", "columns", "index"),
    propose=propose,
)
