"""Takes a value from another column of the same type, mixes up the columns of an INSERT, or joins in another way.

## Why it matters

Columns of one type can be confused without any error: `created_at` for `updated_at`, `user_id` for `id`. And the kind
of a join decides whether rows without a partner take part: with LEFT OUTER JOIN, "the joined table always has at least
one row for each row in T1"
([Table expressions](https://www.postgresql.org/docs/current/queries-table-expressions.html)).

## Example

```diff
 CREATE TABLE people (id bigint PRIMARY KEY, first_name text, last_name text, initial text);
-UPDATE people SET initial = left(first_name, 1);
+UPDATE people SET initial = left(last_name, 1);
```

```diff
 CREATE VIEW order_totals AS
   SELECT o.id, sum(i.price) AS total
-  FROM orders o LEFT JOIN items i ON i.order_id = o.id
+  FROM orders o JOIN items i ON i.order_id = o.id
   GROUP BY o.id;
```

```diff
-INSERT INTO countries (name, capital) VALUES ('France', 'Paris');
+INSERT INTO countries (capital, name) VALUES ('France', 'Paris');
```

## A test that kills it

```sql
SELECT bool_and(initial = left(first_name, 1)) FROM people;
```

## Left alone

Columns whose type is not known; identifiers in the place of other values; text, integers and flags whose names have
nothing in common. Joins along an enforced NOT NULL foreign key, where LEFT and INNER give the same rows, and those
whose missing rows a later condition removes anyway. Two INSERT columns with equal values.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Column, Schema, Table
from confiture.model.script import Script, Statement, TokenKind, Tokens
from confiture.model.span import Edit, Span
from confiture.operators.data.certain import is_enforced, joined_alias, rejects_missing_rows, same
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import subject
from confiture.sql.evolution import evolve
from confiture.sql.queries import Comparison, Join, Query, comparisons, insert_columns, joins
from confiture.sql.sources import ColumnReference, Source, column_references, is_name, resolve, sources
from confiture.sql.tokens import closing, column_names, replace, swap
from confiture.sql.types import type_family
from confiture.sql.writes import (
    Value,
    assigned_values,
    inserted_rows,
    inserted_selects,
    is_membership,
    is_one_of_many,
    selected_values,
    written_queries,
)

_AGGREGATES = frozenset(
    [
        "COUNT",
        "SUM",
        "AVG",
        "MIN",
        "MAX",
        "BOOL_AND",
        "BOOL_OR",
        "EVERY",
        "ARRAY_AGG",
        "STRING_AGG",
        "JSON_AGG",
        "JSONB_AGG",
        "JSON_OBJECT_AGG",
        "JSONB_OBJECT_AGG",
    ]
)
_COMMON_TYPES = frozenset({"text", "integer", "boolean"})
_CLOSE = 0.5
_MOST_SWAPS = 2


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each query: its values, the columns of an INSERT, its joins and their keys."""
    for statement, schema in evolve(script, schema=context.schema):
        if is_one_of_many(statement, script):
            continue
        found = written_queries(statement)
        inserted = [id(select) for insert in found for select in inserted_selects(insert, found)]
        for query in found:
            yield from _columns(statement, query, schema=schema, is_inserted=id(query) in inserted)
            yield from _inserted_columns(statement, query, schema=schema)
            yield from _joins(statement, query, schema=schema)
            yield from _keys(statement, query, schema=schema)


def _columns(statement: Statement, query: Query, *, schema: Schema, is_inserted: bool) -> Iterator[Proposal]:
    origins = sources(query)
    values = list(assigned_values(query))
    if not is_membership(statement, query) and "DISTINCT" not in [token.word for token in query.tokens[1:2]]:
        values += selected_values(query)
    for value in values:
        for reference in column_references(_readable(value, query), origins, schema):
            taken = value.column if value.table else ""
            sibling = _sibling(reference, origins=origins, other_than=taken, schema=schema)
            if sibling is None:
                continue
            keeps_name = not is_inserted and not value.table and is_name(value.item)
            name = f"{sibling} AS {reference.column.name}" if keeps_name else sibling
            what = f"{subject(statement, query)} reads {sibling} instead of {reference.column.name}"
            yield Proposal(statement, (replace(reference.tokens[-1:], name),), what)
            break


def _readable(value: Value, query: Query) -> Tokens:
    """The part of a value in which any column may stand: with aggregates only the inside of these."""
    calls = [
        (token.word, value.tokens[index + 1 : closing(value.tokens, index + 1) + 1])
        for index, token in enumerate(value.tokens[:-1])
        if token.word in _AGGREGATES and value.tokens[index + 1].word == "("
    ]
    if calls:
        counted = [call[1] for call in calls if call[0] != "COUNT"]
        return counted[0] if counted else ()
    body = query.clauses[0].tokens
    is_grouped = query.clause("GROUP") is not None or any(token.word in _AGGREGATES for token in body)
    return () if is_grouped and query.verb == "SELECT" else value.tokens


def _sibling(reference: ColumnReference, *, origins: tuple[Source, ...], other_than: str, schema: Schema) -> str | None:
    """The column of the same table that is most easily taken for the one that is read."""
    column = reference.column
    candidates = [
        other
        for other in reference.table.columns
        if other.name not in (column.name, other_than)
        and _alike(column, other)
        and (type_family(column.type) not in _COMMON_TYPES or _sound_alike(column, other))
        and _is_understood(other.name, reference, origins=origins, schema=schema)
    ]
    return max(candidates, key=lambda other: _similarity(column, other)).name if candidates else None


