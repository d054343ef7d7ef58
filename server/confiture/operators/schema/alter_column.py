"""Changes a column: a narrower or wider type, a time zone lost, another default, identity, or collation.

## Why it matters

`timestamp` for `timestamptz`, `integer` for `bigint`, `numeric(10, 1)` for `numeric(10, 2)`: each applies cleanly and
is found out when times are off by an hour, keys run out or cents are gone. Basecamp was read-only for hours in 2018
because an `integer` key had run out
([their account](https://signalvnoise.com/svn3/update-on-basecamp-3-being-stuck-in-read-only-as-of-nov-8-922am-cst/)).

## Example

```diff
 CREATE TABLE events (
   id bigint PRIMARY KEY,
-  happened_at timestamptz NOT NULL DEFAULT now()
+  happened_at timestamp NOT NULL DEFAULT now()
 );
```

```diff
-ALTER TABLE accounts ADD COLUMN active boolean NOT NULL DEFAULT true;
+ALTER TABLE accounts ADD COLUMN active boolean NOT NULL DEFAULT false;
```

## A test that kills it

```sql
SELECT format_type(atttypid, atttypmod) = 'timestamp with time zone'
FROM pg_attribute WHERE attrelid = 'events'::regclass AND attname = 'happened_at';
```

## Left alone

A column whose type or default a later statement of the script sets again, or which the script drops. A type change
with USING, whose expression belongs to the new type. Partition keys.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement, Token, TokenKind, Tokens
from confiture.model.span import Edit, apply_edits
from confiture.operators.edits import drop_action, drop_tokens
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shown
from confiture.sql.constraints import ColumnClause, ConstraintClause
from confiture.sql.tables import AlterAction, actions_of, columns
from confiture.sql.tokens import find, group, matches, replace, span_of, split

_TYPES = {
    "bigint": "integer",
    "int8": "int4",
    "smallint": "integer",
    "bigserial": "serial",
    "timestamptz": "timestamp",
    "timestamp": "timestamptz",
    "jsonb": "json",
    "double": "real",
}
_WITH_LENGTH = frozenset({"varchar", "char", "varying", "character"})
_DEFAULTS = {"TRUE": "false", "FALSE": "true", "0": "1", "1": "0"}


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each column that the script defines or alters."""
    del context
    for statement in script.statements:
        for column in columns(statement):
            yield from _of_column(script, statement, column)
        for index, action in enumerate(actions_of(statement)):
            yield from _of_action(script, statement, action=action, index=index)


def _of_column(script: Script, statement: Statement, column: ColumnClause) -> Iterator[Proposal]:
    name = f"{statement.table}.{column.name}"
    kinds = {constraint.kind for constraint in column.constraints}
    if not _set_later(script, statement, column.name, {"ALTER TYPE", "DROP COLUMN"}) and not kinds & {"GENERATED"}:
        yield from _other_type(statement, column.type, name)
    for constraint in column.constraints:
        match constraint.kind:
            case "DEFAULT" if not _set_later(script, statement, column.name, {"SET DEFAULT", "DROP DEFAULT"}):
                yield from _other_default(statement, constraint.expression, name)
                if "NOT NULL" not in kinds:
                    yield Proposal(statement, (drop_tokens(statement, constraint.tokens),), f"{name} has no default")
            case "IDENTITY":
                yield from _other_identity(statement, constraint, name)
            case "COLLATE":
                yield Proposal(statement, (drop_tokens(statement, constraint.tokens),), f"{name} loses its collation")
            case _:
                pass


