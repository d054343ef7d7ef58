"""Keeps duplicates or loses them, sums up differently, picks another first row, handles conflicts differently.

## Why it matters

One row too many or too few is invisible in a short list and wrong in every total. The manual: UNION "eliminates
duplicate rows from its result, in the same way as DISTINCT, unless UNION ALL is used"
([Combining queries](https://www.postgresql.org/docs/current/queries-union.html)), and without a fitting ORDER BY, LIMIT
returns "an unpredictable subset of the query's rows"
([LIMIT](https://www.postgresql.org/docs/current/queries-limit.html)).

## Example

```diff
-INSERT INTO tags (name) SELECT DISTINCT tag FROM posts;
+INSERT INTO tags (name) SELECT tag FROM posts;
```

```diff
 UPDATE users SET last_login = (
-  SELECT max(at) FROM logins WHERE logins.user_id = users.id
+  SELECT min(at) FROM logins WHERE logins.user_id = users.id
 );
```

```diff
 INSERT INTO settings (name, value) VALUES ('theme', 'dark')
-  ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value;
+  ON CONFLICT (name) DO NOTHING;
```

## A test that kills it

```sql
SELECT count(*) = count(DISTINCT name) FROM tags;
```

## Left alone

Duplicates that cannot be: a SELECT list with the primary key of its only table, operands of a UNION ALL that differ in
a constant. Duplicates that do not matter: in EXISTS and IN, under another DISTINCT or UNION, before ON CONFLICT DO
NOTHING. GROUP BY items that the SELECT list shows. Recursive queries, which might not end.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement, Token, Tokens
from confiture.model.span import Edit, Span
from confiture.operators.data.certain import folded, is_never_null, same
from confiture.operators.edits import drop_tokens, insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shown, subject, text_of
from confiture.sql.clauses import Conflict, conflict_of
from confiture.sql.evolution import evolve
from confiture.sql.queries import Query, insert_columns, is_literal, select_items
from confiture.sql.sources import column_references, is_name, sources
from confiture.sql.tokens import closing, column_names, find, group, matches, remove_item, replace, span_of, split
from confiture.sql.writes import assigned_values, inserted_selects, is_membership, may_loop, own_tokens, written_queries

_OTHERS = {
    "MIN": "max",
    "MAX": "min",
    "SUM": "max",
    "AVG": "max",
    "BOOL_AND": "bool_or",
    "BOOL_OR": "bool_and",
    "EVERY": "bool_or",
}
_COUNTING = frozenset({"COUNT", "SUM", "AVG", "ARRAY_AGG", "STRING_AGG", "JSON_AGG", "JSONB_AGG"})
_ORDERED = frozenset({"ARRAY_AGG", "STRING_AGG", "JSON_AGG", "JSONB_AGG", "OVER"})
_SET_OPERATORS = frozenset({"UNION", "INTERSECT", "EXCEPT"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each query: DISTINCT, aggregates, GROUP BY, ORDER BY, ON CONFLICT; then the UNIONs."""
    for statement, schema in evolve(script, schema=context.schema):
        found = written_queries(statement)
        for query in found:
            if may_loop(statement, query):
                continue
            yield from _distinct(statement, query, found=found, schema=schema)
            yield from _aggregates(statement, query, schema=schema)
            yield from _groups(statement, query)
            yield from _orders(statement, query)
            conflict = conflict_of(query)
            if conflict:
                yield from _conflict(statement, query, conflict=conflict)
        yield from _unions(statement, found)


def _distinct(statement: Statement, query: Query, *, found: tuple[Query, ...], schema: Schema) -> Iterator[Proposal]:
    if query.verb != "SELECT" or not matches(query.tokens, 1, "DISTINCT") or query.clause("GROUP"):
        return
    is_on = matches(query.tokens, 2, "ON")
    ignoring = any(
        query in inserted_selects(other, found) and (conflict := conflict_of(other)) and "NOTHING" in _words(conflict)
        for other in found
    )
    if ignoring or is_membership(statement, query) or _is_operand(statement, query) or _shows_key(query, schema):
        return
    last = closing(query.tokens, 3) if is_on else 1
    if last + 1 >= len(query.tokens):
        return
    edit = Edit(Span(query.tokens[1].span.start, query.tokens[last + 1].span.start), "")
    what = f"{subject(statement, query)} keeps duplicates"
    yield Proposal(statement, (edit,), what, span_of(query.tokens[1 : last + 1]))


