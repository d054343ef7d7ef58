"""Turns a comparison round or moves its boundary; swaps AND with OR; negates IN, EXISTS, BETWEEN, LIKE and flags.

## Why it matters

`<` for `<=` is the oldest mistake there is, and NOT IN or AND/OR are read the wrong way round by people who are in a
hurry. In a migration the wrong rows are changed once and for all. The manual spells out that AND binds tighter than OR
([Lexical structure](https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-PRECEDENCE)) and that BETWEEN
includes both ends
([Comparison functions](https://www.postgresql.org/docs/current/functions-comparison.html)).

## Example

```diff
-UPDATE invoices SET overdue = true WHERE due_on < current_date AND paid_on IS NULL;
+UPDATE invoices SET overdue = true WHERE due_on <= current_date AND paid_on IS NULL;
```

```diff
-DELETE FROM tokens WHERE kind IN ('session', 'reset') OR revoked;
+DELETE FROM tokens WHERE kind NOT IN ('session', 'reset') OR revoked;
```

## A test that kills it

```sql
SELECT count(*) = 0 FROM invoices WHERE due_on = current_date AND overdue;
```

## Left alone

Boundaries that no row can hit: comparisons with the current moment or a random number, `id > 0` on a generated key,
fractions on integers, what a CHECK rules out, the value that is written anyway. Join keys (`a.id = b.a_id`), which
DATA_006 gets wrong in better ways. `OR` between two values of one column, of which no row has both. NOT BETWEEN for the
bounds of a batch in a DO block that walks through the whole table, if a row is the same after the statement came to it
twice. Recursive queries, which might not end.
"""

from collections.abc import Iterator
from itertools import islice, pairwise

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement, Token, TokenKind, Tokens
from confiture.model.span import Edit, Span, apply_edits
from confiture.operators.data.certain import is_always_true, same
from confiture.operators.data.walks import is_bound_of_walk
from confiture.operators.edits import drop_tokens, insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shortened, shown, subject, text_of
from confiture.sql.evolution import evolve
from confiture.sql.queries import Query, comparisons, is_literal
from confiture.sql.sources import is_name, resolve, sources
from confiture.sql.tokens import arms, find, group, matches, name_at, remove_item, replace, span_of, split, unwrapped
from confiture.sql.types import type_family
from confiture.sql.writes import all_conditions, assigned_values, may_loop, written_queries

