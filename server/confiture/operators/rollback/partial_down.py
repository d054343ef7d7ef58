"""Stops the down script half way, or before it begins.

## Why it matters

Outside a transaction a down script that fails in the middle leaves a state that is neither the old nor the new one, and
that no migration tool knows. "PostgreSQL actually treats every SQL statement as being executed within a transaction"
([Transactions](https://www.postgresql.org/docs/current/tutorial-transactions.html)): each statement for itself, unless
they are put together.

## Example

```diff
 DROP VIEW open_orders;
-DROP INDEX orders_state_idx;
-ALTER TABLE orders DROP COLUMN state;
```

## A test that kills it

The round trip kills it: Confiture runs up and down and compares the database with what it was.

```sql
SELECT count(*) = 0 FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'state';
```

## Left alone

A tail of nothing but comments, settings, locks and transaction control, which undoes nothing. Stops behind the first
fifty of a long script.
"""

from collections.abc import Iterator
from itertools import islice

from confiture.model.migration import Role
from confiture.model.mutant import Category, Severity
from confiture.model.script import Script
from confiture.operators.edits import drop_statement
from confiture.operators.generate import ARID
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.rollback.undo import is_undoing, undoing

_MOST_STOPS = 50


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """One proposal per statement before which the script could stop, the first one included."""
    del context
    statements = undoing(script)
    for position, statement in enumerate(islice(statements, _MOST_STOPS)):
        where = f"before {statement.operation}" if position else "before it begins"
        tail = (other for other in script.statements[statement.index :] if is_undoing(other) or other.kind in ARID)
        edits = tuple(drop_statement(other) for other in tail)
        yield Proposal(statement, edits, f"the down script stops {where}", statement.span)


OPERATOR = Operator(
    id="ROLL_002",
    name="partial_down",
    category=Category.ROLLBACK,
    severity=Severity.CRITICAL,
    summary="Stops the down script half way",
    keywords=("down", "rollback", "partial", "transaction"),
    propose=propose,
    roles=frozenset({Role.DOWN}),
)
