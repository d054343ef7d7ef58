"""Leaves out a statement, column or subcommand, or changes when a foreign key or trigger acts, or what it does.

## Why it matters

A missing trigger, grant or ON DELETE action breaks nothing when the migration runs. It shows weeks later, as rows that
were never filled in or as children that vanish with their parent: with ON DELETE CASCADE "when a referenced row is
deleted, row(s) referencing it should be automatically deleted as well"
([Foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK)).

## Example

```diff
-CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
+CREATE TRIGGER touch AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
```

```diff
 CREATE TABLE order_items (
   id bigint PRIMARY KEY,
-  order_id bigint REFERENCES orders (id) ON DELETE CASCADE
+  order_id bigint REFERENCES orders (id)
 );
```

## A test that kills it

```sql
SELECT action_timing = 'BEFORE' FROM information_schema.triggers
WHERE event_object_table = 'orders' AND trigger_name = 'touch';
```

## Left alone

What a later statement of the script needs, so that the script would fail. What IF [NOT] EXISTS makes superfluous, what
goes anyway, along with its column or table, and what the script creates and drops again. Constraints, NOT NULL, types,
defaults and indexes, which other operators remove. An index that only costs time when it stays. ON UPDATE towards an
`id`, which nobody updates. Names of constraints and indexes, how an index is stored, and comments.
"""

from bisect import bisect_left
from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement, TokenKind
from confiture.operators.edits import drop_action, drop_statement, drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.schema.needed import (
    is_column_used,
    is_needed,
    is_needed_action,
    is_superfluous,
    is_superfluous_action,
)
from confiture.sql.constraints import ConstraintClause, is_column, parse_column
from confiture.sql.drops import dropped_names
from confiture.sql.evolution import evolve
from confiture.sql.lifetimes import constraint_name, lasts, later, mentioned
from confiture.sql.tables import actions_of, constraints_with_columns, table_elements
from confiture.sql.tokens import closing, column_names, find, matches, remove_item, replace, span_of

