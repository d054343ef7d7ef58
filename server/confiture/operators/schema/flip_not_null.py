"""Drops a NOT NULL or a SET NOT NULL, or adds NOT NULL to a column that may be empty.

## Why it matters

A column that silently accepts NULL fills with rows that every later query must guard against, and SET NOT NULL fails
once they are there. The other way round, a NOT NULL too much rejects writes of the version of the application that
still runs during the deployment. The manual advises that "in most database designs the majority of columns should be
marked not null" ([Constraints](https://www.postgresql.org/docs/current/ddl-constraints.html)).

## Example

```diff
 CREATE TABLE orders (
   id bigint PRIMARY KEY,
-  status text NOT NULL
+  status text
 );
```

```diff
-ALTER TABLE orders ADD COLUMN shipped_at timestamptz;
+ALTER TABLE orders ADD COLUMN shipped_at timestamptz NOT NULL;
```

## A test that kills it

```sql
SELECT attnotnull FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'status';
```

## Left alone

Columns of a primary key and identity or serial columns, which are NOT NULL anyway. A column that a later statement of
the script sets to NOT NULL, drops, or drops with its table. Generated columns. A column with a default gets no NOT
NULL, since hardly anybody writes NULL to it.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement
from confiture.operators.edits import drop_action, drop_tokens, insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.sql.constraints import ColumnClause
from confiture.sql.lifetimes import bare, changed_later, lasting
from confiture.sql.tables import actions_of, columns, table_constraints
from confiture.sql.types import is_serial

_ALWAYS_NOT_NULL = frozenset({"PRIMARY KEY", "IDENTITY", "GENERATED"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each column: the NOT NULL that it has, or one that it could have."""
    for statement in lasting(script, context.schema):
        for column in columns(statement):
            is_settled = changed_later(script, statement, column.name, "SET NOT NULL", "DROP COLUMN")
            if not is_settled and not _is_always_not_null(script, statement, column):
                yield from _of_column(statement, column)
        yield from _of_actions(script, statement, context)


def _of_column(statement: Statement, column: ColumnClause) -> Iterator[Proposal]:
    not_null = column.constraint("NOT NULL")
    name = f"{statement.table}.{column.name}"
    if not_null:
        yield Proposal(statement, (drop_tokens(statement, not_null.tokens),), f"{name} accepts NULL")
    elif not column.constraint("NULL") and not column.constraint("DEFAULT") and column.type:
        yield Proposal(statement, (insert_after(column.type[-1], " NOT NULL"),), f"{name} rejects NULL")


def _of_actions(script: Script, statement: Statement, context: Context) -> Iterator[Proposal]:
    table = context.schema.table(statement.table)
    for index, action in enumerate(actions_of(statement)):
        known = table.column(action.name) if table else None
        name = f"{statement.table}.{action.name}"
        if changed_later(script, statement, action.name, "SET NOT NULL", "DROP NOT NULL", "DROP COLUMN"):
            continue
        if action.kind == "SET NOT NULL" and not (known and known.not_null):
            yield Proposal(statement, (drop_action(statement, index),), f"{name} accepts NULL")
        elif action.kind == "DROP NOT NULL" and not (known and not known.not_null):
            yield Proposal(statement, (drop_action(statement, index),), f"{name} still rejects NULL")


def _is_always_not_null(script: Script, statement: Statement, column: ColumnClause) -> bool:
    if is_serial(column.type) or any(constraint.kind in _ALWAYS_NOT_NULL for constraint in column.constraints):
        return True
    keys = [c for other in _about(script, statement) for c in table_constraints(other) if c.kind == "PRIMARY KEY"]
    return any(column.name in key.column_names for key in keys)


def _about(script: Script, statement: Statement) -> list[Statement]:
    return [other for other in script.statements if bare(other.table) == bare(statement.table)]


OPERATOR = Operator(
    id="SCH_002",
    name="flip_not_null",
    category=Category.SCHEMA,
    severity=Severity.CRITICAL,
    summary="Drops or adds NOT NULL",
    keywords=("not null", "null", "column"),
    propose=propose,
)
