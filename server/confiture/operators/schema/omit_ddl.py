"""Leaves out a statement, column or subcommand, or changes what a foreign key or trigger does when it acts.

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
SELECT count(*) = 1 FROM pg_trigger WHERE tgrelid = 'orders'::regclass AND tgname = 'touch';
```

## Left alone

What a later statement of the script needs, so that the script would fail. What IF [NOT] EXISTS makes superfluous.
Constraints, NOT NULL, types, defaults and indexes, which other operators remove. Names and comments.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement, Token, TokenKind, Tokens
from confiture.operators.edits import drop_action, drop_statement, drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.sql.constraints import ConstraintClause, is_column, parse_column
from confiture.sql.tables import actions_of, constraints, table_constraints, table_elements
from confiture.sql.tokens import closing, find, identifier, matches, remove_item, replace, span_of

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
    "ALTER TYPE": "type {} stays as it was",
    "ALTER POLICY": "policy {} stays as it was",
    "DROP TABLE": "table {} stays",
    "DROP VIEW": "view {} stays",
    "DROP FUNCTION": "function {} stays",
    "DROP TRIGGER": "trigger {} stays",
    "DROP POLICY": "policy {} stays",
    "DROP TYPE": "type {} stays",
    "DROP INDEX": "index {} stays",
    "GRANT": "the privileges are not granted",
    "REVOKE": "the privileges are not revoked",
}
_ACTIONS = {
    "ADD COLUMN": "column {}.{} is missing",
    "DROP COLUMN": "column {}.{} stays",
    "DROP CONSTRAINT": "constraint {1} of {0} stays",
    "RENAME COLUMN": "column {}.{} keeps its name",
    "ENABLE ROW LEVEL": "row level security of {} stays off",
    "FORCE ROW LEVEL": "row level security of {} does not bind the owner",
}
_TIMES = {"BEFORE": "AFTER", "AFTER": "BEFORE"}


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """What could be left out of each statement, from large to small."""
    for statement in script.statements:
        yield from _whole(script, statement, context)
        yield from _columns(script, statement)
        yield from _subcommands(script, statement)
        for constraint in constraints(statement):
            yield from _actions_of_key(statement, constraint)
        yield from _trigger_time(statement)


def _whole(script: Script, statement: Statement, context: Context) -> Iterator[Proposal]:
    words = _STATEMENTS.get(statement.kind)
    if words is None or _is_superfluous(statement, context) or _is_needed(script, statement, statement.name):
        return
    yield Proposal(statement, (drop_statement(statement),), words.format(statement.name))


def _is_superfluous(statement: Statement, context: Context) -> bool:
    """Whether the object is there, or gone, anyway."""
    known = context.schema.table(statement.name) is not None
    guarded = find(statement.tokens, "IF") is not None
    if statement.kind == "CREATE TABLE":
        return guarded and known
    return statement.kind == "DROP TABLE" and guarded and bool(context.schema.tables) and not known


def _columns(script: Script, statement: Statement) -> Iterator[Proposal]:
    elements = table_elements(statement)
    plain = [element for element in elements if is_column(element)]
    if len(plain) < 2:
        return
    keyed = {name for constraint in table_constraints(statement) for name in _mentioned(constraint.tokens)}
    for index, element in enumerate(elements):
        if not is_column(element):
            continue
        column = parse_column(element)
        is_key = column.constraint("PRIMARY KEY") is not None
        if is_key or column.name in keyed or _is_needed(script, statement, column.name):
            continue
        what = f"column {statement.table}.{column.name} is missing"
        yield Proposal(statement, (remove_item(elements, index),), what, span_of(element))


def _subcommands(script: Script, statement: Statement) -> Iterator[Proposal]:
    for index, action in enumerate(actions_of(statement)):
        words = _ACTIONS.get(action.kind)
        if words is None:
            continue
        is_needed = action.kind in ("ADD COLUMN", "RENAME COLUMN") and _is_needed(script, statement, action.name)
        if not is_needed and not (action.name and _is_used_beside(statement, index, action.name)):
            what = words.format(statement.table, action.name)
            yield Proposal(statement, (drop_action(statement, index),), what, span_of(action.tokens))


def _is_used_beside(statement: Statement, own: int, name: str) -> bool:
    """Whether another subcommand of the same statement mentions the name."""
    actions = enumerate(actions_of(statement))
    return any(name in _mentioned(action.tokens) for index, action in actions if index != own)


def _actions_of_key(statement: Statement, constraint: ConstraintClause) -> Iterator[Proposal]:
    """ON DELETE, ON UPDATE and DEFERRABLE of a constraint."""
    body = constraint.body
    for event in ("DELETE", "UPDATE"):
        start = find(body, "ON", event)
        if start is None or body[start + 2].word == "NO":
            continue
        end = start + (4 if body[start + 2].word == "SET" else 3)
        if matches(body, end, "("):  # SET NULL (column)
            end = closing(body, end) + 1
        lost = " ".join(token.text for token in body[start:end]).upper()
        what = f"{statement.table} loses {lost} towards {constraint.referenced_table}"
        yield Proposal(statement, (drop_tokens(statement, body[start:end]),), what)
    deferrable = find(body, "DEFERRABLE")
    if deferrable is not None and body[deferrable - 1].word != "NOT":
        end = deferrable + (3 if matches(body, deferrable + 1, "INITIALLY") else 1)
        what = f"{constraint.kind} {constraint.name}".rstrip() + f" of {statement.table} cannot be deferred"
        yield Proposal(statement, (drop_tokens(statement, body[deferrable:end]),), what)


def _trigger_time(statement: Statement) -> Iterator[Proposal]:
    if statement.kind != "CREATE TRIGGER" or find(statement.tokens, "CONSTRAINT") is not None:
        return
    token = next((token for token in statement.tokens if token.word in _TIMES), None)
    if token:
        new = _TIMES[token.word]
        what = f"trigger {statement.name} fires {new} the change of {statement.table}"
        yield Proposal(statement, (replace((token,), new),), what)


def _is_needed(script: Script, statement: Statement, name: str) -> bool:
    """Whether a later statement of the script mentions ``name``, also in a body or a string."""
    plain = name.rsplit(".", 1)[-1].strip('"')
    later = script.statements[statement.index + 1 :]
    return bool(plain) and any(plain in _mentioned(other.tokens, inside=plain) for other in later)


def _mentioned(tokens: Tokens, *, inside: str | None = None) -> set[str]:
    found = {identifier(token).strip('"') for token in tokens if _is_name(token)}
    bodies = [token.text for token in tokens if token.kind in (TokenKind.BODY, TokenKind.STRING)]
    return found | ({inside} if inside and any(inside in body for body in bodies) else set())


def _is_name(token: Token) -> bool:
    return token.kind in (TokenKind.WORD, TokenKind.QUOTED)


OPERATOR = Operator(
    id="SCH_006",
    name="omit_ddl",
    category=Category.SCHEMA,
    severity=Severity.HIGH,
    summary="Leaves out a definition or part of one",
    keywords=("create", "drop", "column", "trigger", "policy", "grant", "on delete", "deferrable"),
    propose=propose,
)