_STATEMENTS = {
    "CREATE TABLE": "table {} is missing",
    "CREATE VIEW": "view {} is missing",
    "CREATE MATERIALIZED VIEW": "materialized view {} is missing",
    "CREATE FUNCTION": "function {} is missing",
    "CREATE PROCEDURE": "procedure {} is missing",
    "CREATE TRIGGER": "trigger {} is missing",
    "CREATE POLICY": "policy {} is missing",
    "CREATE SEQUENCE": "sequence {} is missing",
    "CREATE TYPE": "type {} is missing",
    "CREATE DOMAIN": "domain {} is missing",
    "CREATE EXTENSION": "extension {} is missing",
    "CREATE SCHEMA": "schema {} is missing",
    "CREATE RULE": "rule {} is missing",
    "CREATE AGGREGATE": "aggregate {} is missing",
    "CREATE EVENT TRIGGER": "event trigger {} is missing",
    "CREATE STATISTICS": "statistics {} are missing",
    "CREATE FOREIGN TABLE": "foreign table {} is missing",
    "CREATE COLLATION": "collation {} is missing",
    "CREATE PUBLICATION": "publication {} is missing",
    "ALTER INDEX": "index {} lacks a partition and stays invalid",
    "ALTER PUBLICATION": "publication {} stays as it was",
    "ALTER TYPE": "type {} stays as it was",
    "ALTER DOMAIN": "domain {} stays as it was",
    "ALTER POLICY": "policy {} stays as it was",
    "ALTER VIEW": "view {} stays as it was",
    "ALTER SEQUENCE": "sequence {} stays as it was",
    "ALTER FUNCTION": "function {} stays as it was",
    "ALTER DEFAULT PRIVILEGES": "the default privileges stay as they were",
    "DROP TABLE": "table {} stays",
    "DROP VIEW": "view {} stays",
    "DROP MATERIALIZED VIEW": "materialized view {} stays",
    "DROP FUNCTION": "function {} stays",
    "DROP PROCEDURE": "procedure {} stays",
    "DROP TRIGGER": "trigger {} stays",
    "DROP POLICY": "policy {} stays",
    "DROP RULE": "rule {} stays",
    "DROP TYPE": "type {} stays",
    "DROP DOMAIN": "domain {} stays",
    "DROP SEQUENCE": "sequence {} stays",
    "DROP EXTENSION": "extension {} stays",
    "DROP SCHEMA": "schema {} stays",
    "DROP INDEX": "index {} stays",
    "GRANT": "the privileges are not granted",
    "REVOKE": "the privileges are not revoked",
}
_ACTIONS = {
    "ADD COLUMN": "column {}.{} is missing",
    "DROP COLUMN": "column {}.{} stays",
    "DROP CONSTRAINT": "constraint {1} of {0} stays",
    "RENAME COLUMN": "column {}.{} keeps its name",
    "RENAME": "table {} keeps its name",
    "SET SCHEMA": "table {} keeps its schema",
    "ENABLE ROW LEVEL SECURITY": "row level security of {} stays off",
    "DISABLE ROW LEVEL SECURITY": "row level security of {} stays on",
    "FORCE ROW LEVEL SECURITY": "row level security of {} does not bind the owner",
    "ATTACH PARTITION": "{} does not get its partition",
    "DETACH PARTITION": "{} keeps its partition",
    "ENABLE TRIGGER": "a trigger of {} stays off",
    "DISABLE TRIGGER": "a trigger of {} stays on",
    "VALIDATE CONSTRAINT": "rows that {0} has already need not keep constraint {1}",
    "ALTER CONSTRAINT": "constraint {1} of {0} stays as it was",
    "INHERIT": "{} does not become a child",
    "NO INHERIT": "{} stays a child",
    "REPLICA IDENTITY": "{} keeps its replica identity",
    "SET LOGGED": "{} would be empty after a crash",
    "SET UNLOGGED": "{} is still logged",
}
_TIMES = {"BEFORE": "AFTER", "AFTER": "BEFORE"}
_ONLY_AFTER = ("CONSTRAINT", "REFERENCING")


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """What could be left out of each statement, from large to small."""
    for statement, schema in evolve(script, schema=context.schema):
        if not lasts(script, statement, context.schema):
            continue
        yield from _whole(script, statement, schema)
        yield from _columns(script, statement)
        yield from _subcommands(script, statement, schema)
        for constraint, names in constraints_with_columns(statement):
            if not _is_changed_later(script, statement, constraint, columns=names):
                yield from _referential_actions(statement, constraint)
                yield from _deferring(statement, constraint)
        yield from _trigger_time(statement)


def _whole(script: Script, statement: Statement, schema: Schema) -> Iterator[Proposal]:
    words = _STATEMENTS.get(statement.kind)
    if words is None or is_superfluous(script, statement, schema) or is_needed(script, statement, schema):
        return
    if statement.kind == "ALTER INDEX" and find(statement.tokens, "ATTACH", "PARTITION") is None:
        return
    if matches(statement.tokens, 1, "OR", "REPLACE"):
        words = f"the new definition of {words}"
    names = ", ".join(dropped_names(statement)) or statement.name
    label = find(statement.tokens, "ADD", "VALUE")
    if statement.kind == "ALTER TYPE" and label is not None:
        added = [token.text for token in statement.tokens[label:] if token.kind is TokenKind.STRING]
        words = f"enum {{}} has no label {''.join(added[:1])}"
    yield Proposal(statement, (drop_statement(statement),), words.format(names))


def _columns(script: Script, statement: Statement) -> Iterator[Proposal]:
    elements = table_elements(statement)
    if sum(map(is_column, elements)) < 2:
        return
    for index, element in enumerate(elements):
        if not is_column(element):
            continue
        column = parse_column(element)
        start = bisect_left(statement.tokens, element[0].span, key=lambda token: token.span)
        rest = statement.tokens[:start] + statement.tokens[start + len(element) :]
        is_key = column.constraint("PRIMARY KEY") is not None or mentioned(rest, column.name)
        if not is_key and not is_column_used(script, statement, column.name):
            what = f"column {statement.table}.{column.name} is missing"
            yield Proposal(statement, (remove_item(elements, index),), what, span_of(element))


