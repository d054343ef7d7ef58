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

A setting that the script sets again before anything runs that could wait, and one that is set to zero or to its
default. A COMMIT before which nothing is locked that others use, or behind which nothing is done. One behind a new enum
label, which cannot be used before.
"""

from collections.abc import Iterator
from itertools import takewhile

from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement, TokenKind
from confiture.operators.edits import drop_statement
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.performance.fresh import is_new, is_work
from confiture.sql.tokens import find, first_group, name_at, split

_TIMEOUTS = frozenset(
    {"lock_timeout", "statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout"}
)
_NO_LIMIT = frozenset({"0", "'0'", "'0s'", "'0ms'", "'0min'", "default"})
_ENDS = frozenset({"BEGIN", "COMMIT", "ROLLBACK"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """Each guard that the script sets up for what follows."""
    del context
    for statement in script.statements:
        guard = timeout_of(statement)
        if guard and _guards_something(script, statement, guard):
            yield Proposal(statement, (drop_statement(statement),), f"what follows may wait without {guard}")
        elif statement.kind == "COMMIT":
            yield from _joined(script, statement)


def timeout_of(statement: Statement) -> str:
    """The timeout that a SET or ``set_config`` limits; empty for other statements."""
    if statement.kind == "SET":
        name, value = statement.name, statement.tokens[-1].text
    elif statement.kind == "SELECT" and name_at(statement.tokens, 1)[0].rpartition(".")[2] == "set_config":
        arguments = [argument[0].text for argument in split(first_group(statement.tokens))]
        name, value = (arguments[0].strip("'"), arguments[1]) if len(arguments) > 1 else ("", "")
    else:
        return ""
    return name if name in _TIMEOUTS and value.lower() not in _NO_LIMIT else ""


def _guards_something(script: Script, statement: Statement, guard: str) -> bool:
    for later in script.statements[statement.index + 1 :]:
        is_reset = later.kind in ("SET", "RESET") and later.name in (guard, "all")
        if is_reset or timeout_of(later) == guard:
            return False
        if is_work(later) and not timeout_of(later):
            return True
    return False


def _joined(script: Script, commit: Statement) -> Iterator[Proposal]:
    """A COMMIT between two steps goes, with the BEGIN behind it."""
    following = script.statements[commit.index + 1 :]
    begin = next((other for other in following if other.kind != "SET"), None)
    chained = find(commit.tokens, "AND", "CHAIN") is not None
    if begin is None or (begin.kind != "BEGIN" and not chained):
        return
    before = list(takewhile(_is_inside, reversed(script.statements[: commit.index])))
    behind = list(takewhile(_is_inside, script.statements[(commit if chained else begin).index + 1 :]))
    has_work = any(_locks(script, other) for other in before) and any(map(is_work, behind))
    if has_work and not any(map(_adds_label, before)):
        edits = (drop_statement(commit), *([] if chained else [drop_statement(begin)]))
        yield Proposal(commit, edits, "both steps hold their locks to the end", commit.span)


def _locks(script: Script, statement: Statement) -> bool:
    """Whether the statement may lock something that others use: not a table that the script creates."""
    alone = statement.kind == "CREATE TABLE" and not {"REFERENCES", "AS"} & set(statement.words)
    return is_work(statement) and not alone and not is_new(script, statement)


def _is_inside(statement: Statement) -> bool:
    return statement.kind not in _ENDS or any(token.word == "TO" for token in statement.tokens)


def _adds_label(statement: Statement) -> bool:
    labels = [token for token in statement.tokens if token.kind is TokenKind.STRING]
    return statement.kind == "ALTER TYPE" and "ADD" in statement.words and bool(labels)


OPERATOR = Operator(
    id="PERF_005",
    name="drop_guards",
    category=Category.PERFORMANCE,
    severity=Severity.HIGH,
    summary="Drops a timeout or the COMMIT between two steps",
    keywords=("lock_timeout", "statement_timeout", "commit"),
    propose=propose,
)
