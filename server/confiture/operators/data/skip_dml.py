"""Leaves out an INSERT, UPDATE, DELETE, MERGE or TRUNCATE, a part of one, one row of VALUES or one item of a SET.

## Why it matters

A backfill that was forgotten leaves no error behind, only rows that still look as they did. The manual warns that
even a default is not applied to rows that exist unless the column is new: `ALTER COLUMN … SET DEFAULT` "doesn't
affect any existing rows" ([Modifying Tables](https://www.postgresql.org/docs/current/ddl-alter.html)).

## Example

```diff
 ALTER TABLE orders ADD COLUMN status text;
-UPDATE orders SET status = 'shipped' WHERE shipped_at IS NOT NULL;
```

```diff
 INSERT INTO roles (name) VALUES
   ('member'),
-  ('editor'),
-  ('admin');
+  ('editor');
```

```diff
 CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
 BEGIN
-  NEW.updated_at := now();
   RETURN NEW;
 END $$;
```

## A test that kills it

```sql
SELECT count(*) = 0 FROM orders WHERE shipped_at IS NOT NULL AND status IS DISTINCT FROM 'shipped';
```

## Left alone

Rows that the same script deletes again, a table that it drops, columns that it overwrites or drops, each before
anything reads them; the migration tool's own tables. Of a long VALUES list only the first and the last row are left
out, of many single INSERTs into one table the first three.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span
from confiture.operators.data.certain import same
from confiture.operators.edits import drop_statement, drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shown, text_of
from confiture.sql.clauses import WRITING, CommonTable, common_tables, merge_branches
from confiture.sql.lifetimes import later, mentioned
from confiture.sql.queries import Query, value_rows
from confiture.sql.tables import actions_of
from confiture.sql.tokens import (
    column_names,
    find,
    first_group,
    group,
    identifier,
    matches,
    name_at,
    remove_item,
    replace,
    span_of,
    split,
)
from confiture.sql.writes import all_assignments, assigned_values, is_one_of_many, written_queries

_CONSEQUENCES = {
    "INSERT": "nothing is inserted into {}",
    "UPDATE": "no row of {} is updated",
    "DELETE": "no row of {} is deleted",
    "MERGE": "nothing is merged into {}",
    "TRUNCATE": "{} keeps its rows",
    "NEW": "the trigger does not write {}",
}


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """Whole statements, then their parts."""
    del context
    for statement in script.statements:
        if is_one_of_many(statement, script) or _is_undone(statement, script):
            continue
        if statement.kind in _CONSEQUENCES:
            what = _CONSEQUENCES[statement.kind].format(statement.table)
            yield Proposal(statement, (drop_statement(statement),), what)
        elif statement.kind == "SELECT" and _called(statement) == "setval":
            sequence = next(iter(split(first_group(statement.tokens))), ())
            what = f"sequence {shown(statement, sequence)} keeps its position"
            yield Proposal(statement, (drop_statement(statement),), what)
        yield from _common_tables(script, statement)
        for query in written_queries(statement):
            yield from _rows(statement, query)
            yield from _branches(statement, query)
            yield from _assignments(statement, query)


def _called(statement: Statement) -> str:
    name, after = name_at(statement.tokens, 1)
    return name.removeprefix("pg_catalog.") if matches(statement.tokens, after, "(") else ""


def _common_tables(script: Script, statement: Statement) -> Iterator[Proposal]:
    """A writing CTE goes when nothing reads it; one that deletes what it returns only reads instead."""
    tables = common_tables(statement)
    for index, table in enumerate(tables):
        verb = table.query[0].word if table.query else ""
        if verb not in WRITING:
            continue
        target, _ = name_at(table.query, 2 if verb != "UPDATE" else 1)
        if _is_wiped_out(script, statement, target):
            continue
        if not _is_read(statement, table):
            with_word = statement.tokens[: 2 if matches(statement.tokens, 1, "RECURSIVE") else 1]
            edit = remove_item([other.tokens for other in tables], index)
            if len(tables) == 1:
                behind = next((t.span.start for t in statement.tokens if t.span.start >= edit.span.end), edit.span.end)
                edit = Edit(Span(with_word[0].span.start, behind), "")
            yield Proposal(statement, (edit,), _CONSEQUENCES[verb].format(target), span_of(table.tokens))
        elif verb == "DELETE":
            yield from _read_instead(statement, table, target=target)


def _is_read(statement: Statement, table: CommonTable) -> bool:
    inside = span_of(table.tokens)
    others = (token for token in statement.tokens if not inside.contains(token.span))
    return any(token.text and identifier(token) == table.name for token in others)


def _read_instead(statement: Statement, table: CommonTable, *, target: str) -> Iterator[Proposal]:
    returning = find(table.query, "RETURNING")
    if returning is None or find(table.query, "USING") is not None:
        return
    items = text_of(statement, table.query[returning + 1 :])
    edits = (replace(table.query[:1], f"SELECT {items}"), drop_tokens(statement, table.query[returning:]))
    yield Proposal(statement, edits, f"rows of {target} are copied but not deleted", span_of(table.query))


def _rows(statement: Statement, query: Query) -> Iterator[Proposal]:
    rows = value_rows(query)
    target = query.target or statement.table or statement.name
    if len(rows) < 2:
        return
    for index in (0, len(rows) - 1):
        typed = index == 0 and query.verb == "VALUES" and any(token.word == "::" for token in rows[0])
        if sum(same(row, rows[index]) for row in rows) == 1 and not typed:
            what = f"row {shown(statement, rows[index])} of {target} is missing"
            yield Proposal(statement, (remove_item(rows, index),), what, span_of(rows[index]))


def _branches(statement: Statement, query: Query) -> Iterator[Proposal]:
    branches = merge_branches(query)
    for branch in branches if len(branches) > 1 else ():
        if not matches(branch.action, 0, "DO", "NOTHING"):
            when = "matched" if matches(branch.tokens, 1, "MATCHED") else "unmatched"
            what = f"{when} rows are not {branch.action[0].text.lower().rstrip('e')}ed by the MERGE into {query.target}"
            yield Proposal(statement, (drop_tokens(statement, branch.tokens),), what)


def _assignments(statement: Statement, query: Query) -> Iterator[Proposal]:
    for items in all_assignments(query):
        for index, item in enumerate(items if len(items) > 1 else ()):
            names = column_names(split(group(item, 0))) if item[0].word == "(" else column_names((item,))
            what = f"{' and '.join(names)} of {query.target} {'is' if len(names) == 1 else 'are'} not written"
            yield Proposal(statement, (remove_item(items, index),), what, span_of(item))


def _is_undone(statement: Statement, script: Script) -> bool:
    """Whether a later statement wipes out what ``statement`` wrote before another one could read it."""
    table = statement.table
    if statement.kind not in _CONSEQUENCES or not table:
        return False
    if _is_wiped_out(script, statement, table):
        return True
    written = {value.column for query in written_queries(statement) for value in assigned_values(query)}
    reader = _next_about(script, statement, table) if statement.kind == "UPDATE" else None
    return reader is not None and reader.table == table and written <= _lost_columns(reader)


def _is_wiped_out(script: Script, statement: Statement, table: str) -> bool:
    """Whether the rows of ``table`` are gone before anything behind ``statement`` reads them."""
    reader = _next_about(script, statement, table)
    return reader is not None and reader.table == table and _wipes(reader)


def _next_about(script: Script, statement: Statement, table: str) -> Statement | None:
    name = table.rpartition(".")[2]
    return next((other for other in later(script, statement) if mentioned(other.tokens, name)), None)


def _wipes(statement: Statement) -> bool:
    is_delete = statement.kind == "DELETE" and not {"WHERE", "USING", "WITH"} & set(statement.words)
    return is_delete or statement.kind in ("TRUNCATE", "DROP TABLE")


def _lost_columns(statement: Statement) -> set[str]:
    """Columns whose old values nothing can see after ``statement``."""
    if statement.kind == "ALTER TABLE":
        return {action.name for action in actions_of(statement) if action.kind == "DROP COLUMN"}
    if statement.kind != "UPDATE" or {"WHERE", "FROM", "WITH"} & set(statement.words):
        return set()
    values = [value for query in written_queries(statement) for value in assigned_values(query)]
    read = {identifier(token) for value in values for token in value.tokens if token.text}
    return {value.column for value in values} - read


OPERATOR = Operator(
    id="DATA_001",
    name="skip_dml",
    category=Category.DATA,
    severity=Severity.CRITICAL,
    summary="Leaves out a statement that writes rows, or a part of it",
    keywords=("insert", "update", "delete", "merge", "truncate", "with", "values", "setval"),
    propose=propose,
)