def _is_understood(name: str, reference: ColumnReference, *, origins: tuple[Source, ...], schema: Schema) -> bool:
    """Whether ``name`` in the place of the reference means a column of the same table and no other."""
    if len(reference.tokens) > 1 or len(origins) == 1:
        return True
    return all(schema.table(origin.table) for origin in origins) and resolve(name, origins, schema) is not None


def _alike(first: Column, second: Column) -> bool:
    return type_family(first.type) == type_family(second.type) and _is_identifier(first) == _is_identifier(second)


def _is_identifier(column: Column) -> bool:
    return column.name == "id" or column.name.endswith("_id") or type_family(column.type) == "uuid"


def _sound_alike(first: Column, second: Column) -> bool:
    words = set(first.name.split("_")) & set(second.name.split("_"))
    return bool(words) or _similarity(first, second) >= _CLOSE


def _similarity(first: Column, second: Column) -> float:
    return SequenceMatcher(None, first.name, second.name).ratio()


def _inserted_columns(statement: Statement, query: Query, *, schema: Schema) -> Iterator[Proposal]:
    columns = insert_columns(query)
    if not columns or columns[0][0].word in ("SELECT", "WITH"):
        return
    names = column_names(columns)
    found = 0
    for index in range(len(columns) - 1):
        pair = (names[index], names[index + 1])
        if found < _MOST_SWAPS and _may_be_mixed_up(query, index, table=schema.table(query.target), names=pair):
            found += 1
            edits = swap(columns[index], columns[index + 1], text=_at_offsets(statement))
            what = f"{pair[0]} and {pair[1]} of {query.target} are mixed up"
            yield Proposal(statement, edits, what)


def _at_offsets(statement: Statement) -> str:
    return " " * statement.span.start + statement.text


def _may_be_mixed_up(query: Query, index: int, *, table: Table | None, names: tuple[str, str]) -> bool:
    rows = inserted_rows(query)
    pairs = [(row[index].tokens, row[index + 1].tokens) for row in rows if len(row) > index + 1]
    if rows and all(same(first, second) for first, second in pairs):
        return False
    if table:
        first, second = table.column(names[0]), table.column(names[1])
        return first is not None and second is not None and _alike(first, second)
    return bool(pairs) and all(_is_plain_text(first) and _is_plain_text(second) for first, second in pairs)


def _is_plain_text(tokens: Tokens) -> bool:
    """Whether a literal looks like text, not like a date, a number or JSON."""
    text = tokens[0].text[1:-1]
    letters = text.replace(" ", "").replace("-", "").replace("_", "")
    return len(tokens) == 1 and tokens[0].kind is TokenKind.STRING and letters.isalpha()


def _joins(statement: Statement, query: Query, *, schema: Schema) -> Iterator[Proposal]:
    for join in joins(query):
        words = [token.word for token in join.type]
        is_keyed = bool(join.condition) or "USING" in [token.word for token in join.tokens]
        equal = is_enforced(join.condition, query, schema=schema) or rejects_missing_rows(query, join=join)
        if not is_keyed or {"CROSS", "NATURAL"} & set(words) or equal:
            continue
        alias = joined_alias(join.tokens) or "the joined rows"
        who = subject(statement, query)
        match words[:1]:
            case ["LEFT"]:
                yield Proposal(statement, (_retyped(join, ""),), f"{who} loses the rows without a match in {alias}")
            case ["RIGHT"]:
                yield Proposal(statement, (_retyped(join, ""),), f"{who} loses rows of {alias} without a match")
            case ["FULL"]:
                yield Proposal(statement, (_retyped(join, "LEFT "),), f"{who} loses rows of {alias} without a match")
            case _:
                yield Proposal(
                    statement, (_retyped(join, "LEFT "),), f"{who} takes rows without a match in {alias} too"
                )


def _retyped(join: Join, words: str) -> Edit:
    keyword = join.tokens[len(join.type)]
    return Edit(Span(join.tokens[0].span.start, keyword.span.start), words)


def _keys(statement: Statement, query: Query, *, schema: Schema) -> Iterator[Proposal]:
    where = [clause.body for clause in query.clauses if clause.keyword in ("WHERE", "ON")]
    for condition in [*(join.condition for join in joins(query)), *where]:
        for comparison in comparisons(condition) if condition else ():
            yield from _key(statement, query, comparison=comparison, schema=schema)


def _key(statement: Statement, query: Query, *, comparison: Comparison, schema: Schema) -> Iterator[Proposal]:
    origins = sources(query)
    sides = [
        next(column_references(side, origins, schema), None)
        for side in (comparison.left, comparison.right)
        if is_name(side)
    ]
    known = [side for side in sides if side]
    if comparison.operator.word != "=" or len(known) != 2 or known[0].source == known[1].source:
        return
    for side in sorted(known, key=lambda reference: reference.column.name == "id"):
        own_id = side.table.column("id")
        is_taken_for_id = own_id and own_id.name != side.column.name and _alike(own_id, side.column)
        sibling = "id" if is_taken_for_id else _sibling(side, origins=origins, other_than="", schema=schema)
        if sibling:
            alias = side.source.alias
            what = f"{subject(statement, query)} joins on {alias}.{sibling} instead of {alias}.{side.column.name}"
            yield Proposal(statement, (replace(side.tokens[-1:], sibling),), what)
            return


OPERATOR = Operator(
    id="DATA_006",
    name="wrong_source",
    category=Category.DATA,
    severity=Severity.HIGH,
    summary="Takes a value from another column, mixes up INSERT columns, joins in another way",
    keywords=("column", "insert", "join", "left", "inner", "key"),
    propose=propose,
)
