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

Tables from which the down script does not read. Rows of a table that it drops before anything reads them. A backup that
is empty on purpose, and one of a single row. A DELETE that is forgotten or deletes less.
"""

from collections.abc import Iterator

from confiture.model.migration import Role
from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement, Tokens
from confiture.operators.data import skip_dml, wrong_rows
from confiture.operators.edits import drop_tokens, insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.rollback.undo import bare, goes_anyway, part_of
from confiture.sql.clauses import WRITING
from confiture.sql.queries import Query, queries, select_items
from confiture.sql.sources import is_name, sources
from confiture.sql.tables import actions_of
from confiture.sql.tokens import find, matches, name_at

_RESTORING = WRITING | {"CREATE TABLE", "SELECT"}
_CUTS = ("LIMIT", "FETCH", "FOR")
_BEFORE_TABLE = frozenset({"AS", "(", "ALL", "UNION"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """Of a down script, the mistakes in its DML; of an up script, those in the backups that the down script reads."""
    read = _read_tables(context.other) if context.other else set[str]()
    if context.role is Role.UP:
        for statement in script.statements:
            if bare(_backup(statement)) in read:
                yield from _bad_backup(statement, _backup(statement))
    for mistake in (skip_dml.propose, wrong_rows.propose):
        for proposal in mistake(script, context):
            if _counts(script, proposal.statement, context=context, read=read) and _loses(proposal):
                yield proposal


def _counts(script: Script, statement: Statement, *, context: Context, read: set[str]) -> bool:
    """Whether rows depend on ``statement``: an INSERT … SELECT into a backup, or in a down script what lasts."""
    if context.role is Role.UP:
        return statement.kind == "INSERT" and "SELECT" in statement.words and bare(statement.table) in read
    return statement.kind in _RESTORING and not goes_anyway(script, statement, part_of(statement, context))


def _loses(proposal: Proposal) -> bool:
    """Whether rows can get lost: by a DELETE only where it deletes more, not where it is forgotten or deletes less."""
    statement = proposal.statement
    whole = any(edit.span.contains(statement.span) for edit in proposal.edits)
    return statement.kind != "DELETE" or not (whole or any(edit.replacement for edit in proposal.edits))


def _backup(statement: Statement) -> str:
    """The table that a CREATE TABLE … AS or SELECT … INTO makes; empty for other statements."""
    if statement.kind == "CREATE TABLE" and find(statement.tokens, "AS") is not None:
        return statement.name
    into = find(statement.tokens, "INTO") if statement.kind == "SELECT" else None
    if into is None:
        return ""
    while any(matches(statement.tokens, into + 1, word) for word in ("TABLE", "UNLOGGED", "TEMP")):
        into += 1
    return name_at(statement.tokens, into + 1)[0]


def _bad_backup(statement: Statement, name: str) -> Iterator[Proposal]:
    tokens = statement.tokens
    if find(tokens, "WITH", "NO", "DATA") is not None:
        return
    if statement.kind == "CREATE TABLE":
        filled = find(tokens, "WITH", "DATA")
        edit = insert_after(tokens[-1], " WITH NO DATA") if filled is None else insert_after(tokens[filled], " NO")
        yield Proposal(statement, (edit,), f"the backup {name} is empty", statement.span)
    outer = [query for query in queries(statement) if query.depth == 0]
    if len(outer) == 1 and outer[0].verb == "SELECT" and outer[0].clause("FROM"):
        yield from _incomplete(statement, outer[0], name=name)


def _incomplete(statement: Statement, query: Query, *, name: str) -> Iterator[Proposal]:
    where = query.clause("WHERE")
    if where:
        what = f"the backup {name} holds rows that were not asked for"
        yield Proposal(statement, (drop_tokens(statement, where.tokens),), what)
    items = [item[: find(item, "INTO")] for item in select_items(query)]
    simple = all(is_name(item) or item[-1].word == "*" for item in items)
    if simple and not any(query.clause(keyword) for keyword in _CUTS):
        edits = (insert_after(query.tokens[-1], " LIMIT 1"),)
        yield Proposal(statement, edits, f"the backup {name} holds one row only", statement.span)


def _read_tables(down: Script) -> set[str]:
    """The tables from which the down script takes rows, and those that it renames."""
    found: set[str] = set()
    for statement in down.statements:
        if any(action.kind == "RENAME" for action in actions_of(statement)):
            found.add(bare(statement.table))
        for query in queries(statement):
            found |= {bare(source.table) for source in sources(query)} - {bare(query.target)}
        found |= {bare(name) for name in _whole_tables(statement.tokens)}
    return found - {""}


def _whole_tables(tokens: Tokens) -> Iterator[str]:
    """The names behind TABLE where it stands for ``SELECT * FROM``."""
    for index, token in enumerate(tokens):
        if index and token.word == "TABLE" and (tokens[0].word == "INSERT" or tokens[index - 1].word in _BEFORE_TABLE):
            yield name_at(tokens, index + 1)[0]


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
