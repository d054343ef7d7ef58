"""Forgets one statement or subcommand of the down script.

## Why it matters

A down script is written once, run rarely and in a hurry. Of 2,439 public down scripts that we ran, one in nine did not
bring the schema back or failed; indexes, foreign keys and their actions are what gets lost. PostgreSQL runs DDL in
transactions, but there is no undo once they are committed
([Transactions](https://www.postgresql.org/docs/current/tutorial-transactions.html)).

## Example

```diff
-DROP INDEX orders_created_at_idx;
 DROP TABLE loyalty_entries;
```

```diff
-ALTER TABLE customers DROP COLUMN tier, DROP COLUMN points;
+ALTER TABLE customers DROP COLUMN points;
```

## A test that kills it

The round trip kills it: Confiture runs up and down and compares the database with what it was. Without a down script,
a test of its own can ask:

```sql
SELECT to_regclass('orders_created_at_idx') IS NULL;
```

## Left alone

What goes with a table, column or schema that the script drops too: its indexes, constraints, triggers and defaults.
What a later statement of the script cannot do without, so that the script would fail. Comments, settings, locks and
transaction control.
"""

from collections.abc import Iterator

from confiture.model.migration import Role
from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema, Table
from confiture.model.script import Script, Statement
from confiture.operators.edits import drop_action, drop_statement
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.rollback.undo import goes_anyway, is_undoing, part_of, part_of_action
from confiture.operators.schema.needed import is_column_used, is_needed, is_needed_action, is_superfluous_action
from confiture.operators.wording import subject
from confiture.sql.clauses import WRITING
from confiture.sql.drops import dropped_items, dropped_names
from confiture.sql.evolution import evolve
from confiture.sql.queries import queries
from confiture.sql.tables import AlterAction, actions_of
from confiture.sql.tokens import remove_item, span_of


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """One proposal per statement, and per subcommand or dropped object where there are several."""
    for statement, schema in evolve(script, schema=context.schema):
        if not is_undoing(statement):
            continue
        needless = dropped_items(statement) and not any(_needed_items(script, statement, context))
        needless = needless or goes_anyway(script, statement, part_of(statement, context))
        if not needless and _matters(script, statement, schema):
            yield Proposal(statement, (drop_statement(statement),), _without(statement))
        yield from _items(script, statement, context)
        yield from _actions(script, statement, context, schema=schema)


def _matters(script: Script, statement: Statement, schema: Schema) -> bool:
    """Whether the script runs without the statement, yet to another end."""
    actions = actions_of(statement)
    if len(actions) == 1:
        return _action_matters(script, statement, actions[0], schema.table(statement.table))
    added = (action.name for action in actions if action.kind == "ADD COLUMN")
    if any(is_column_used(script, statement, name) for name in added) or is_needed(script, statement, schema):
        return False
    table = schema.table(statement.table)
    return not actions or not all(is_superfluous_action(script, statement, action, table) for action in actions)


def _action_matters(script: Script, statement: Statement, action: AlterAction, table: Table | None) -> bool:
    is_superfluous = is_superfluous_action(script, statement, action, table)
    return not is_superfluous and not is_needed_action(script, statement, action, table)


def _needed_items(script: Script, statement: Statement, context: Context) -> Iterator[bool]:
    for item in dropped_items(statement):
        yield not goes_anyway(script, statement, part_of(statement, context, item=item))


def _items(script: Script, statement: Statement, context: Context) -> Iterator[Proposal]:
    items = dropped_items(statement)
    needed = list(_needed_items(script, statement, context)) if len(items) > 1 else []
    for index, name in enumerate(dropped_names(statement) if needed else ()):
        if needed[index]:
            what = f"{_noun(statement)} {name} stays behind"
            yield Proposal(statement, (remove_item(items, index),), what, span_of(items[index]))


def _actions(script: Script, statement: Statement, context: Context, *, schema: Schema) -> Iterator[Proposal]:
    actions = actions_of(statement)
    table = schema.table(statement.table)
    for index, action in enumerate(actions if len(actions) > 1 else ()):
        if not _action_matters(script, statement, action, table):
            continue
        part = part_of_action(statement, action, context)
        if not goes_anyway(script, statement, part, action=action):
            what = _without_action(statement, action)
            yield Proposal(statement, (drop_action(statement, index),), what, span_of(action.tokens))


def _noun(statement: Statement) -> str:
    return statement.kind.partition(" ")[2].lower()


def _without(statement: Statement) -> str:
    """What the database is like when ``statement`` is forgotten."""
    names = dropped_names(statement)
    actions = actions_of(statement)
    if len(names) > 1:
        return f"{_noun(statement)} {names[0]} and {len(names) - 1} more stay behind"
    if names:
        return f"{_noun(statement)} {statement.name} stays behind"
    if len(actions) == 1:
        return _without_action(statement, actions[0])
    if statement.kind.startswith("CREATE"):
        return f"{_noun(statement)} {statement.name} does not come back"
    if actions:
        return f"{len(actions)} changes of {statement.table} are not undone"
    if statement.kind in WRITING and queries(statement):
        return f"{subject(statement, queries(statement)[0])} is forgotten"
    return f"{statement.operation} is forgotten"


def _without_action(statement: Statement, action: AlterAction) -> str:
    verb, _, noun = action.kind.partition(" ")
    if noun in ("COLUMN", "CONSTRAINT") and action.name and verb in ("DROP", "ADD"):
        does = "stays behind" if verb == "DROP" else "does not come back"
        return f"{noun.lower()} {action.name} of {statement.table} {does}"
    return f"{action.kind} {action.name}".strip() + f" of {statement.table} is forgotten"


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