def _subcommands(script: Script, statement: Statement, schema: Schema) -> Iterator[Proposal]:
    table = schema.table(statement.table)
    for index, action in enumerate(actions_of(statement)):
        words = _ACTIONS.get(action.kind)
        if words is None or is_superfluous_action(script, statement, action, table):
            continue
        if not is_needed_action(script, statement, action, table):
            what = words.format(statement.table, action.name)
            yield Proposal(statement, (drop_action(statement, index),), what, span_of(action.tokens))


def _is_changed_later(
    script: Script, statement: Statement, constraint: ConstraintClause, *, columns: tuple[str, ...]
) -> bool:
    name = constraint_name(statement.table or "", constraint, columns)
    return any(
        mentioned(action.tokens, name) and action.kind != "VALIDATE CONSTRAINT"
        for other in later(script, statement)
        for action in actions_of(other)
    )


def _referential_actions(statement: Statement, constraint: ConstraintClause) -> Iterator[Proposal]:
    """ON DELETE and ON UPDATE; RESTRICT is not left out, since without it PostgreSQL does much the same."""
    goal = constraint.referenced_table
    body = constraint.body
    for event in ("DELETE", "UPDATE"):
        start = find(body, "ON", event)
        if start is None or start + 2 >= len(body) or body[start + 2].word == "NO":
            continue
        if event == "UPDATE" and _refers_to_id(constraint):
            continue
        end = start + (4 if body[start + 2].word == "SET" else 3)
        if matches(body, end, "("):  # SET NULL (column)
            end = closing(body, end) + 1
        what = " ".join(token.text for token in body[start : min(end, start + 4)]).upper()
        if body[start + 2].word != "RESTRICT":
            lost = f"{statement.table} loses {what} towards {goal}"
            yield Proposal(statement, (drop_tokens(statement, body[start:end]),), lost)
        if event == "DELETE" and body[start + 2].word != "CASCADE":
            loss = f"deleting from {goal} deletes from {statement.table} too"
            yield Proposal(statement, (replace(body[start + 2 : end], "CASCADE"),), loss, span_of(body[start:end]))


def _refers_to_id(constraint: ConstraintClause) -> bool:
    """Whether the foreign key refers to an ``id``, which nobody updates, or says nothing, which means the same."""
    return all(name.strip('"').lower() == "id" for name in column_names(constraint.referenced))


def _deferring(statement: Statement, constraint: ConstraintClause) -> Iterator[Proposal]:
    body = constraint.body
    deferrable = find(body, "DEFERRABLE")
    if deferrable is not None and body[deferrable - 1].word != "NOT":
        end = deferrable + (3 if matches(body, deferrable + 1, "INITIALLY") else 1)
        what = f"{constraint.kind} {constraint.name}".rstrip() + f" of {statement.table} cannot be deferred"
        yield Proposal(statement, (drop_tokens(statement, body[deferrable:end]),), what)


def _trigger_time(statement: Statement) -> Iterator[Proposal]:
    tokens = statement.tokens
    if statement.kind != "CREATE TRIGGER" or any(find(tokens, word) is not None for word in _ONLY_AFTER):
        return
    token = next((token for token in tokens if token.word in _TIMES), None)
    if token:
        new = _TIMES[token.word]
        what = f"trigger {statement.name} fires {new} the change of {statement.table}"
        yield Proposal(statement, (replace((token,), new),), what)


OPERATOR = Operator(
    id="SCH_006",
    name="omit_ddl",
    category=Category.SCHEMA,
    severity=Severity.HIGH,
    summary="Leaves out a definition or part of one",
    keywords=("create", "drop", "column", "trigger", "policy", "grant", "on delete", "deferrable"),
    propose=propose,
)
