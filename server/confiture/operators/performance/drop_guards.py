"""Drops lock_timeout or statement_timeout, or the COMMIT between two steps.

## Why it matters

A statement that waits for a lock makes all later ones wait behind it. With lock_timeout it gives up in time: the
setting aborts "any statement that waits longer than the specified amount of time while attempting to acquire a lock"
([Client defaults](https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT)). A COMMIT
between two steps lets go of the locks of the first one.

## Example

```diff
-SET lock_timeout = '2s';
 ALTER TABLE orders ADD COLUMN note text;
```

```diff
 UPDATE orders SET state = 'new' WHERE state IS NULL;
-COMMIT;
-BEGIN;
 ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
```

## A test that kills it

```sql
SELECT setting <> '0' FROM pg_settings WHERE name = 'lock_timeout';
```

## Left alone

A setting that a later statement of the script sets again before anything else runs, and one that is set to zero or to
its default.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement
from confiture.operators.edits import drop_statement
from confiture.operators.operator import Context, Operator, Proposal

_TIMEOUTS = frozenset({"lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"})
_NO_LIMIT = frozenset({"0", "'0'", "'0s'", "'0ms'", "default"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """Each guard that the script sets up for what follows."""
    del context
    for statement in script.statements:
        following = script.statements[statement.index + 1 :]
        if statement.kind == "SET" and _is_guard(statement) and following and not _is_same(statement, following[0]):
            what = f"what follows may wait without {statement.name}"
            yield Proposal(statement, (drop_statement(statement),), what)
        elif statement.kind == "COMMIT" and following and following[0].kind == "BEGIN" and len(following) > 1:
            edits = (drop_statement(statement), drop_statement(following[0]))
            yield Proposal(statement, edits, "both steps hold their locks to the end", statement.span)


def _is_guard(statement: Statement) -> bool:
    return statement.name in _TIMEOUTS and statement.tokens[-1].text.lower() not in _NO_LIMIT


def _is_same(statement: Statement, other: Statement) -> bool:
    return other.kind == "SET" and other.name == statement.name


OPERATOR = Operator(
    id="PERF_005",
    name="drop_guards",
    category=Category.PERFORMANCE,
    severity=Severity.HIGH,
    summary="Drops a timeout or the COMMIT between two steps",
    keywords=("lock_timeout", "statement_timeout", "commit"),
    propose=propose,
)