def _of_action(script: Script, statement: Statement, *, action: AlterAction, index: int) -> Iterator[Proposal]:
    name = f"{statement.table}.{action.name}"
    if action.kind == "ALTER TYPE":
        start, using = find(action.tokens, "TYPE"), find(action.tokens, "USING")
        if start is not None and using is None and not _set_later(script, statement, action.name, {"ALTER TYPE"}):
            yield from _other_type(statement, action.tokens[start + 1 :], name)
    elif action.kind == "SET DEFAULT":
        start = find(action.tokens, "DEFAULT")
        if start is not None and not _set_later(script, statement, action.name, {"SET DEFAULT", "DROP DEFAULT"}):
            yield from _other_default(statement, action.tokens[start + 1 :], name)
            yield Proposal(statement, (drop_action(statement, index),), f"{name} keeps its former default")
    elif action.kind == "DROP DEFAULT" and not _dropped_beside(statement, action.name):
        yield Proposal(statement, (drop_action(statement, index),), f"{name} keeps its default")


def _dropped_beside(statement: Statement, column: str) -> bool:
    return any(action.kind == "DROP COLUMN" and action.name == column for action in actions_of(statement))


def _other_type(statement: Statement, tokens: Tokens, name: str) -> Iterator[Proposal]:
    edit = _type_edit(tokens)
    if edit:
        what = f"{name} is {_described(statement, tokens, edit)} instead of {shown(statement, tokens)}"
        yield Proposal(statement, (edit,), what, span_of(tokens))


def _described(statement: Statement, tokens: Tokens, edit: Edit) -> str:
    place = span_of(tokens)
    return apply_edits(
        place.shift(-statement.span.start).of(statement.text), [Edit(edit.span.shift(-place.start), edit.replacement)]
    )


def _type_edit(tokens: Tokens) -> Edit | None:
    if not tokens or tokens[0].kind is not TokenKind.WORD or tokens[-1].word == "]":
        return None
    opening = find(tokens, "(")
    first = tokens[0].text.lower()
    if opening is not None:
        return _other_length(first, tokens, opening)
    if matches(tokens, 0, "TIMESTAMP", "WITH") or matches(tokens, 0, "TIMESTAMP", "WITHOUT"):
        return replace(tokens, "timestamp" if tokens[1].word == "WITH" else "timestamptz")
    if first == "double" and len(tokens) == 2:
        return replace(tokens, "real")
    if len(tokens) != 1:
        return None
    return replace(tokens, _TYPES[first]) if first in _TYPES and first != "double" else None


def _other_length(first: str, tokens: Tokens, opening: int) -> Edit | None:
    items = split(group(tokens, opening))
    if not items or any(len(item) != 1 or item[0].kind is not TokenKind.NUMBER for item in items):
        return None
    numbers: list[Token] = [item[0] for item in items]
    if first in ("numeric", "decimal") and len(numbers) == 2 and int(numbers[1].text) > 0:
        return replace((numbers[1],), str(int(numbers[1].text) - 1))
    if first in _WITH_LENGTH and int(numbers[0].text) > 1:
        return replace((numbers[0],), str(int(numbers[0].text) // 2))
    return None


def _other_default(statement: Statement, expression: Tokens, name: str) -> Iterator[Proposal]:
    first = expression[0]
    new = _DEFAULTS.get(first.word or first.text)
    if first.kind is TokenKind.NUMBER and new is None and first.text.isdigit():
        new = str(int(first.text) + 1)
    if new and len(expression) == 1:
        yield Proposal(statement, (replace(expression, new),), f"{name} defaults to {new} instead of {first.text}")


def _other_identity(statement: Statement, constraint: ConstraintClause, name: str) -> Iterator[Proposal]:
    body = constraint.body
    if matches(body, 1, "ALWAYS"):
        what = f"{name} accepts values of the application in the place of generated ones"
        yield Proposal(statement, (replace(body[1:2], "BY DEFAULT"),), what)


def _set_later(script: Script, statement: Statement, column: str, kinds: set[str]) -> bool:
    return any(
        action.kind in kinds and action.name == column
        for other in script.statements[statement.index + 1 :]
        if other.table == statement.table
        for action in actions_of(other)
    )


OPERATOR = Operator(
    id="SCH_005",
    name="alter_column",
    category=Category.SCHEMA,
    severity=Severity.HIGH,
    summary="Changes a column's type, default, identity or collation",
    keywords=("type", "default", "identity", "collation", "timestamp", "precision"),
    propose=propose,
)
