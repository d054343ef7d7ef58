"""Bends a rule: a comparison of a CHECK, a part of it, a value of a list, an enum label, a predicate, a policy.

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

Parts joined by OR. Fractions that an integer column is compared with. Labels of an enum that the script itself uses.
Predicates of indexes that are not unique, which PERF_004 is about. Policies that let every row pass anyway. Tables that
the script drops again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Table
from confiture.model.script import Script, Statement, Tokens
from confiture.model.span import Span
from confiture.operators.edits import drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shown
from confiture.sql.evolution import evolve, schema_after
from confiture.sql.indexes import index_of
from confiture.sql.lifetimes import lasts, later
from confiture.sql.queries import Comparison, comparisons, is_literal
from confiture.sql.tables import constraints, domain_constraints
from confiture.sql.tokens import (
    arms,
    find,
    first_group,
    group,
    matches,
    name_at,
    remove_item,
    replace,
    span_of,
    split,
)
from confiture.sql.types import type_family

_BOUNDARIES = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_OPPOSITES = {"=": "<>", "<>": "=", "!=": "="}
_QUANTIFIERS = frozenset({"ANY", "SOME", "ALL"})


@dataclass(frozen=True, slots=True)
class _Rule:
    """A condition with the words for it: ``the CHECK of orders``."""

    statement: Statement
    table: Table | None
    what: str
    condition: Tokens


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """The ways to bend each rule that the script creates."""
    for statement, schema in evolve(script, schema=context.schema):
        if not lasts(script, statement, context.schema):
            continue
        for rule in _rules(statement, schema_after(statement, schema).table(statement.table)):
            yield from _comparisons(rule)
            yield from _ranges(rule)
            yield from _parts(rule)
            yield from _lists(rule)
        yield from _whole_predicate(statement)
        yield from _open_policies(statement)
        yield from _labels(script, statement)


def _rules(statement: Statement, table: Table | None) -> Iterator[_Rule]:
    for constraint in constraints(statement) + domain_constraints(statement):
        if constraint.kind == "CHECK" and constraint.expression:
            name = f"CHECK {constraint.name}".rstrip()
            yield _Rule(statement, table, f"the {name} of {statement.table or statement.name}", constraint.expression)
    index = index_of(statement)
    if index and index.unique and index.predicate:
        yield _Rule(statement, table, f"unique index {statement.name}", index.predicate)
    for word, condition in _policy_conditions(statement):
        what = f"policy {statement.name}" if word == "USING" else f"policy {statement.name} for new rows"
        yield _Rule(statement, table, what, condition)


def _policy_conditions(statement: Statement) -> Iterator[tuple[str, Tokens]]:
    if statement.kind not in ("CREATE POLICY", "ALTER POLICY"):
        return
    for word in ("USING", "CHECK"):
        position = find(statement.tokens, word)
        if position is not None and matches(statement.tokens, position + 1, "("):
            yield word, group(statement.tokens, position + 1)


def _comparisons(rule: _Rule) -> Iterator[Proposal]:
    """Boundaries; also equalities, unless `_parts` leaves these out."""
    is_alone = arms(rule.condition)[0] != "AND"
    moves = _BOUNDARIES | _OPPOSITES if is_alone else _BOUNDARIES
    for comparison in comparisons(rule.condition):
        new = None if _is_between_values(rule, comparison) else moves.get(comparison.operator.word)
        if new and comparison.right and comparison.right[0].word not in _QUANTIFIERS:
            left, right = shown(rule.statement, comparison.left), shown(rule.statement, comparison.right)
            what = f"{rule.what} asks for {left} {new} {right}"
            place = Span(comparison.left[0].span.start, comparison.right[-1].span.end)
            yield Proposal(rule.statement, (replace((comparison.operator,), new),), what, place)


def _is_between_values(rule: _Rule, comparison: Comparison) -> bool:
    """Whether an integer column is compared with a fraction: no value lies on that boundary."""
    column = rule.table.column(name_at(comparison.left, 0)[0]) if rule.table else None
    is_fraction = len(comparison.right) == 1 and "." in comparison.right[0].text.rstrip("0").rstrip(".")
    return column is not None and type_family(column.type) == "integer" and is_fraction


def _ranges(rule: _Rule) -> Iterator[Proposal]:
    """BETWEEN two numbers, with one of them off by one."""
    for index, token in enumerate(rule.condition):
        numbers = rule.condition[index + 1 : index + 4]
        if token.word == "BETWEEN" and len(numbers) == 3 and numbers[1].word == "AND":
            for number in (numbers[0], numbers[2]):
                if number.text.isdigit() and int(number.text):
                    new = str(int(number.text) - 1)
                    what = f"{rule.what} {'begins' if number is numbers[0] else 'ends'} at {new}"
                    yield Proposal(rule.statement, (replace((number,), new),), what)


def _parts(rule: _Rule) -> Iterator[Proposal]:
    connective, parts = arms(rule.condition)
    if connective == "AND":
        for index, part in enumerate(parts):
            what = f"{rule.what} no longer asks for {shown(rule.statement, part)}"
            yield Proposal(rule.statement, (remove_item(parts, index),), what, span_of(part))


def _lists(rule: _Rule) -> Iterator[Proposal]:
    """``IN (…)`` and ``= ANY (ARRAY[…])`` without the last value."""
    for index, token in enumerate(rule.condition):
        opening = {"IN": "(", "ARRAY": "["}.get(token.word)
        if opening and matches(rule.condition, index + 1, opening):
            items = split(group(rule.condition, index + 1))
            values = [next((token for token in item if token.word != "("), item[0]) for item in items]
            if len(items) > 1 and all(map(is_literal, values)):
                what = f"{rule.what} does not know {values[-1].text}"
                yield Proposal(rule.statement, (remove_item(items, len(items) - 1),), what, span_of(items[-1]))


def _whole_predicate(statement: Statement) -> Iterator[Proposal]:
    """A partial unique index that becomes a full one, unless `_parts` opens it a bit."""
    index = index_of(statement)
    if index and index.unique and index.where and arms(index.predicate)[0] != "AND":
        what = f"unique index {statement.name} is for all rows, not only where {shown(statement, index.predicate)}"
        yield Proposal(statement, (drop_tokens(statement, index.where),), what, span_of(index.where))


def _open_policies(statement: Statement) -> Iterator[Proposal]:
    for word, condition in _policy_conditions(statement):
        if condition and [token.word for token in condition] != ["TRUE"]:
            rows = "every row" if word == "USING" else "every new row"
            yield Proposal(statement, (replace(condition, "true"),), f"policy {statement.name} lets {rows} pass")


def _labels(script: Script, statement: Statement) -> Iterator[Proposal]:
    if statement.kind != "CREATE TYPE" or find(statement.tokens, "ENUM") is None:
        return
    items = split(first_group(statement.tokens))
    for index in range(len(items) - 1, -1, -1):
        label = items[index][0].text
        if len(items) > 1 and not any(
            label in token.text for other in later(script, statement) for token in other.tokens
        ):
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
