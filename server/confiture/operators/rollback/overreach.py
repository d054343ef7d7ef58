"""Undoes too much: adds CASCADE, drops the WHERE of a DELETE, swaps two statements, drops IF EXISTS.

## Why it matters

CASCADE makes the error go away, and with it views, foreign keys and columns of others: the manual says to use it "to
drop the table and its dependent objects", all of them
([Dependency tracking](https://www.postgresql.org/docs/current/ddl-depend.html)).

## Example

```diff
-DROP TABLE loyalty_entries;
+DROP TABLE loyalty_entries CASCADE;
```

```diff
-DELETE FROM settings WHERE name = 'theme';
+DELETE FROM settings;
```

## A test that kills it

The round trip kills it when something depends on what is dropped.

```sql
SELECT to_regclass('loyalty_report') IS NOT NULL;
```

## Left alone

What the fingerprint cannot tell from the original: CASCADE without dependants.
"""

from collections.abc import Iterator
from itertools import pairwise

from confiture.model.migration import Role
from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement
from confiture.model.span import Edit
from confiture.operators.edits import drop_tokens, insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.rollback.undo import undoing
from confiture.sql.queries import queries
from confiture.sql.tables import actions_of
from confiture.sql.tokens import find, matches, span_of

_CASCADING = frozenset(
    {"DROP TABLE", "DROP VIEW", "DROP MATERIALIZED VIEW", "DROP TYPE", "DROP FUNCTION", "DROP SEQUENCE"}
    | {"DROP SCHEMA", "DROP DOMAIN", "DROP EXTENSION"}
)
_CASCADING_ACTIONS = frozenset({"DROP COLUMN", "DROP CONSTRAINT"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each statement the ways to undo too much, then the order of its neighbours."""
    del context
    for statement in undoing(script):
        yield from _cascade(statement)
        yield from _all_rows(statement)
        yield from _if_exists(statement)
    yield from _swapped(script)


def _cascade(statement: Statement) -> Iterator[Proposal]:
    if statement.kind in _CASCADING and find(statement.tokens, "CASCADE") is None:
        edit = _cascading(statement, len(statement.tokens) - 1)
        yield Proposal(statement, (edit,), f"whatever depends on {statement.name} is dropped too", statement.span)
    for action in actions_of(statement):
        if action.kind in _CASCADING_ACTIONS and find(action.tokens, "CASCADE") is None:
            last = statement.tokens.index(action.tokens[-1])
            what = f"whatever depends on {action.name} of {statement.table} is dropped too"
            yield Proposal(statement, (_cascading(statement, last),), what, span_of(action.tokens))


def _cascading(statement: Statement, last: int) -> Edit:
    token = statement.tokens[last]
    return Edit(token.span, "CASCADE") if token.word == "RESTRICT" else insert_after(token, " CASCADE")


def _all_rows(statement: Statement) -> Iterator[Proposal]:
    for query in queries(statement):
        where = query.clause("WHERE")
        if query.verb == "DELETE" and where and not matches(where.tokens, 1, "CURRENT", "OF"):
            yield Proposal(
                statement, (drop_tokens(statement, where.tokens),), f"every row of {query.target} is deleted"
            )


def _if_exists(statement: Statement) -> Iterator[Proposal]:
    position = find(statement.tokens, "IF", "EXISTS")
    if statement.kind.startswith("DROP") and position is not None:
        what = f"{statement.operation} fails where {statement.name} is not there"
        yield Proposal(statement, (drop_tokens(statement, statement.tokens[position : position + 2]),), what)


def _swapped(script: Script) -> Iterator[Proposal]:
    for first, second in pairwise(undoing(script)):
        if first.table == second.table and first.table is not None:
            edits = (Edit(first.span, second.text), Edit(second.span, first.text))
            yield Proposal(first, edits, f"{second.operation} comes before {first.operation}", first.span)


OPERATOR = Operator(
    id="ROLL_005",
    name="overreach",
    category=Category.ROLLBACK,
    severity=Severity.HIGH,
    summary="Undoes too much, or in the wrong order",
    keywords=("down", "rollback", "cascade", "delete", "order"),
    propose=propose,
    roles=frozenset({Role.DOWN}),
)