def _words(conflict: Conflict) -> list[str]:
    return [token.word for token in conflict.action]


def _is_operand(statement: Statement, query: Query) -> bool:
    """Whether a set operator that removes duplicates stands before or behind ``query``."""
    tokens = statement.tokens
    first = next(i for i, token in enumerate(tokens) if token is query.tokens[0])
    last = first + len(query.tokens)
    before = first > 0 and tokens[first - 1].word in _SET_OPERATORS
    return before or (
        last < len(tokens) and tokens[last].word in _SET_OPERATORS and not matches(tokens, last + 1, "ALL")
    )


def _shows_key(query: Query, schema: Schema) -> bool:
    """Whether the rows are unique since they hold the primary key of the only table."""
    origins = sources(query)
    table = schema.table(origins[0].table) if len(origins) == 1 else None
    shown_columns = {r.column.name for item in select_items(query) for r in column_references(item, origins, schema)}
    keys = [c.columns for c in table.constraints if c.kind == "PRIMARY KEY"] if table else []
    return any(set(key) <= shown_columns for key in keys)


def _aggregates(statement: Statement, query: Query, *, schema: Schema) -> Iterator[Proposal]:
    tokens = own_tokens(query)
    for index, token in enumerate(tokens):
        if not matches(tokens, index + 1, "(") or (index and tokens[index - 1].word == "."):
            continue
        inside = group(tokens, index + 1)
        who = subject(statement, query)
        if token.word in _OTHERS:
            other = _OTHERS[token.word].upper() if token.text.isupper() else _OTHERS[token.word]
            what = f"{who} takes {other} of {shown(statement, inside)} instead of {token.text}"
            yield Proposal(statement, (replace((token,), other),), what)
        elif token.word == "COUNT" and is_name(inside) and not is_never_null(inside, query, schema=schema):
            what = f"{who} counts rows in which {shown(statement, inside)} is NULL"
            yield Proposal(statement, (replace(inside, "*"),), what)
        if token.word in _COUNTING and inside and inside[0].word == "DISTINCT" and len(inside) > 1:
            edit = Edit(Span(inside[0].span.start, inside[1].span.start), "")
            what = f"{who} takes duplicates of {shown(statement, inside[1:])} into its {token.text.lower()}"
            yield Proposal(statement, (edit,), what)


def _groups(statement: Statement, query: Query) -> Iterator[Proposal]:
    """An item goes only if nothing but the GROUP BY names it."""
    clause = query.clause("GROUP")
    items = split(clause.body) if clause else []
    place = span_of(clause.tokens) if clause else None
    others = [folded(token) for token in query.tokens if place and not place.contains(token.span)]
    for index, item in enumerate(items if len(items) > 1 else ()):
        if (
            is_name(item)
            and folded(item[-1]) not in others
            and "*" not in [t.word for t in query.clauses[0].tokens[:3]]
        ):
            what = f"{subject(statement, query)} no longer separates by {shown(statement, item)}"
            yield Proposal(statement, (remove_item(items, index),), what, span_of(item))


def _orders(statement: Statement, query: Query) -> Iterator[Proposal]:
    order = query.clause("ORDER")
    distinct = group(query.tokens, 3) if matches(query.tokens, 1, "DISTINCT", "ON") else ()
    if order and (query.clause("LIMIT") or query.clause("FETCH") or distinct):
        items = split(order.body)
        yield from _reversed(
            statement, query, item=items[len(split(distinct))] if len(items) > len(split(distinct)) else ()
        )
    tokens = own_tokens(query)
    for index, token in enumerate(tokens):
        if token.word in _ORDERED and matches(tokens, index + 1, "("):
            inside = group(tokens, index + 1)
            start = find(inside, "ORDER", "BY")
            frame = next((at for word in ("ROWS", "RANGE", "GROUPS") if (at := find(inside, word)) is not None), None)
            items = split(inside[start + 2 : frame]) if start is not None else []
            yield from _reversed(statement, query, item=items[0] if items else ())


