"""Makes PostgreSQL rewrite the table: a volatile default in the place of a constant, or a type change that computes.

## Why it matters

A new column with a constant default costs nothing, however large the table is. With a volatile one, "the entire table
and its indexes" are rewritten under ACCESS EXCLUSIVE
([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)); `clock_timestamp()`
for `now()` is enough.

## Example

```diff
-ALTER TABLE orders ADD COLUMN seen_at timestamptz DEFAULT now();
+ALTER TABLE orders ADD COLUMN seen_at timestamptz DEFAULT clock_timestamp();
```

```diff
-ALTER TABLE orders ADD COLUMN points integer NOT NULL DEFAULT 0;
+ALTER TABLE orders ADD COLUMN points integer NOT NULL DEFAULT 0 + floor(random());
```

## A test that kills it

Write a budget above the statement, here as a test of its own:

```sql
-- confiture: budget rewrite=no
SELECT true;
```

## Left alone

Tables that the same script creates or that have no rows. Statements that rewrite already: a volatile default, a type
change with USING or to another kind of type.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement, TokenKind, Tokens
from confiture.operators.edits import insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.performance.fresh import is_empty, is_new
from confiture.sql.tables import AlterAction, actions_of
from confiture.sql.tokens import find, replace, span_of
from confiture.sql.types import base_type, type_family

_MOMENTS = frozenset({"NOW", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "TRANSACTION_TIMESTAMP", "STATEMENT_TIMESTAMP"})
_COMPUTING = {"text": "{} || ''", "numeric": "{} + 0"}
"""By family of type, an expression that changes no value but makes PostgreSQL compute each one."""


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each new column with a default and each type change that rewrites nothing."""
    for statement in script.statements:
        if is_new(script, statement) or is_empty(statement, context.schema):
            continue
        rewrites = _rewrites_already(statement)
        for action in actions_of(statement):
            default = action.column.constraint("DEFAULT") if action.column else None
            if default and not rewrites:
                yield from _volatile(statement, default.expression, action.name)
            elif action.kind == "ALTER TYPE" and not rewrites:
                yield from _computed(statement, action, context.schema)


def _rewrites_already(statement: Statement) -> bool:
    words = set(statement.words)
    return bool(words & {"RANDOM", "CLOCK_TIMESTAMP", "GEN_RANDOM_UUID", "UUID_GENERATE_V4", "NEXTVAL", "IDENTITY"})


def _volatile(statement: Statement, expression: Tokens, column: str) -> Iterator[Proposal]:
    first = expression[0]
    what = f"adding {statement.table}.{column} rewrites the table"
    place = span_of(expression)
    if first.word in _MOMENTS:
        yield Proposal(statement, (replace(expression, "clock_timestamp()"),), what, place)
    elif len(expression) == 1 and first.kind is TokenKind.NUMBER:
        yield Proposal(statement, (insert_after(first, " + floor(random())"),), what, place)
    elif len(expression) == 1 and first.word in ("TRUE", "FALSE"):
        comparison = ">=" if first.word == "TRUE" else "<"
        yield Proposal(statement, (replace(expression, f"(random() {comparison} 0)"),), what, place)


def _computed(statement: Statement, action: AlterAction, schema: Schema) -> Iterator[Proposal]:
    table = schema.table(statement.table)
    column = table.column(action.name) if table else None
    start = find(action.tokens, "TYPE")
    if column is None or start is None or find(action.tokens, "USING") is not None:
        return
    new = base_type(" ".join(token.text for token in action.tokens[start + 1 :]))
    expression = _COMPUTING.get(type_family(new))
    if expression and type_family(column.type) == type_family(new) and base_type(column.type) != "character":
        what = f"the new type of {statement.table}.{action.name} rewrites the table"
        yield Proposal(statement, (insert_after(action.tokens[-1], f" USING {expression.format(action.name)}"),), what)


OPERATOR = Operator(
    id="PERF_003",
    name="force_rewrite",
    category=Category.PERFORMANCE,
    severity=Severity.CRITICAL,
    summary="Makes a default volatile or a type change compute, so that the table is rewritten",
    keywords=("rewrite", "default", "volatile", "type"),
    propose=propose,
)
