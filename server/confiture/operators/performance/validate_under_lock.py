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

Write a budget above the statement, here as a test of its own:

```sql
-- confiture: budget scan=no
SELECT true;
```

## Left alone

Tables that the same script creates or that have no rows.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement
from confiture.operators.edits import drop_statement, drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.performance.fresh import is_empty, is_new
from confiture.sql.constraints import ConstraintClause
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
    added = table_constraints(statement)
    if len(actions_of(statement)) != 1 or len(added) != 1 or not added[0].name:
        return
    if [token.word for token in added[0].expression[-3:]] != ["IS", "NOT", "NULL"]:
        return
    related = [other for other in script.statements if _is_only_about(other, added[0].name)]
    sets = [
        other
        for other in script.statements[statement.index :]
        if other.table == statement.table and any(action.kind == "SET NOT NULL" for action in actions_of(other))
    ]
    drops = any(action.kind == "DROP CONSTRAINT" for other in related for action in actions_of(other))
    if sets and drops:
        edits = tuple(drop_statement(other) for other in related)
        what = f"SET NOT NULL reads all of {statement.table} while everybody waits"
        yield Proposal(statement, edits, what, statement.span)


def _is_only_about(statement: Statement, constraint: str) -> bool:
    actions = actions_of(statement)
    return len(actions) == 1 and actions[0].name == constraint and actions[0].kind.endswith("CONSTRAINT")


OPERATOR = Operator(
    id="PERF_002",
    name="validate_under_lock",
    category=Category.PERFORMANCE,
    severity=Severity.HIGH,
    summary="Validates a constraint or builds its index under a long lock",
    keywords=("not valid", "validate", "using index", "set not null", "lock"),
    propose=propose,
)
