"""Loses rows on the way back: drops or bends what restores them, or the backup that the up script takes for that.

## Why it matters

A schema can be written again, rows cannot. A backup table that holds half of the rows, or an INSERT that the down
script forgets, is noticed when the rollback was needed and is over. CREATE TABLE AS "creates a new table and evaluates
the query just once to fill the new table initially"
([CREATE TABLE AS](https://www.postgresql.org/docs/current/sql-createtableas.html)): there is no second chance.

## Example

```diff
 -- migrate:up
-CREATE TABLE old_phones AS SELECT id, phone FROM customers;
+CREATE TABLE old_phones AS SELECT id, phone FROM customers WITH NO DATA;
 ALTER TABLE customers DROP COLUMN phone;
 -- migrate:down
 ALTER TABLE customers ADD COLUMN phone text;
 UPDATE customers SET phone = old_phones.phone FROM old_phones WHERE old_phones.id = customers.id;
```

```diff
 ALTER TABLE customers ADD COLUMN phone text;
-UPDATE customers SET phone = old_phones.phone FROM old_phones WHERE old_phones.id = customers.id;
```

## A test that kills it

The round trip kills it when the seed rows have something to lose. In the up script's own test:

```sql
SELECT count(*) = (SELECT count(*) FROM customers) FROM old_phones;
```

## Left alone

Tables that the down script does not read. Rows of a table that it drops.
"""

from collections.abc import Iterator

from confiture.model.migration import Role
from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement
from confiture.operators.data import skip_dml, wrong_rows
from confiture.operators.edits import drop_tokens, insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.rollback.undo import goes_with_its_table
from confiture.sql.queries import queries
from confiture.sql.tokens import find, identifier

_KINDS = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "CREATE TABLE", "SELECT"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """Of a down script, the mistakes in its DML; of an up script, those in the backups that the down script reads."""
    if context.role is Role.UP:
        yield from _backups(script, context.other)
        return
    for mistake in (skip_dml.propose, wrong_rows.propose):
        for proposal in mistake(script, context):
            if proposal.statement.kind in _KINDS and not goes_with_its_table(script, proposal.statement):
                yield proposal


def _backups(script: Script, down: Script | None) -> Iterator[Proposal]:
    read = _read_tables(down) if down else set[str]()
    for statement in script.statements:
        if statement.kind != "CREATE TABLE" or statement.name not in read or find(statement.tokens, "AS") is None:
            continue
        if find(statement.tokens, "WITH", "NO", "DATA") is None:
            edits = (insert_after(statement.tokens[-1], " WITH NO DATA"),)
            yield Proposal(statement, edits, f"the backup {statement.name} is empty", statement.span)
        yield from _incomplete(statement)


def _incomplete(statement: Statement) -> Iterator[Proposal]:
    for query in queries(statement)[:1]:
        if query.verb != "SELECT" or query.clause("LIMIT") or query.clause("FROM") is None:
            continue
        where = query.clause("WHERE")
        if where:
            what = f"the backup {statement.name} holds rows that were not asked for"
            yield Proposal(statement, (drop_tokens(statement, where.tokens),), what)
        last = query.tokens[-1]
        what = f"the backup {statement.name} holds one row only"
        yield Proposal(statement, (insert_after(last, " LIMIT 1"),), what, statement.span)


def _read_tables(down: Script) -> set[str]:
    """Names that the DML of the down script mentions."""
    return {
        identifier(token)
        for statement in down.statements
        if statement.kind in ("INSERT", "UPDATE", "MERGE", "SELECT")
        for token in statement.tokens
        if token.text
    }


OPERATOR = Operator(
    id="ROLL_004",
    name="lose_data",
    category=Category.ROLLBACK,
    severity=Severity.CRITICAL,
    summary="Loses rows when the migration is undone",
    keywords=("down", "rollback", "backup", "data loss", "restore"),
    propose=propose,
    roles=frozenset({Role.UP, Role.DOWN}),
)
