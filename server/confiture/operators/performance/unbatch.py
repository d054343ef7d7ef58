"""Makes a backfill do too much at once: without LIMIT or range, without its index, without its guard.

## Why it matters

One UPDATE of a large table writes every row again, holds its locks to the end and leaves as many dead rows behind. The
manual: "in PostgreSQL, an UPDATE or DELETE of a row does not immediately remove the old version of the row"
([Routine vacuuming](https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY)). Work in
batches and skip what is done already.

## Example

```diff
 UPDATE orders SET state = 'new'
-WHERE id IN (SELECT id FROM orders WHERE state IS NULL ORDER BY id LIMIT 1000);
+WHERE id IN (SELECT id FROM orders WHERE state IS NULL ORDER BY id);
```

```diff
-UPDATE customers SET points = 0 WHERE tier = 'bronze';
+UPDATE customers SET points = 0 WHERE tier IS NOT DISTINCT FROM 'bronze';
```

## A test that kills it

```sql
SELECT count(*) = 1000 FROM orders WHERE state = 'new';
```

## Left alone

Tables that the same script creates, and tables that are known to have no rows.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement
from confiture.operators.edits import drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.performance.fresh import is_empty, is_new
from confiture.operators.wording import shown
from confiture.sql.queries import Query, comparisons, is_literal, queries
from confiture.sql.sources import is_name
from confiture.sql.tokens import arms, find, remove_item, replace, span_of

_BATCHED = frozenset({"UPDATE", "DELETE", "INSERT"})
_RANGE = frozenset({"<", "<=", ">", ">="})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each writing statement: its LIMITs, its range, its indexable comparison and its guard."""
    for statement in script.statements:
        if statement.kind not in _BATCHED or is_new(script, statement) or is_empty(statement, context.schema):
            continue
        for query in queries(statement):
            yield from _limit(statement, query)
        main = next((query for query in queries(statement) if query.verb in ("UPDATE", "DELETE")), None)
        if main:
            yield from _conditions(statement, main)


def _limit(statement: Statement, query: Query) -> Iterator[Proposal]:
    limit = query.clause("LIMIT")
    if limit:
        what = (
            f"{statement.kind} of {statement.table} does everything at once, without {shown(statement, limit.tokens)}"
        )
        yield Proposal(statement, (drop_tokens(statement, limit.tokens),), what)


def _conditions(statement: Statement, query: Query) -> Iterator[Proposal]:
    where = query.clause("WHERE")
    if where is None:
        return
    connective, parts = arms(where.body)
    for index, part in enumerate(parts):
        found = list(comparisons(part))
        is_guard = find(part, "IS", "DISTINCT", "FROM") is not None
        in_range = find(part, "BETWEEN") is not None or any(c.operator.word in _RANGE for c in found)
        if connective == "AND" and (is_guard or in_range):
            does = "writes rows again that are right already" if is_guard else "does everything at once"
            what = f"{statement.kind} of {statement.table} {does}, without {shown(statement, part)}"
            yield Proposal(statement, (remove_item(parts, index),), what, span_of(part))
    for comparison in list(comparisons(where.body))[:1]:
        indexable = is_name(comparison.left) and len(comparison.right) == 1 and is_literal(comparison.right[0])
        if comparison.operator.word == "=" and indexable:
            what = f"no index helps to find {shown(statement, where.body)} in {statement.table}"
            yield Proposal(statement, (replace((comparison.operator,), "IS NOT DISTINCT FROM"),), what)


OPERATOR = Operator(
    id="PERF_006",
    name="unbatch",
    category=Category.PERFORMANCE,
    severity=Severity.MEDIUM,
    summary="Makes a backfill touch all rows at once",
    keywords=("limit", "batch", "backfill", "is distinct from", "index"),
    propose=propose,
)
