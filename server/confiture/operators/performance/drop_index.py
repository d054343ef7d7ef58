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

Unique indexes, which SCH_001 and SCH_003 change. An index that a later statement of the script needs or drops. The
absence of one whose columns another index or key of the table begins with. The order of columns where it means nothing
to the method (GIN, BRIN).
"""

from collections.abc import Iterator
from itertools import islice

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement, Tokens
from confiture.model.span import Edit
from confiture.operators.edits import drop_statement, drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shown
from confiture.sql.evolution import schema_after
from confiture.sql.indexes import IndexClause, index_of
from confiture.sql.tokens import find, identifier, name_at, remove_item, swap

_PER_INDEX = 2
_ORDERLESS = frozenset({"GIN", "BRIN"})
_OPERATOR_CLASSES = {
    "text_pattern_ops": "does not serve patterns",
    "varchar_pattern_ops": "does not serve patterns",
    "bpchar_pattern_ops": "does not serve patterns",
    "jsonb_path_ops": "is larger and slower, with an entry for each key",
}
"""Operator classes that can go, because their type has another one by default, and what is lost with them."""


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each index: that it is missing, and two ways to get it wrong."""
    final = context.schema
    for statement in script.statements:
        final = schema_after(statement, final)
    for statement in script.statements:
        index = index_of(statement)
        if index is None or index.unique or _is_mentioned_later(script, statement):
            continue
        others = _other_indexes(script, statement, schema=final)
        is_plain = not index.where and _method(index) == "BTREE"
        if not (is_plain and _has_prefix(others, _keys(index))):
            yield Proposal(statement, (drop_statement(statement),), f"index {statement.name} is missing")
        for edits, what in islice(_changes(script, statement, index), _PER_INDEX):
            yield Proposal(statement, edits, f"index {statement.name} {what}")


def _method(index: IndexClause) -> str:
    return index.method.word if index.method else "BTREE"


def _keys(index: IndexClause) -> tuple[str, ...]:
    """Each key as text that is the same for the same key; the direction of a column does not matter alone."""
    return tuple(_key(item) for item in index.items)


def _key(item: Tokens) -> str:
    words = [identifier(token) if token.text else "" for token in item]
    while len(words) > 1 and words[-1] in ("asc", "desc", "nulls", "first", "last"):
        words.pop()
    return " ".join(words)


def _changes(script: Script, statement: Statement, index: IndexClause) -> Iterator[tuple[tuple[Edit, ...], str]]:
    items = index.items
    names = [shown(statement, item[:1] if name_at(item, 0)[1] == 1 == len(item) else item) for item in items]
    if len(items) > 1:
        if _method(index) not in _ORDERLESS:
            order = ", ".join((names[1], names[0], *names[2:]))
            yield swap(items[0], items[1], text=script.text), f"has its columns in the order {order}"
        yield (remove_item(items, len(items) - 1),), f"lacks {names[-1]}"
    if index.where:
        yield (drop_tokens(statement, index.where),), "holds all rows"
    if index.include:
        yield (drop_tokens(statement, index.include),), "no longer answers queries alone"
    if _method(index) in ("HASH", "BRIN"):
        using = find(statement.tokens, "USING")
        if using is not None:
            yield (drop_tokens(statement, statement.tokens[using : using + 2]),), "is a B-tree"
    for item in items:
        loss = _OPERATOR_CLASSES.get(item[-1].text.lower())
        if loss and len(item) > 1 and _method(index) in ("BTREE", "GIN"):
            yield (drop_tokens(statement, item[-1:]),), loss


def _is_mentioned_later(script: Script, statement: Statement) -> bool:
    later = script.statements[statement.index + 1 :]
    return any(statement.name == identifier(token) for other in later for token in other.tokens if token.text)


def _other_indexes(script: Script, statement: Statement, *, schema: Schema) -> list[tuple[str, ...]]:
    """The keys of the other full B-trees of the table, those of its constraints too."""
    table = schema.table(statement.table)
    found = (
        [other.columns for other in table.indexes if _serves(other.name, other.predicate, statement)] if table else []
    )
    found += [c.columns for c in table.constraints if c.kind in ("PRIMARY KEY", "UNIQUE")] if table else []
    for other in script.statements:
        clause = index_of(other)
        if clause and other is not statement and other.table == statement.table:
            found += [_keys(clause)] if not clause.where and _method(clause) == "BTREE" else []
    return found


def _serves(name: str, predicate: str | None, statement: Statement) -> bool:
    return not predicate and name != statement.name


def _has_prefix(others: list[tuple[str, ...]], keys: tuple[str, ...]) -> bool:
    return any(other[: len(keys)] == keys for other in others)


OPERATOR = Operator(
    id="PERF_004",
    name="drop_index",
    category=Category.PERFORMANCE,
    severity=Severity.MEDIUM,
    summary="Removes a non-unique index or a part of it",
    keywords=("index", "include", "partial index", "column order", "method"),
    propose=propose,
)
