"""Drops the WHERE of a statement or one part of a condition, finds only half of the rows, or none.

## Why it matters

An UPDATE or DELETE whose WHERE is missing a condition changes rows that nobody asked it to change, and the rows
cannot be told apart afterwards. The manual: "If the WHERE clause is absent, the effect is to delete all rows in the
table" ([DELETE](https://www.postgresql.org/docs/current/sql-delete.html)). A backfill that stops half-way looks
complete to a test that only asks for *some* row.

## Example

```diff
-DELETE FROM sessions WHERE expires_at < now() AND NOT pinned;
+DELETE FROM sessions WHERE expires_at < now();
```

```diff
-UPDATE orders SET currency = 'EUR' WHERE currency IS NULL;
+UPDATE orders SET currency = 'EUR';
```

```diff
-UPDATE orders SET currency = 'EUR' WHERE country = 'FR';
+UPDATE orders SET currency = 'EUR' WHERE country = 'FR' AND hashtext(orders::text) % 2 = 0;
```

## A test that kills it

```sql
SELECT count(*) = 1 FROM sessions WHERE pinned AND expires_at < now();
```

## Left alone

Parts of a condition that hold for all rows: `IS NOT NULL` on a NOT NULL column, what a CHECK says too, `IS NULL` on a
column that the script has just added without a default. A guard (`x IS DISTINCT FROM 1`) before an assignment of the
same value (`SET x = 1`). The bounds of a batch in a DO block that walks through the whole table, if a row is the same
after the statement came to it twice. A condition that is written twice. The WHERE of a partial index or an ON CONFLICT
target. Recursive queries, which might not end.
"""

from collections import Counter
from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement, Tokens
from confiture.model.span import Edit, Span
from confiture.operators.data.certain import folded, is_always_true, same
from confiture.operators.data.walks import is_bound_of_walk
from confiture.operators.edits import drop_tokens, insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shown, subject
from confiture.sql.clauses import conflict_of, merge_branches
from confiture.sql.evolution import evolve, is_new_null_column
from confiture.sql.queries import Clause, Query, joins
from confiture.sql.sources import is_name, resolve, sources
from confiture.sql.tokens import arms, find, matches, name_at, remove_item, replace, span_of
from confiture.sql.writes import all_conditions, assigned_values, inserted_selects, may_loop, written_queries

_DONE = {"UPDATE": "updated", "DELETE": "deleted"}


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each query: its conditions and their parts, then how many rows it finds."""
    for statement, schema in evolve(script, schema=context.schema):
        found = written_queries(statement)
        inserted = [id(select) for insert in found for select in inserted_selects(insert, found)]
        for query in found:
            if may_loop(statement, query):
                continue
            yield from _without_conditions(statement, query, script=script, schema=schema)
            yield from _without_parts(statement, query, script=script, schema=schema)
            if query.verb in _DONE or id(query) in inserted:
                yield from _half(statement, query)
            elif query.verb == "SELECT" and query.depth == 0:
                yield from _none(statement, query)


def _without_conditions(statement: Statement, query: Query, *, script: Script, schema: Schema) -> Iterator[Proposal]:
    """A whole WHERE or HAVING, the AND of a MERGE's branch, the WHERE of DO UPDATE."""
    for clause in query.clauses:
        if clause.keyword not in ("WHERE", "HAVING") or not clause.body:
            continue
        _, parts = arms(clause.body)
        telling = [part for part in parts if not _is_idle(part, query, statement, script=script, schema=schema)]
        everything = query.verb in _DONE and clause.keyword == "WHERE" and len(sources(query)) == 1
        if telling and (len(parts) == 1 or everything):
            what = (
                f"every row of {query.target} is {_DONE[query.verb]}"
                if everything
                else f"{subject(statement, query)} ignores the condition {shown(statement, clause.body)}"
            )
            yield Proposal(statement, (drop_tokens(statement, clause.tokens),), what)
    for branch in merge_branches(query):
        if len(arms(branch.condition)[1]) == 1 and branch.condition:
            start = find(branch.tokens, "AND")
            end = find(branch.tokens, "THEN")
            what = f"the MERGE into {query.target} ignores the condition {shown(statement, branch.condition)}"
            yield Proposal(statement, (drop_tokens(statement, branch.tokens[start:end]),), what)
    conflict = conflict_of(query)
    if conflict and conflict.where and len(arms(conflict.where)[1]) == 1:
        where = find(conflict.action, "WHERE")
        what = f"rows of {query.target} are overwritten even without {shown(statement, conflict.where)}"
        yield Proposal(statement, (drop_tokens(statement, conflict.action[where:]),), what)


