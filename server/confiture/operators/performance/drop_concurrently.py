"""Loses CONCURRENTLY of CREATE INDEX, DROP INDEX, REINDEX, REFRESH MATERIALIZED VIEW or DETACH PARTITION.

## Why it matters

Without the word everything works in every test and on every small table, but building an index then "locks the table
against writes" until it is done
([CREATE INDEX](https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY)): on a table
of real size that is minutes without orders.

## Example

```diff
-CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
+CREATE INDEX orders_user_id_idx ON orders (user_id);
```

## A test that kills it

Write a budget above the statement, here as a test of its own:

```sql
-- confiture: budget lock<=ShareUpdateExclusive
SELECT true;
```

## Left alone

Indexes of a table that the same script creates, and DROP INDEX of one that it creates.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.script import Script
from confiture.operators.edits import drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.performance.fresh import is_new

_LOCKS = {
    "CREATE INDEX": "building index {} blocks writes to {}",
    "DROP INDEX": "dropping index {} blocks all use of its table",
    "REINDEX": "reindexing {} blocks writes",
    "REFRESH MATERIALIZED VIEW": "refreshing {} blocks its readers",
    "ALTER TABLE": "detaching a partition of {} blocks all use of it",
}


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """One proposal per CONCURRENTLY."""
    del context
    for statement in script.statements:
        words = _LOCKS.get(statement.kind)
        if words and not is_new(script, statement):
            for token in statement.tokens:
                if token.word == "CONCURRENTLY":
                    what = words.format(statement.name, statement.table)
                    yield Proposal(statement, (drop_tokens(statement, (token,)),), what, token.span)


OPERATOR = Operator(
    id="PERF_001",
    name="drop_concurrently",
    category=Category.PERFORMANCE,
    severity=Severity.HIGH,
    summary="Loses CONCURRENTLY",
    keywords=("concurrently", "index", "lock"),
    propose=propose,
)