def _reversed(statement: Statement, query: Query, *, item: Tokens) -> Iterator[Proposal]:
    nulls = find(item, "NULLS") if item else None
    key = item[:nulls]
    if not key or any(token.word in ("RANDOM", "USING") for token in key) or all(is_literal(token) for token in key):
        return
    direction = key[-1]
    what = f"{subject(statement, query)} takes {shown(statement, key)} in reverse order"
    if direction.word == "DESC":
        yield Proposal(statement, (drop_tokens(statement, (direction,)),), what, span_of(item))
    elif direction.word == "ASC":
        yield Proposal(statement, (replace((direction,), "DESC"),), what, span_of(item))
    else:
        yield Proposal(statement, (insert_after(direction, " DESC"),), what, span_of(item))


def _conflict(statement: Statement, query: Query, *, conflict: Conflict) -> Iterator[Proposal]:
    values = list(assigned_values(query))
    place = span_of(conflict.action)
    if "NOTHING" not in _words(conflict):
        is_update = not values or bool({value.column for value in values} - set(conflict.columns))
        if is_update and conflict.action[1:]:
            what = f"rows that {query.target} has already are not updated"
            yield Proposal(statement, (replace(conflict.action[1:], "NOTHING"),), what, place)
        return
    action = conflict.action[: find(conflict.action, "RETURNING")]
    columns = insert_columns(query)
    names = column_names(columns)
    free = [text_of(statement, c) for c, name in zip(columns, names, strict=True) if name not in conflict.columns]
    if conflict.columns and free:
        what = f"{free[0]} of rows that {query.target} has already is overwritten"
        edit = replace(action[1:], f"UPDATE SET {free[0]} = EXCLUDED.{free[0]}")
        yield Proposal(statement, (edit,), what, place)
    else:
        what = f"the INSERT into {query.target} fails on rows that are there already"
        yield Proposal(statement, (drop_tokens(statement, conflict.tokens),), what, place)


def _unions(statement: Statement, found: tuple[Query, ...]) -> Iterator[Proposal]:
    if not found or "RECURSIVE" in statement.words:
        return
    places = [span_of(query.tokens) for query in found]
    start, end = min(place.start for place in places), max(place.end for place in places)
    for index, token in enumerate(statement.tokens):
        if (
            token.word != "UNION"
            or not start <= token.span.start < end
            or matches(statement.tokens, index + 1, "DISTINCT")
        ):
            continue
        left, right = _operands(statement.tokens, index, found)
        if left and (is_membership(statement, left) or _differ_in_constant(left, right)):
            continue
        who = subject(statement, left or found[0])
        if matches(statement.tokens, index + 1, "ALL"):
            edit = drop_tokens(statement, statement.tokens[index + 1 : index + 2])
            yield Proposal(statement, (edit,), f"{who} merges equal rows of a UNION ALL", token.span)
        else:
            yield Proposal(statement, (insert_after(token, " ALL"),), f"{who} keeps duplicates of a UNION", token.span)


def _operands(tokens: Tokens, index: int, found: tuple[Query, ...]) -> tuple[Query | None, Query | None]:
    before: Token = tokens[index - 1]
    behind = index + (2 if matches(tokens, index + 1, "ALL") else 1)
    left = next((query for query in found if query.tokens[-1] is before and query.verb == "SELECT"), None)
    right = next((query for query in found if tokens[behind:] and query.tokens[0] is tokens[behind]), None)
    return left, right


def _differ_in_constant(left: Query, right: Query | None) -> bool:
    pairs = zip(select_items(left), select_items(right), strict=False) if right else ()
    return any(is_literal(one[0]) and is_literal(other[0]) and not same(one, other) for one, other in pairs)


OPERATOR = Operator(
    id="DATA_007",
    name="wrong_multiplicity",
    category=Category.DATA,
    severity=Severity.HIGH,
    summary="Keeps or loses duplicates, sums up differently, picks another first row, resolves conflicts differently",
    keywords=("distinct", "union", "aggregate", "group by", "order by", "limit", "on conflict"),
    propose=propose,
)
