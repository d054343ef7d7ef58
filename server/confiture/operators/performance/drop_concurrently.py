"""Loses CONCURRENTLY of CREATE INDEX, DROP INDEX, REINDEX, REFRESH MATERIALIZED VIEW or DETACH PARTITION.

## Why it matters

Without the word everything works in every test and on every small table, but a plain build "locks out writes (but not
reads) on the table until it's done"
([CREATE INDEX](https://www.postgresql.org/docs/current/sql-createindex.html)): on a table of real size that is minutes
without orders.

## Example

```diff
-CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
+CREATE INDEX orders_user_id_idx ON orders (user_id);
```

## A test that kills it

A budget above the statement does:

```sql
-- confiture: budget lock<=ShareUpdateExclusive
CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
```

## Left alone

Tables and materialised views that the same script creates, and their indexes. `CONCURRENTLY FALSE`.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement, Tokens
from confiture.model.span import Edit
from confiture.operators.edits import drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.performance.fresh import is_new
from confiture.sql.tokens import closing, find, group, matches, name_at, remove_item, span_of, split

_LOCKS = {
    "CREATE INDEX": "building index {} blocks writes to {}",
    "DROP INDEX": "dropping index {} blocks all use of its table",
    "REINDEX": "reindexing {} blocks writes",
    "REFRESH MATERIALIZED VIEW": "refreshing {} blocks its readers",
    "ALTER TABLE": "detaching a partition of {} blocks all use of it",
}


_OFF = frozenset({"FALSE", "OFF", "0"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """One proposal per CONCURRENTLY."""
    del context
    for statement in script.statements:
        words = _LOCKS.get(statement.kind)
        if words is None or is_new(script, statement):
            continue
        if matches(statement.tokens, 0, "REINDEX", "("):
            yield from _option(statement)
            continue
        position = find(statement.tokens, "CONCURRENTLY")
        if position is not None:
            token = statement.tokens[position]
            what = words.format(_name(statement), statement.table)
            yield Proposal(statement, (drop_tokens(statement, (token,)),), what, token.span)


def _option(statement: Statement) -> Iterator[Proposal]:
    """``REINDEX (CONCURRENTLY, …)``."""
    options = split(group(statement.tokens, 1))
    for index, option in enumerate(options):
        if option[0].word == "CONCURRENTLY" and option[-1].text.upper() not in _OFF:
            what = _LOCKS["REINDEX"].format(_name(statement))
            yield Proposal(statement, (_without(statement, options, index),), what, span_of(option))


def _without(statement: Statement, options: list[Tokens], index: int) -> Edit:
    if len(options) > 1:
        return remove_item(options, index)
    return drop_tokens(statement, statement.tokens[1 : closing(statement.tokens, 1) + 1])


def _name(statement: Statement) -> str:
    """What is reindexed stands behind the options, the kind of object and CONCURRENTLY."""
    tokens = statement.tokens
    if statement.kind != "REINDEX":
        return statement.name
    start = closing(tokens, 1) + 2 if matches(tokens, 1, "(") else 2
    return name_at(tokens, start + matches(tokens, start, "CONCURRENTLY"))[0]


OPERATOR = Operator(
    id="PERF_001",
    name="drop_concurrently",
    category=Category.PERFORMANCE,
    severity=Severity.HIGH,
    summary="Loses CONCURRENTLY",
    keywords=("concurrently", "index", "lock"),
    propose=propose,
)
