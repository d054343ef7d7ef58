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

A key that another key on the same columns of the same statement repeats. A constraint that the script drops again.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement
from confiture.model.span import Edit
from confiture.operators.edits import drop_action, drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.sql.constraints import ColumnClause, ConstraintClause, is_column, parse_constraint
from confiture.sql.indexes import index_of
from confiture.sql.tables import actions_of, columns, table_constraints, table_elements
from confiture.sql.tokens import remove_item, span_of

_KINDS = frozenset({"PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK", "EXCLUDE"})
_KEYS = frozenset({"PRIMARY KEY", "UNIQUE"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """One proposal per constraint that the script creates."""
    del context
    for statement in script.statements:
        yield from _inline(statement)
        yield from _elements(statement)
        yield from _added(script, statement)
        yield from _unique_index(statement)


def _inline(statement: Statement) -> Iterator[Proposal]:
    for column in columns(statement):
        for constraint in column.constraints:
            if constraint.kind in _KINDS and not _repeated(statement, constraint, column):
                what = f"{column.name} of {statement.table} loses its {constraint.kind}"
                yield Proposal(statement, (drop_tokens(statement, constraint.tokens),), what)


def _elements(statement: Statement) -> Iterator[Proposal]:
    elements = table_elements(statement)
    for index, element in enumerate(elements):
        if is_column(element) or element[0].word == "LIKE":
            continue
        constraint = parse_constraint(element)
        if constraint.kind in _KINDS and not _repeated(statement, constraint):
            yield Proposal(statement, (remove_item(elements, index),), _described(statement, constraint))


def _added(script: Script, statement: Statement) -> Iterator[Proposal]:
    """An ADD CONSTRAINT, with the VALIDATE that follows it; one that the script drops again is only a helper."""
    for index, action in enumerate(actions_of(statement)):
        if action.constraint is None or action.constraint.kind not in _KINDS:
            continue
        later = list(_later_actions(script, statement, action.name)) if action.name else []
        if all(kind == "VALIDATE CONSTRAINT" for kind, _ in later):
            edits = (drop_action(statement, index), *(edit for _, edit in later))
            place = span_of(action.tokens)
            yield Proposal(statement, edits, _described(statement, action.constraint), place)


def _later_actions(script: Script, statement: Statement, constraint: str) -> Iterator[tuple[str, Edit]]:
    for later in script.statements[statement.index + 1 :]:
        for index, action in enumerate(actions_of(later)):
            if later.table == statement.table and action.name == constraint and action.constraint is None:
                yield action.kind, drop_action(later, index)


def _unique_index(statement: Statement) -> Iterator[Proposal]:
    index = index_of(statement)
    if index and index.unique:
        columns = ", ".join(index.columns)
        what = f"index {statement.name} lets {columns} of {statement.table} repeat"
        yield Proposal(statement, (drop_tokens(statement, (index.unique,)),), what)


def _described(statement: Statement, constraint: ConstraintClause) -> str:
    named = constraint.name or (f"on ({', '.join(constraint.column_names)})" if constraint.columns else "")
    return f"{statement.table} loses its {constraint.kind} {named}".rstrip()


def _repeated(statement: Statement, constraint: ConstraintClause, column: ColumnClause | None = None) -> bool:
    """Whether another key of the statement has the same columns."""
    if constraint.kind not in _KEYS:
        return False
    wanted = (column.name,) if column else constraint.column_names
    keys = [c.column_names for c in table_constraints(statement) if c.kind in _KEYS]
    keys += [(c.name,) for c in columns(statement) for inline in c.constraints if inline.kind in _KEYS]
    return keys.count(wanted) > 1


OPERATOR = Operator(
    id="SCH_001",
    name="drop_constraint",
    category=Category.SCHEMA,
    severity=Severity.CRITICAL,
    summary="Removes a constraint or the UNIQUE of an index",
    keywords=("constraint", "primary key", "unique", "foreign key", "check", "exclude"),
    propose=propose,
)
