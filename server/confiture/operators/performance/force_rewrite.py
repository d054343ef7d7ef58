"""Makes PostgreSQL rewrite the table: a volatile default in the place of a constant, or a type change that computes.

## Why it matters

A new column with a constant default costs nothing, however large the table is. With a volatile one, "the entire table
and its indexes" are rewritten under ACCESS EXCLUSIVE
([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)); `clock_timestamp()`
for `now()` is enough.

## Example

```diff
-ALTER TABLE orders ADD COLUMN seen_at timestamptz DEFAULT now();
+ALTER TABLE orders ADD COLUMN seen_at timestamptz DEFAULT clock_timestamp();
```

```diff
-ALTER TABLE orders ADD COLUMN points integer NOT NULL DEFAULT 0;
+ALTER TABLE orders ADD COLUMN points integer NOT NULL DEFAULT 0 + floor(random());
```

## A test that kills it

A budget above the statement does:

```sql
-- confiture: budget rewrite=no
ALTER TABLE orders ADD COLUMN seen_at timestamptz DEFAULT now();
```

## Left alone

Tables that the same script creates or that have no rows. Statements that rewrite already: a volatile default, a serial,
identity or stored generated column, a type change other than to a wider text or numeric. Constants of types for which
no volatile value suggests itself.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement, TokenKind, Tokens
from confiture.operators.edits import insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.performance.fresh import is_empty, is_new
from confiture.sql.constraints import ColumnClause
from confiture.sql.evolution import evolve
from confiture.sql.lexer import tokenize
from confiture.sql.tables import AlterAction, actions_of
from confiture.sql.tokens import closing, find, first_group, matches, replace, span_of, split, unwrapped
from confiture.sql.types import base_type, is_serial, type_family

_MOMENTS = frozenset({"NOW", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "TRANSACTION_TIMESTAMP", "STATEMENT_TIMESTAMP"})
_VOLATILE = frozenset({"RANDOM", "CLOCK_TIMESTAMP", "GEN_RANDOM_UUID", "NEXTVAL", "TIMEOFDAY"})
_VOLATILE_PREFIXES = ("UUID_GENERATE_", "UUIDV", "GEN_")
_NUMERIC = frozenset({"integer", "numeric", "double precision"})
_COMPUTING = {"text": "{} || ''", "numeric": "{} + 0"}
"""By family of type, an expression that changes no value but makes PostgreSQL compute each one."""


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each new column with a default and each type change that rewrites nothing."""
    for statement, schema in evolve(script, schema=context.schema):
        if is_new(script, statement) or is_empty(statement, schema):
            continue
        actions = actions_of(statement)
        if any(_rewrites(statement, action, schema) for action in actions):
            continue
        for action in actions:
            default = action.column.constraint("DEFAULT") if action.column else None
            if action.column and default:
                yield from _volatile(statement, action.column, default.expression)
            elif action.kind == "ALTER TYPE":
                yield from _computed(statement, action)


def _rewrites(statement: Statement, action: AlterAction, schema: Schema) -> bool:
    """Whether the subcommand makes PostgreSQL rewrite the table already."""
    words = {token.word for token in action.tokens}
    if action.column:
        kinds = {constraint.kind for constraint in action.column.constraints}
        fills = bool(kinds & {"IDENTITY", "GENERATED"}) or is_serial(action.column.type)
        return fills or bool(words & _VOLATILE) or any(word.startswith(_VOLATILE_PREFIXES) for word in words)
    if action.kind == "ALTER TYPE":
        return not _is_widening(statement, action, schema)
    return action.kind in ("SET LOGGED", "SET UNLOGGED", "SET ACCESS METHOD")


def _volatile(statement: Statement, column: ColumnClause, expression: Tokens) -> Iterator[Proposal]:
    what = f"adding {statement.table}.{column.name} rewrites the table"
    place = span_of(expression)
    type_name = type_family(" ".join(token.text for token in column.type))
    value = unwrapped(expression)
    number = value[1:] if value[0].word == "-" else value
    moment = next((index for index, token in enumerate(expression) if token.word in _MOMENTS), None)
    if moment is not None:
        end = closing(expression, moment + 1) if matches(expression, moment + 1, "(") else moment
        edit = replace(expression[moment : end + 1], "clock_timestamp()")
        yield Proposal(statement, (edit,), what, place)
    elif len(number) == 1 and number[0].kind is TokenKind.NUMBER and type_name in _NUMERIC:
        yield Proposal(statement, (insert_after(value[-1], " + floor(random())"),), what, place)
    elif len(value) == 1 and value[0].word in ("TRUE", "FALSE"):
        comparison = ">=" if value[0].word == "TRUE" else "<"
        yield Proposal(statement, (replace(expression, f"(random() {comparison} 0)"),), what, place)


def _computed(statement: Statement, action: AlterAction) -> Iterator[Proposal]:
    expression = _COMPUTING[type_family(base_type(_new_type(action)))].format(action.name)
    what = f"the new type of {statement.table}.{action.name} rewrites the table"
    yield Proposal(statement, (insert_after(action.tokens[-1], f" USING {expression}"),), what)


def _is_widening(statement: Statement, action: AlterAction, schema: Schema) -> bool:
    """Whether PostgreSQL knows without reading them that all values fit the new type as they are stored."""
    table = schema.table(statement.table)
    column = table.column(action.name) if table else None
    if column is None or find(action.tokens, "USING") is not None or find(action.tokens, "COLLATE") is not None:
        return False
    old, new = base_type(column.type), base_type(_new_type(action))
    before, after = _modifiers(column.type), _modifiers(_new_type(action))
    if old in ("text", "character varying") and new in ("text", "character varying"):
        return not after or (bool(before) and before[0] <= after[0])
    if old == new == "numeric":
        same_scale = bool(before and after) and before[1:] == after[1:]
        return not after or (same_scale and before[0] <= after[0])
    return False


def _new_type(action: AlterAction) -> str:
    start = find(action.tokens, "TYPE")
    return " ".join(token.text for token in action.tokens[(start or 0) + 1 :])


def _modifiers(type_name: str) -> tuple[int, ...]:
    """The numbers in the parentheses of a type."""
    parts = split(first_group(tokenize(type_name)))
    return tuple(int(part[0].text) for part in parts if part[0].kind is TokenKind.NUMBER)


OPERATOR = Operator(
    id="PERF_003",
    name="force_rewrite",
    category=Category.PERFORMANCE,
    severity=Severity.CRITICAL,
    summary="Makes a default volatile or a type change compute, so that the table is rewritten",
    keywords=("rewrite", "default", "volatile", "type"),
    propose=propose,
)
