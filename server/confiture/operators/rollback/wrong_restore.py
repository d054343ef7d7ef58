"""Brings something back, but not as it was: without its constraint, NOT NULL, key, boundary, type or default.

## Why it matters

What the down script re-creates is typed a second time, from memory or from an older version of the schema. The column
comes back nullable, the foreign key without ON DELETE, and what constraints "give you as much control" over is out of
control again ([Constraints](https://www.postgresql.org/docs/current/ddl-constraints.html)).

## Example

```diff
-ALTER TABLE customers ADD COLUMN phone text NOT NULL DEFAULT '';
+ALTER TABLE customers ADD COLUMN phone text DEFAULT '';
```

## A test that kills it

The round trip kills it: Confiture runs up and down and compares the database with what it was.

```sql
SELECT attnotnull FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attname = 'phone';
```

## Left alone

What SCH_001 to SCH_005, whose mistakes these are, leave alone. What goes with a table or column that the script drops
later.
"""

from collections.abc import Iterator

from confiture.model.migration import Role
from confiture.model.mutant import Category, Severity
from confiture.model.script import Script
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.rollback.undo import goes_anyway, part_of
from confiture.operators.schema import alter_column, bend_check, drop_constraint, edit_key_columns, flip_not_null

_MISTAKES = (
    drop_constraint.propose,
    flip_not_null.propose,
    edit_key_columns.propose,
    bend_check.propose,
    alter_column.propose,
)


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """The schema operators' proposals for a down script."""
    for mistake in _MISTAKES:
        for proposal in mistake(script, context):
            if not goes_anyway(script, proposal.statement, part_of(proposal.statement, context)):
                yield proposal


OPERATOR = Operator(
    id="ROLL_003",
    name="wrong_restore",
    category=Category.ROLLBACK,
    severity=Severity.HIGH,
    summary="Re-creates something differently in the down script",
    keywords=("down", "rollback", "restore", "constraint", "column"),
    propose=propose,
    roles=frozenset({Role.DOWN}),
)
