"""Removes a non-unique index, or its last column, its order, INCLUDE, WHERE, method or operator class.

## Why it matters

Nothing fails without an index; queries that used it only read the whole table, at first in milliseconds. A multicolumn
index "is most efficient when there are constraints on the leading (leftmost) columns"
([Multicolumn indexes](https://www.postgresql.org/docs/current/indexes-multicolumn.html)), so that the wrong order is as
good as none.

## Example

```diff
-CREATE INDEX orders_open_idx ON orders (customer_id, created_at) WHERE closed_at IS NULL;
+CREATE INDEX orders_open_idx ON orders (created_at, customer_id) WHERE closed_at IS NULL;
```

## A test that kills it

```sql
SELECT pg_get_indexdef('orders_open_idx'::regclass) LIKE '%(customer_id, created_at)%';
```

## Left alone

Unique indexes, which SCH_001 and SCH_003 change. An index that a later statement of the script needs or drops, or
whose columns another index of the table begins with.
"""

from collections.abc import Iterator
from itertools import islice

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement
from confiture.model.span import Edit
from confiture.operators.edits import drop_statement, drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.sql.indexes import IndexClause, index_of
from confiture.sql.tokens import find, identifier, remove_item, swap

_PER_INDEX = 2


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each index: that it is missing, and two ways to get it wrong."""
    for statement in script.statements:
        index = index_of(statement)
        if index is None or index.unique or _is_mentioned_later(script, statement):
            continue
        if not _is_prefix(script, statement, index=index, schema=context.schema):
            yield Proposal(statement, (drop_statement(statement),), f"index {statement.name} is missing")
        for edits, what in islice(_changes(script, statement, index), _PER_INDEX):
            yield Proposal(statement, edits, f"index {statement.name} {what}")


def _changes(script: Script, statement: Statement, index: IndexClause) -> Iterator[tuple[tuple[Edit, ...], str]]:
    items = index.items
    if len(items) > 1:
        order = ", ".join((index.columns[1], index.columns[0], *index.columns[2:]))
        yield swap(items[0], items[1], text=script.text), f"has its columns in the order {order}"
        yield (remove_item(items, len(items) - 1),), f"lacks {index.columns[-1]}"
    if index.where:
        yield (drop_tokens(statement, index.where),), "holds all rows"
    if index.include:
        yield (drop_tokens(statement, index.include),), "no longer answers queries alone"
    if index.method and index.method.word in ("HASH", "BRIN"):
        using = find(statement.tokens, "USING")
        if using is not None:
            yield (drop_tokens(statement, statement.tokens[using : using + 2]),), "is a B-tree"
    for item in items:
        if len(item) == 2 and item[1].text.lower().endswith("_ops") and index.method is None:
            yield (drop_tokens(statement, item[1:]),), "does not serve patterns"


def _is_mentioned_later(script: Script, statement: Statement) -> bool:
    later = script.statements[statement.index + 1 :]
    return any(statement.name == identifier(token) for other in later for token in other.tokens if token.text)


def _is_prefix(script: Script, statement: Statement, *, index: IndexClause, schema: Schema) -> bool:
    """Whether another full index of the table begins with the same columns."""
    if index.where or index.method:
        return False
    table = schema.table(statement.table)
    others = [other.columns for other in table.indexes if not other.predicate] if table else []
    others += [constraint.columns for constraint in table.constraints if _is_key(constraint.kind)] if table else []
    for other in script.statements:
        clause = index_of(other)
        if clause and other is not statement and other.table == statement.table and not clause.where:
            others.append(clause.columns)
    return any(columns[: len(index.columns)] == index.columns and columns != index.columns for columns in others)


def _is_key(kind: str) -> bool:
    return kind in ("PRIMARY KEY", "UNIQUE")


OPERATOR = Operator(
    id="PERF_004",
    name="drop_index",
    category=Category.PERFORMANCE,
    severity=Severity.MEDIUM,
    summary="Removes a non-unique index or a part of it",
    keywords=("index", "include", "partial index", "column order", "method"),
    propose=propose,
)
