"""Validates while everybody waits: drops NOT VALID or USING INDEX, or the helper CHECK before a SET NOT NULL.

## Why it matters

Adding a constraint reads the whole table under a lock that blocks writes, or all use. NOT VALID followed by VALIDATE
CONSTRAINT does the same work under a weaker lock: "validation acquires only a SHARE UPDATE EXCLUSIVE lock on the table
being altered" ([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)).

## Example

```diff
-ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0) NOT VALID;
+ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0);
 ALTER TABLE orders VALIDATE CONSTRAINT total_positive;
```

## A test that kills it

A budget above the statement does:

```sql
-- confiture: budget scan=no
ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0) NOT VALID;
```

## Left alone

Tables that the same script creates or that have no rows. A helper CHECK that is not valid
by then, or that the same ALTER TABLE drops: SET NOT NULL reads the table in spite of it.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement
from confiture.operators.edits import drop_action, drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.performance.fresh import is_empty, is_new
from confiture.sql.constraints import ConstraintClause, present_column
from confiture.sql.indexes import index_of
from confiture.sql.tables import actions_of, table_constraints
from confiture.sql.tokens import find, name_at, replace, span_of


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each constraint that is added without a long lock, the way that holds one."""
    for statement in script.statements:
        if is_new(script, statement) or is_empty(statement, context.schema):
            continue
        for constraint in table_constraints(statement):
            yield from _not_valid(statement, constraint)
            yield from _using_index(script, statement, constraint=constraint, schema=context.schema)
        yield from _helper(script, statement)


def _not_valid(statement: Statement, constraint: ConstraintClause) -> Iterator[Proposal]:
    position = find(constraint.tokens, "NOT", "VALID")
    if position is not None:
        name = f"constraint {constraint.name}".rstrip()
        what = f"{name} reads all of {statement.table} under its lock"
        yield Proposal(statement, (drop_tokens(statement, constraint.tokens[position : position + 2]),), what)


def _using_index(
    script: Script, statement: Statement, *, constraint: ConstraintClause, schema: Schema
) -> Iterator[Proposal]:
    position = find(constraint.tokens, "USING", "INDEX")
    if position is None or constraint.kind not in ("PRIMARY KEY", "UNIQUE"):
        return
    name, after = name_at(constraint.tokens, position + 2)
    columns = _columns_of_index(script, statement, name=name, schema=schema)
    if columns:
        # A constraint of the same name could not be made: the index has it.
        unnamed = (drop_tokens(statement, constraint.tokens[:2]),) if constraint.name == name else ()
        edits = (*unnamed, replace(constraint.tokens[position:after], f"({', '.join(columns)})"))
        what = f"{constraint.kind} {constraint.name} builds a second index of {statement.table} under its lock"
        yield Proposal(statement, edits, what, span_of(constraint.tokens))


def _columns_of_index(script: Script, statement: Statement, *, name: str, schema: Schema) -> tuple[str, ...]:
    for earlier in script.statements[: statement.index]:
        index = index_of(earlier)
        if index and earlier.name == name:
            return index.columns
    table = schema.table(statement.table)
    found = [index.columns for index in table.indexes if index.name == name] if table else []
    return found[0] if found else ()


def _helper(script: Script, statement: Statement) -> Iterator[Proposal]:
    """A CHECK (x IS NOT NULL) that is added, and dropped again once SET NOT NULL has used it."""
    for index, action in enumerate(actions_of(statement)):
        column = present_column(action.constraint) if action.constraint else ""
        if not column or not action.name:
            continue
        later = [other for other in script.statements[statement.index + 1 :] if other.table == statement.table]
        valid_from = _first(later, "VALIDATE CONSTRAINT", action.name)
        if find(action.tokens, "NOT", "VALID") is None:
            valid_from = statement.index
        used = _first(later, "SET NOT NULL", column)
        dropped = _first(later, "DROP CONSTRAINT", action.name)
        # Where one ALTER TABLE does both, PostgreSQL drops the constraint first and reads the table all the same.
        if valid_from is None or used is None or dropped is None or not valid_from < used < dropped:
            continue
        steps = [
            (other, at) for other in later for at, step in enumerate(actions_of(other)) if step.name == action.name
        ]
        if len({other.index for other, _ in steps}) == len(steps):
            edits = (drop_action(statement, index), *(drop_action(other, at) for other, at in steps))
            what = f"SET NOT NULL reads all of {statement.table} while everybody waits"
            yield Proposal(statement, edits, what, statement.span)


def _first(statements: list[Statement], kind: str, name: str) -> int | None:
    """Index of the first statement with a subcommand of this kind on ``name``."""
    for statement in statements:
        if any(action.kind == kind and action.name == name for action in actions_of(statement)):
            return statement.index
    return None


OPERATOR = Operator(
    id="PERF_002",
    name="validate_under_lock",
    category=Category.PERFORMANCE,
    severity=Severity.HIGH,
    summary="Validates a constraint or builds its index under a long lock",
    keywords=("not valid", "validate", "using index", "set not null", "lock"),
    propose=propose,
)