_BOUNDARIES = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_NEGATIONS = {"=": "<>", "<>": "=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_PATTERNS = {"LIKE": "ILIKE", "ILIKE": "LIKE"}
_MOMENTS = frozenset(
    [
        "NOW",
        "CURRENT_TIMESTAMP",
        "LOCALTIMESTAMP",
        "CLOCK_TIMESTAMP",
        "STATEMENT_TIMESTAMP",
        "TRANSACTION_TIMESTAMP",
        "RANDOM",
        "CURRENT_TIME",
        "LOCALTIME",
    ]
)


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each condition: its connectives, then each of its parts."""
    for statement, schema in evolve(script, schema=context.schema):
        for query in written_queries(statement):
            if may_loop(statement, query):
                continue
            for condition in all_conditions(query):
                yield from _connectives(statement, query, condition=condition, schema=schema)
                for leaf in _leaves(condition):
                    # The rows outside of a batch are those of the others: turned round, it writes all but its own.
                    sides = not is_bound_of_walk(leaf, query, statement, script)
                    yield from _leaf(statement, query, leaf=leaf, schema=schema, sides=sides)


def _connectives(statement: Statement, query: Query, *, condition: Tokens, schema: Schema) -> Iterator[Proposal]:
    condition = unwrapped(condition)
    connective, parts = arms(condition)
    for first, second in list(pairwise(parts))[:2]:
        token = next(t for t in condition if t.span.start >= first[-1].span.end)
        idle = any(is_always_true(part, query, schema=schema) for part in (first, second))
        if connective == "AND" and not idle and not _is_join(first) and not _is_join(second):
            what = (
                f"{subject(statement, query)} needs only one of {shown(statement, first)}, {shown(statement, second)}"
            )
            yield Proposal(statement, (replace((token,), "OR"),), what)
        elif connective == "OR" and not _exclude_each_other(first, second):
            what = f"{subject(statement, query)} needs both {shown(statement, first)} and {shown(statement, second)}"
            yield Proposal(statement, (replace((token,), "AND"),), what)
    for part in parts if connective else ():
        yield from _connectives(statement, query, condition=_positive(part), schema=schema)


def _positive(part: Tokens) -> Tokens:
    return part[1:] if part[0].word == "NOT" else part


def _is_join(part: Tokens) -> bool:
    """Whether the part compares columns of two tables."""
    found = list(comparisons(part))
    return len(found) == 1 and _is_key(found[0].left, found[0].right)


def _is_key(left: Tokens, right: Tokens) -> bool:
    if not (is_name(left) and is_name(right)):
        return False
    qualifiers = [name_at(side, 0)[0].rpartition(".")[0] for side in (left, right)]
    return qualifiers[0] != qualifiers[1]


def _exclude_each_other(first: Tokens, second: Tokens) -> bool:
    one, other = list(comparisons(first)), list(comparisons(second))
    if len(one) != 1 or len(other) != 1 or one[0].operator.word != "=" or other[0].operator.word != "=":
        return False
    return same(one[0].left, other[0].left)


def _leaves(condition: Tokens) -> Iterator[Tokens]:
    """The parts of a condition that no AND or OR connects; a NOT before one belongs to it."""
    condition = unwrapped(condition)
    connective, parts = arms(condition)
    if connective:
        for part in parts:
            yield from _leaves(part)
        return
    yield condition
    if matches(condition, 0, "NOT", "(") and arms(condition[1:])[0]:
        yield from _leaves(condition[1:])


def _leaf(statement: Statement, query: Query, *, leaf: Tokens, schema: Schema, sides: bool) -> Iterator[Proposal]:
    for edits in islice(_rewrites(statement, query, leaf=leaf, schema=schema), 0 if sides else 1, None):
        place = span_of(leaf)
        moved = [Edit(edit.span.shift(-place.start), edit.replacement) for edit in edits]
        old = " ".join(text_of(statement, leaf).split())
        new = " ".join(apply_edits(text_of(statement, leaf), moved).split())
        what = f"{subject(statement, query)} asks for {shortened(new)} instead of {shortened(old)}"
        if shortened(new) == shortened(old):
            what = (
                f"{subject(statement, query)} has {edits[0].replacement} where it belongs elsewhere: {shortened(old)}"
            )
        yield Proposal(statement, tuple(edits), what)


def _rewrites(statement: Statement, query: Query, *, leaf: Tokens, schema: Schema) -> Iterator[list[Edit]]:
    """The ways to get one part of a condition wrong, two at most; first, of BETWEEN, that it is turned round."""
    if leaf[0].word == "NOT":
        if len(leaf) > 1:
            yield [Edit(Span(leaf[0].span.start, leaf[1].span.start), "")]
        return
    if leaf[0].word == "EXISTS":
        yield [_before(leaf[0], "NOT ")]
        return
    for word in ("BETWEEN", "IN", "LIKE", "ILIKE"):
        position = find(leaf, word)
        if position:
            yield from _of_word(statement, leaf, position)
            return
    found = list(comparisons(leaf))
    if len(found) == 1:
        comparison = found[0]
        if _is_key(comparison.left, comparison.right) and comparison.operator.word == "=":
            return
        yield from _of_comparison(query, leaf, schema=schema)
    elif is_name(leaf) and not is_literal(leaf[0]) and not _is_case_value(query, leaf):
        yield [_before(leaf[0], "NOT ")]


def _before(token: Token, text: str) -> Edit:
    return Edit(Span(token.span.start, token.span.start), text)


def _is_case_value(query: Query, leaf: Tokens) -> bool:
    """Whether a name could be a value that ``CASE x WHEN name`` compares with."""
    tokens = query.tokens
    places = [i for i, token in enumerate(tokens[:-1]) if token.word == "WHEN" and tokens[i + 1] is leaf[0]]
    return any(tokens[i - 1].word != "CASE" for i in places)


def _of_word(statement: Statement, leaf: Tokens, position: int) -> Iterator[list[Edit]]:
    word = leaf[position]
    negated = leaf[position - 1].word == "NOT"
    yield [drop_tokens(statement, leaf[position - 1 : position])] if negated else [_before(word, "NOT ")]
    if word.word in _PATTERNS:
        pattern = leaf[position + 1] if position + 1 < len(leaf) else word
        if pattern.kind is TokenKind.STRING and any(character.isalpha() for character in pattern.text):
            yield [replace((word,), _PATTERNS[word.word])]
    elif word.word == "IN" and matches(leaf, position + 1, "("):
        items = split(group(leaf, position + 1))
        if len(items) > 1 and all(is_literal(item[0]) for item in items):
            yield [remove_item(items, len(items) - 1)]
    elif word.word == "BETWEEN" and not negated and is_name(leaf[:position]):
        end = find(leaf, "AND", start=position)
        if end is not None and not matches(leaf, position + 1, "SYMMETRIC"):
            left = text_of(statement, leaf[:position])
            yield [
                _before(leaf[0], "("),
                replace((word,), ">="),
                replace((leaf[end],), f"AND {left} <"),
                insert_after(leaf[-1], ")"),
            ]


def _of_comparison(query: Query, leaf: Tokens, *, schema: Schema) -> Iterator[list[Edit]]:
    comparison = next(iter(comparisons(leaf)))
    operator = comparison.operator
    quantifier = comparison.right[0] if comparison.right else operator
    if operator.word in _BOUNDARIES and not _is_unreachable(query, leaf, schema=schema):
        yield [replace((operator,), _BOUNDARIES[operator.word])]
    if quantifier.word in ("ANY", "SOME", "ALL"):
        other = "ANY" if quantifier.word == "ALL" else "ALL"
        if operator.word in ("=", "<>", "!="):
            yield [replace((operator,), _NEGATIONS[operator.word]), replace((quantifier,), other)]
        return
    yield [replace((operator,), _NEGATIONS[operator.word])]


def _is_unreachable(query: Query, leaf: Tokens, *, schema: Schema) -> bool:
    """Whether no row can have just the value of the boundary."""
    comparison = next(iter(comparisons(leaf)))
    if any(token.word in _MOMENTS for token in leaf) or is_always_true(leaf, query, schema=schema):
        return True
    values = list(assigned_values(query))
    if len(values) == 1 and same(values[0].tokens, comparison.right) and is_name(comparison.left):
        return name_at(comparison.left, 0)[0].rpartition(".")[2] == values[0].column
    sides = (comparison.left, comparison.right)
    for name, value in (sides, sides[::-1]):
        known = resolve(name_at(name, 0)[0], sources(query), schema) if is_name(name) else None
        number = value[0].text if len(value) == 1 and value[0].kind is TokenKind.NUMBER else None
        if known is None or number is None or type_family(known[2].type) != "integer":
            continue
        column = known[2]
        if "." in number or (number == "0" and (column.identity or "nextval" in (column.default or ""))):
            return True
    return False


OPERATOR = Operator(
    id="DATA_003",
    name="flip_predicate",
    category=Category.DATA,
    severity=Severity.HIGH,
    summary="Turns a part of a condition round or moves its boundary",
    keywords=("where", "and", "or", "not", "in", "exists", "between", "like", "boundary"),
    propose=propose,
)
