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

Tables that the same script creates, that have no rows or fewer than a batch. LIMIT 1, which asks for one row rather
than for a batch. A bound on one side, which is a condition (DATA_002). Columns that no index begins with, where the
table is known.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement, TokenKind, Tokens
from confiture.model.span import Edit, Span
from confiture.operators.edits import drop_tokens, remove_items
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.performance.fresh import is_empty, is_new
from confiture.operators.wording import shown
from confiture.sql.evolution import evolve
from confiture.sql.queries import Clause, Query, comparisons, is_literal, queries
from confiture.sql.sources import is_name, resolve, sources
from confiture.sql.tokens import arms, find, name_at, span_of

_BATCHED = frozenset({"UPDATE", "DELETE", "INSERT"})
_LOWER = frozenset({">", ">="})
_UPPER = frozenset({"<", "<="})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each writing statement: its LIMITs, its range, its indexable comparison and its guard."""
    for statement, schema in evolve(script, schema=context.schema):
        if statement.kind not in _BATCHED or is_new(script, statement) or is_empty(statement, schema):
            continue
        for query in queries(statement):
            yield from _limit(statement, query, schema)
            where = query.clause("WHERE")
            if query.verb in ("UPDATE", "DELETE") and where and where.body:
                yield from _parts(statement, where)
                yield from _unindexed(statement, query, where=where, schema=schema)


def _limit(statement: Statement, query: Query, schema: Schema) -> Iterator[Proposal]:
    limit = query.clause("LIMIT") or query.clause("FETCH")
    if limit is None:
        return
    size = next((int(t.text) for t in limit.tokens if t.kind is TokenKind.NUMBER and t.text.isdigit()), None)
    tables = [schema.table(source.table) for source in sources(query)]
    holds_all = size is not None and len(tables) == 1 and tables[0] is not None and tables[0].rows <= size
    is_batch = size != 1 and limit.tokens[-1].word not in ("ALL", "NULL") and (limit.keyword == "LIMIT" or size)
    if is_batch and not holds_all:
        yield Proposal(
            statement, (drop_tokens(statement, limit.tokens),), _at_once(statement, shown(statement, limit.tokens))
        )


def _at_once(statement: Statement, limit: str) -> str:
    return f"{statement.kind} of {statement.table} does everything at once, without {limit}"


def _parts(statement: Statement, where: Clause) -> Iterator[Proposal]:
    """A guard against rows that are right already, and the range of a batch."""
    connective, parts = arms(where.body)
    if connective == "OR":
        return
    for index, part in enumerate(parts):
        if len(parts) > 1 and _is_guard(part):
            what = (
                f"{statement.kind} of {statement.table} writes rows again that are right already, "
                f"without {shown(statement, part)}"
            )
            yield Proposal(statement, remove_items(parts, [index]), what, span_of(part))
    for bounds in _ranges(parts):
        kept = len(bounds) < len(parts)
        edits = remove_items(parts, bounds) if kept else (drop_tokens(statement, where.tokens),)
        place = Span(parts[bounds[0]][0].span.start, parts[bounds[-1]][-1].span.end)
        what = _at_once(statement, " AND ".join(shown(statement, parts[index]) for index in bounds))
        yield Proposal(statement, edits, what, place)


def _is_guard(part: Tokens) -> bool:
    return find(part, "IS", "DISTINCT", "FROM") is not None


def _ranges(parts: list[Tokens]) -> Iterator[list[int]]:
    """The indexes of the parts that bound one column from below and above."""
    sides: dict[str, dict[str, int]] = {}
    for index, part in enumerate(parts):
        between = find(part, "BETWEEN")
        if between and is_name(part[:between]):
            yield [index]
        found = list(comparisons(part))
        if len(found) != 1 or not is_name(found[0].left):
            continue
        side = "lower" if found[0].operator.word in _LOWER else "upper" if found[0].operator.word in _UPPER else ""
        if side:
            sides.setdefault(name_at(found[0].left, 0)[0], {})[side] = index
    yield from (sorted(bounds.values()) for bounds in sides.values() if len(bounds) == 2)


def _unindexed(statement: Statement, query: Query, *, where: Clause, schema: Schema) -> Iterator[Proposal]:
    for comparison in comparisons(where.body):
        left, right = comparison.left, comparison.right
        is_constant = len(right) == 1 and is_literal(right[0]) and right[0].word != "NULL"
        if comparison.operator.word != "=" or not is_name(left) or not is_constant:
            continue
        if _may_have_index(query, name_at(left, 0)[0], schema):
            between = Span(left[-1].span.end, right[0].span.start)
            what = f"no index helps to find {shown(statement, (*left, comparison.operator, *right))} in {query.target}"
            yield Proposal(statement, (Edit(between, " IS NOT DISTINCT FROM "),), what, comparison.operator.span)
            return


def _may_have_index(query: Query, name: str, schema: Schema) -> bool:
    known = resolve(name, sources(query), schema)
    if known is None:
        return True
    _, table, column = known
    keys = [index.columns for index in table.indexes]
    keys += [constraint.columns for constraint in table.constraints if constraint.kind in ("PRIMARY KEY", "UNIQUE")]
    return any(key[:1] == (column.name,) for key in keys)


OPERATOR = Operator(
    id="PERF_006",
    name="unbatch",
    category=Category.PERFORMANCE,
    severity=Severity.MEDIUM,
    summary="Makes a backfill touch all rows at once",
    keywords=("limit", "batch", "backfill", "is distinct from", "index"),
    propose=propose,
)