def _without_parts(statement: Statement, query: Query, *, script: Script, schema: Schema) -> Iterator[Proposal]:
    for condition in all_conditions(query):
        connective, parts = arms(condition)
        written = [tuple(map(folded, part)) for part in parts]
        times = Counter(written)
        for index, part in enumerate(parts if connective else ()):
            if times[written[index]] > 1 or _is_idle(part, query, statement, script=script, schema=schema):
                continue
            verb = "ignores the condition" if connective == "AND" else "leaves out"
            what = f"{subject(statement, query)} {verb} {shown(statement, part)}"
            yield Proposal(statement, (remove_item(parts, index),), what, span_of(part))


def _is_idle(part: Tokens, query: Query, statement: Statement, *, script: Script, schema: Schema) -> bool:
    """Whether the rows, or what is written to them, are the same without this part of a condition."""
    if is_always_true(part, query, schema=schema) or is_bound_of_walk(part, query, statement, script):
        return True
    if len(part) > 2 and matches(part, len(part) - 2, "IS", "NULL") and is_name(part[:-2]):
        known = resolve(name_at(part, 0)[0], sources(query), schema)
        column = name_at(part, 0)[0].rpartition(".")[2]
        table = known[0].table if known else query.target
        if is_new_null_column(statement, script, table=table, column=column):
            return query.verb != "SELECT" or not any(join.type for join in joins(query))
    return query.verb == "UPDATE" and _is_guard(part, query)


def _is_guard(part: Tokens, query: Query) -> bool:
    """Whether the part only keeps the sole assignment from writing what is there already."""
    values = list(assigned_values(query))
    position = find(part, "IS", "DISTINCT", "FROM")
    if len(values) != 1 or not is_name(part[: find(part, "IS")]):
        return False
    column = name_at(part, 0)[0].rpartition(".")[2]
    value = values[0].tokens
    if matches(value, 0, "COALESCE") and matches(part, len(part) - 2, "IS", "NULL"):
        return column == values[0].column and matches(value, 1, "(") and name_at(value, 2)[0].endswith(column)
    return position is not None and column == values[0].column and same(part[position + 3 :], value)


def _half(statement: Statement, query: Query) -> Iterator[Proposal]:
    """Adds a condition on the row's content, so that it picks the same rows on each run."""
    origins = sources(query)
    if not origins or not origins[0].alias or query.clause("LIMIT") or query.clause("FETCH"):
        return
    edits = _narrowed(query, f"hashtext({origins[0].alias}::text) % 2 = 0")
    if query.verb in _DONE:
        what = f"only about half of the rows of {query.target} are {_DONE[query.verb]}"
    else:
        what = f"{subject(statement, query)} takes only about half of the rows of {origins[0].alias}"
    yield Proposal(statement, edits, what)


def _none(statement: Statement, query: Query) -> Iterator[Proposal]:
    where = query.clause("WHERE")
    edits = (replace(where.body, "false"),) if where and where.body else _narrowed(query, "false")
    has_operands = bool({"UNION", "INTERSECT", "EXCEPT"} & set(statement.words))
    what = f"a part of {subject(statement, query)}" if has_operands else subject(statement, query)
    if query.clause("FROM"):
        yield Proposal(statement, edits, f"{what} gets no rows")


def _narrowed(query: Query, condition: str) -> tuple[Edit, ...]:
    where = query.clause("WHERE")
    if where is None or not where.body:
        return (insert_after(_last_source(query).tokens[-1], f" WHERE {condition}"),)
    behind = insert_after(where.body[-1], f" AND {condition}")
    if find(where.body, "OR") is None:
        return (behind,)
    before = Edit(Span(where.body[0].span.start, where.body[0].span.start), "(")
    return (before, insert_after(where.body[-1], f") AND {condition}"))


def _last_source(query: Query) -> Clause:
    """The clause that a WHERE stands behind."""
    found = [clause for clause in query.clauses if clause.keyword in ("FROM", "USING", "SET")]
    return found[-1] if found else query.clauses[0]


OPERATOR = Operator(
    id="DATA_002",
    name="wrong_rows",
    category=Category.DATA,
    severity=Severity.CRITICAL,
    summary="Drops the WHERE of a statement or one part of a condition, or finds only half of the rows",
    keywords=("where", "having", "on", "condition", "update", "delete"),
    propose=propose,
)
