"""Forgets one statement or subcommand of the down script.

## Why it matters

A down script is written once, run rarely and in a hurry. Of 2,439 public down scripts that we ran, one in nine did not
bring the schema back or failed; indexes, foreign keys and their actions are what gets lost. PostgreSQL runs DDL in
transactions, but there is no undo once they are committed
([Transactions](https://www.postgresql.org/docs/current/tutorial-transactions.html)).

## Example

```diff
-DROP INDEX orders_user_id_idx;
 ALTER TABLE orders DROP COLUMN user_id;
```

## A test that kills it

The round trip kills it: Confiture runs up and down and compares the database with what it was. Without a down script,
a test of its own can ask:

```sql
SELECT to_regclass('orders_user_id_idx') IS NULL;
```

## Left alone

What goes with a table that the script drops later. Comments, settings and transaction control.
"""

from collections.abc import Iterator

from confiture.model.migration import Role
from confiture.model.mutant import Category, Severity
from confiture.model.script import Script
from confiture.operators.edits import drop_action, drop_statement
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.rollback.undo import goes_with_its_table, is_last_action, undoing
from confiture.sql.tables import actions_of
from confiture.sql.tokens import span_of


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """One proposal per statement, and per subcommand where there are several."""
    del context
    for statement in undoing(script):
        if goes_with_its_table(script, statement):
            continue
        yield Proposal(statement, (drop_statement(statement),), f"{statement.operation} is forgotten")
        if not is_last_action(statement):
            for index, action in enumerate(actions_of(statement)):
                what = f"{action.kind} {action.name}".strip() + f" of {statement.table} is forgotten"
                yield Proposal(statement, (drop_action(statement, index),), what, span_of(action.tokens))


OPERATOR = Operator(
    id="ROLL_001",
    name="skip_undo",
    category=Category.ROLLBACK,
    severity=Severity.CRITICAL,
    summary="Forgets a statement or subcommand of the down script",
    keywords=("down", "rollback", "residue"),
    propose=propose,
    roles=frozenset({Role.DOWN}),
)
