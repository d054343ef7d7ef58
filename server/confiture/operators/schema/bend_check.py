"""Bends a rule: the boundary of a CHECK, a part of it, a value of a list, an enum label, a predicate, a policy.

## Why it matters

A CHECK that is off by one still looks right, and a policy without its second half shows customers each other's rows.
PostgreSQL applies whatever rule is written: "the check constraint expression should involve the column thus
constrained, otherwise the constraint would not make too much sense" is all that the manual can ask
([Check constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS),
[Row security policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).

## Example

```diff
 CREATE TABLE products (
   id bigint PRIMARY KEY,
-  price numeric CHECK (price > 0)
+  price numeric CHECK (price >= 0)
 );
```

```diff
-CREATE POLICY own_rows ON orders USING (customer_id = current_customer() AND status <> 'draft');
+CREATE POLICY own_rows ON orders USING (customer_id = current_customer());
```

## A test that kills it

```sql
DO $$
BEGIN
  INSERT INTO products (id, price) VALUES (-1, 0);
  RAISE EXCEPTION 'a price of 0 was accepted';
EXCEPTION WHEN check_violation THEN NULL;
END $$;
```

## Left alone

Boundaries between integers that mean the same. Labels of an enum that the script itself uses. Parts joined by OR.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement, TokenKind, Tokens
from confiture.model.span import Span
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shown
from confiture.sql.indexes import index_of
from confiture.sql.queries import comparisons, is_literal
from confiture.sql.tables import constraints
from confiture.sql.tokens import (
    arms,
    find,
    first_group,
    group,
    matches,
    remove_item,
    replace,
    span_of,
    split,
    top_level,
)

_BOUNDARIES = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


@dataclass(frozen=True, slots=True)
class _Rule:
    """A condition with the words for it: ``the CHECK of orders``."""

    statement: Statement
    what: str
    condition: Tokens


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """The ways to bend each rule that the script creates."""
    del context
    for statement in script.statements:
        for rule in _rules(statement):
            yield from _boundaries(rule)
            yield from _parts(rule)
            yield from _lists(rule)
        yield from _open_policies(statement)
        yield from _labels(script, statement)


def _rules(statement: Statement) -> Iterator[_Rule]:
    for constraint in constraints(statement):
        if constraint.kind == "CHECK" and constraint.expression:
            name = f"CHECK {constraint.name}".rstrip()
            yield _Rule(statement, f"the {name} of {statement.table}", constraint.expression)
    index = index_of(statement)
    if index and index.unique and index.predicate:
        yield _Rule(statement, f"unique index {statement.name}", index.predicate)
    for _, condition in _policy_conditions(statement):
        yield _Rule(statement, f"policy {statement.name}", condition)


def _policy_conditions(statement: Statement) -> Iterator[tuple[str, Tokens]]:
    if statement.kind not in ("CREATE POLICY", "ALTER POLICY"):
        return
    for word in ("USING", "CHECK"):
        position = find(statement.tokens, word)
        if position is not None and matches(statement.tokens, position + 1, "("):
            yield word, group(statement.tokens, position + 1)


def _boundaries(rule: _Rule) -> Iterator[Proposal]:
    for comparison in comparisons(rule.condition):
        new = _BOUNDARIES.get(comparison.operator.word)
        if new:
            left, right = shown(rule.statement, comparison.left), shown(rule.statement, comparison.right)
            what = f"{rule.what} asks for {left} {new} {right}"
            place = Span(comparison.left[0].span.start, comparison.right[-1].span.end)
            yield Proposal(rule.statement, (replace((comparison.operator,), new),), what, place)


def _parts(rule: _Rule) -> Iterator[Proposal]:
    connective, parts = arms(rule.condition)
    if connective == "AND":
        for index, part in enumerate(parts):
            what = f"{rule.what} no longer asks for {shown(rule.statement, part)}"
            yield Proposal(rule.statement, (remove_item(parts, index),), what, span_of(part))


def _lists(rule: _Rule) -> Iterator[Proposal]:
    for index, token in top_level(rule.condition):
        if token.word == "IN" and matches(rule.condition, index + 1, "("):
            items = split(group(rule.condition, index + 1))
            if len(items) > 1 and all(len(item) == 1 and is_literal(item[0]) for item in items):
                what = f"{rule.what} does not know {items[-1][0].text}"
                yield Proposal(rule.statement, (remove_item(items, len(items) - 1),), what, span_of(items[-1]))


def _open_policies(statement: Statement) -> Iterator[Proposal]:
    for word, condition in _policy_conditions(statement):
        if [token.word for token in condition] != ["TRUE"]:
            rows = "every row" if word == "USING" else "every new row"
            yield Proposal(statement, (replace(condition, "true"),), f"policy {statement.name} lets {rows} pass")


def _labels(script: Script, statement: Statement) -> Iterator[Proposal]:
    if statement.kind != "CREATE TYPE" or find(statement.tokens, "ENUM") is None:
        return
    items = split(first_group(statement.tokens))
    used = {
        t.text for other in script.statements[statement.index + 1 :] for t in other.tokens if t.kind is TokenKind.STRING
    }
    for index in range(len(items) - 1, -1, -1):
        label = items[index][0].text
        if len(items) > 1 and label not in used:
            what = f"enum {statement.name} has no label {label}"
            yield Proposal(statement, (remove_item(items, index),), what, span_of(items[index]))
            return


OPERATOR = Operator(
    id="SCH_004",
    name="bend_check",
    category=Category.SCHEMA,
    severity=Severity.HIGH,
    summary="Moves a boundary, drops a part or a value of a CHECK, enum, predicate or policy",
    keywords=("check", "enum", "policy", "row level security", "predicate", "boundary"),
    propose=propose,
)
