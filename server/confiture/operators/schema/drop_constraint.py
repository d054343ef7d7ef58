"""Removes a PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK or EXCLUDE constraint, or the UNIQUE of an index.

## Why it matters

A constraint that is missing is not noticed until the first bad row arrives, and then it cannot be added any more:
`ADD CONSTRAINT` fails on rows that violate it. The manual calls constraints the way to have "as much control over the
data in your tables as you wish" ([Constraints](https://www.postgresql.org/docs/current/ddl-constraints.html)).

## Example

```diff
 CREATE TABLE users (
   id bigint PRIMARY KEY,
-  email text NOT NULL UNIQUE
+  email text NOT NULL
 );
```

## A test that kills it

```sql
SELECT count(*) = 1 FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype = 'u';
```

## Left alone

A key whose rows a key on the same or fewer columns keeps unique anyway; a CHECK or foreign key that stands there twice;
a CHECK for presence of a NOT NULL column. A key that a foreign key or ON CONFLICT of
the script asks for: without it the script fails. A constraint that the script drops or changes again, and tables that
it drops.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Table
from confiture.model.script import Script, Statement
from confiture.model.span import Edit
from confiture.operators.edits import drop_action, drop_statement, drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shown
from confiture.sql.constraints import ConstraintClause, is_column, parse_constraint, present_column
from confiture.sql.evolution import evolve, is_unique
from confiture.sql.indexes import index_of
from confiture.sql.lifetimes import bare, constraint_name, is_key_needed, lasts, later, mentioned
from confiture.sql.tables import actions_of, columns, constraints_with_columns, domain_constraints, table_elements
from confiture.sql.tokens import column_names, remove_item, span_of, unwrapped

_KINDS = frozenset({"PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK", "EXCLUDE"})
_KEYS = frozenset({"PRIMARY KEY", "UNIQUE"})
_NOT_NULL = frozenset({"PRIMARY KEY", "NOT NULL"})
_NEEDING_AN_INDEX = frozenset({"ALTER TABLE", "DROP INDEX"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """One proposal per constraint that the script creates."""
    for statement, schema in evolve(script, schema=context.schema):
        if not lasts(script, statement, context.schema):
            continue
        table = schema.table(statement.table)
        yield from _inline(script, statement)
        yield from _elements(script, statement)
        yield from _added(script, statement, table)
        yield from _unique_index(script, statement, table)
        yield from _of_domain(statement)


def _inline(script: Script, statement: Statement) -> Iterator[Proposal]:
    for column in columns(statement):
        for constraint in column.constraints:
            if constraint.kind not in _KINDS or _is_implied(statement, constraint, columns=(column.name,)):
                continue
            if not _is_needed(script, statement, constraint, columns=(column.name,)):
                what = f"{column.name} of {statement.table} loses its {constraint.kind}"
                yield Proposal(statement, (drop_tokens(statement, constraint.tokens),), what)


def _elements(script: Script, statement: Statement) -> Iterator[Proposal]:
    elements = table_elements(statement)
    for index, element in enumerate(elements):
        if is_column(element) or element[0].word == "LIKE":
            continue
        constraint = parse_constraint(element)
        if constraint.kind not in _KINDS or _is_implied(statement, constraint, columns=constraint.column_names):
            continue
        if not _is_needed(script, statement, constraint, columns=constraint.column_names):
            yield Proposal(statement, (remove_item(elements, index),), _described(statement, constraint))


def _added(script: Script, statement: Statement, table: Table | None) -> Iterator[Proposal]:
    """An ADD CONSTRAINT, with the VALIDATE that follows it; one that the script drops again is only a helper."""
    for index, action in enumerate(actions_of(statement)):
        constraint = action.constraint
        if constraint is None or constraint.kind not in _KINDS:
            continue
        if _is_implied(statement, constraint, columns=constraint.column_names, table=table):
            continue
        if not _is_needed(script, statement, constraint, columns=constraint.column_names):
            edits = (drop_action(statement, index), *_validations(script, statement, action.name))
            yield Proposal(statement, edits, _described(statement, constraint), span_of(action.tokens))


def _validations(script: Script, statement: Statement, constraint: str) -> Iterator[Edit]:
    for other in _about(script, statement):
        for index, action in enumerate(actions_of(other)):
            if constraint and action.kind == "VALIDATE CONSTRAINT" and action.name == constraint:
                yield drop_action(other, index)


def _about(script: Script, statement: Statement) -> Iterator[Statement]:
    return (other for other in later(script, statement) if bare(other.table) == bare(statement.table))


def _unique_index(script: Script, statement: Statement, table: Table | None) -> Iterator[Proposal]:
    index = index_of(statement)
    if index is None or index.unique is None:
        return
    is_implied = all(len(item) == 1 for item in index.items) and is_unique(table, index.columns)
    naming = (other for other in later(script, statement) if other.kind in _NEEDING_AN_INDEX)
    is_needed = is_key_needed(script, statement, index.columns, kind="UNIQUE")
    if not is_implied and not is_needed and not any(mentioned(other.tokens, statement.name) for other in naming):
        columns = ", ".join(shown(statement, item) for item in index.items)
        what = f"index {statement.name} lets {columns} of {statement.table} repeat"
        yield Proposal(statement, (drop_tokens(statement, (index.unique,)),), what)


def _of_domain(statement: Statement) -> Iterator[Proposal]:
    for constraint in domain_constraints(statement):
        if constraint.kind == "CHECK":
            what = f"domain {statement.name} loses its CHECK {constraint.name}".rstrip()
            is_added = statement.kind == "ALTER DOMAIN"
            edit = drop_statement(statement) if is_added else drop_tokens(statement, constraint.tokens)
            yield Proposal(statement, (edit,), what)


def _is_needed(script: Script, statement: Statement, constraint: ConstraintClause, *, columns: tuple[str, ...]) -> bool:
    """Whether the script would fail without the constraint, or takes it away again."""
    name = constraint_name(statement.table or "", constraint, columns)
    naming = (other for other in later(script, statement) if name and mentioned(other.tokens, name))
    if not all(_only_validates(other) for other in naming):
        return True
    return constraint.kind in _KEYS and is_key_needed(script, statement, columns, kind=constraint.kind)


def _only_validates(statement: Statement) -> bool:
    return {action.kind for action in actions_of(statement)} == {"VALIDATE CONSTRAINT"}


def _described(statement: Statement, constraint: ConstraintClause) -> str:
    named = constraint.name or (f"on ({', '.join(constraint.column_names)})" if constraint.columns else "")
    return f"{statement.table} loses its {constraint.kind} {named}".rstrip()


def _is_implied(
    statement: Statement, constraint: ConstraintClause, *, columns: tuple[str, ...], table: Table | None = None
) -> bool:
    """Whether other constraints of ``statement``, or of its ``table``, say what ``constraint`` says."""
    others = [(c, names) for c, names in constraints_with_columns(statement) if c.tokens != constraint.tokens]
    match constraint.kind:
        case "PRIMARY KEY" | "UNIQUE":
            is_twice = any(other.kind in _KEYS and names == columns for other, names in others)
            return is_twice or (constraint.kind == "UNIQUE" and is_unique(table, columns))
        case "CHECK":
            not_null = {name for other, names in others if other.kind in _NOT_NULL for name in names}
            not_null |= {column.name for column in table.columns if column.not_null} if table else set()
            said = [_words(other) for other, _ in others if other.kind == "CHECK"]
            return present_column(constraint) in not_null or _words(constraint) in said
        case _:
            said = [(_goal(other), names) for other, names in others]
            return constraint.kind == "FOREIGN KEY" and (_goal(constraint), columns) in said


def _words(check: ConstraintClause) -> list[str]:
    return [token.word or token.text for token in unwrapped(check.expression)]


def _goal(foreign_key: ConstraintClause) -> tuple[str, tuple[str, ...]]:
    return foreign_key.referenced_table, column_names(foreign_key.referenced)


OPERATOR = Operator(
    id="SCH_001",
    name="drop_constraint",
    category=Category.SCHEMA,
    severity=Severity.CRITICAL,
    summary="Removes a constraint or the UNIQUE of an index",
    keywords=("constraint", "primary key", "unique", "foreign key", "check", "exclude"),
    propose=propose,
)
