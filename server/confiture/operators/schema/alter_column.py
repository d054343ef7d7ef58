"""Changes a column: another type, a time zone lost, another default or none, identity, generation, collation.

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

A column whose type or default a later statement of the script sets again, or which the script drops. Another type
where USING belongs to the written one. Defaults that are NULL or that the column has anyway. A default that has to go
before the type can change. An identity that the script makes anew.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Column, Schema
from confiture.model.script import Script, Statement, Token, TokenKind, Tokens
from confiture.model.span import Edit, apply_edits
from confiture.operators.edits import drop_action, drop_tokens
from confiture.operators.legal import legal_strings, other_string
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.schema.needed import is_column_used
from confiture.operators.wording import shown, text_of
from confiture.sql.constraints import ColumnClause, ConstraintClause
from confiture.sql.evolution import evolve, schema_after
from confiture.sql.lifetimes import bare, changed_later, lasts, later, mentioned
from confiture.sql.tables import AlterAction, actions_of, columns
from confiture.sql.tokens import closing, find, group, matches, replace, span_of, split
from confiture.sql.types import is_type

_TYPES = {
    "bigint": "integer",
    "int8": "int4",
    "smallint": "integer",
    "bigserial": "serial",
    "timestamptz": "timestamp",
    "jsonb": "json",
    "double": "real",
}
_SETTING_DEFAULT = ("SET DEFAULT", "DROP DEFAULT")
_WITH_LENGTH = frozenset({"varchar", "char", "varying", "character"})
_GENERATIONS = {
    "ADD GENERATED": "is not generated",
    "SET GENERATED": "stays the kind of identity that it was",
    "DROP IDENTITY": "stays an identity",
    "DROP EXPRESSION": "stays generated",
}
_DEFAULTS = {"TRUE": "false", "FALSE": "true", "0": "1", "1": "0"}


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each column that the script defines or alters."""
    for statement, schema in evolve(script, schema=context.schema):
        if not lasts(script, statement, context.schema):
            continue
        table = schema.table(statement.table)
        for column in columns(statement):
            if not changed_later(script, statement, column.name, "DROP COLUMN"):
                yield from _of_column(script, statement, column, schema)
        for index, action in enumerate(actions_of(statement)):
            known = table.column(action.name) if table else None
            if not changed_later(script, statement, action.name, "DROP COLUMN"):
                yield from _of_type(script, statement, action=action, index=index, known=known)
                yield from _of_default(script, statement, action=action, index=index, known=known, schema=schema)
                yield from _of_generation(script, statement, action=action, index=index)


def _of_column(script: Script, statement: Statement, column: ColumnClause, schema: Schema) -> Iterator[Proposal]:
    name = f"{statement.table}.{column.name}"
    kinds = {constraint.kind for constraint in column.constraints}
    is_settled = changed_later(script, statement, column.name, "ALTER TYPE") or "GENERATED" in kinds
    if not is_settled and not _needs_jsonb(script, statement, column.name, column.type):
        yield from _other_type(statement, column.type, name)
    for constraint in column.constraints:
        match constraint.kind:
            case "DEFAULT" if not changed_later(script, statement, column.name, *_SETTING_DEFAULT):
                yield from _other_default(statement, column.name, constraint.expression, schema=schema)
                is_needed = statement.kind == "ALTER TABLE" and "NOT NULL" in kinds
                if not is_needed and not _is_null(constraint.expression):
                    yield Proposal(statement, (drop_tokens(statement, constraint.tokens),), f"{name} has no default")
            case "GENERATED":
                yield Proposal(statement, (drop_tokens(statement, constraint.tokens),), f"{name} is not generated")
            case "IDENTITY" if not _is_inserted(script, statement, column.name):
                yield from _other_identity(statement, constraint, name)
            case "COLLATE":
                yield Proposal(statement, (drop_tokens(statement, constraint.tokens),), f"{name} loses its collation")
            case _:
                pass


def _needs_jsonb(script: Script, statement: Statement, column: str, tokens: Tokens) -> bool:
    """Whether a later statement may need what json cannot do: be compared, be part of a key, contain."""
    return [token.word for token in tokens] == ["JSONB"] and is_column_used(script, statement, column)


def _is_inserted(script: Script, statement: Statement, column: str) -> bool:
    return any(
        other.kind == "INSERT" and bare(other.table) == bare(statement.table) and mentioned(other.tokens, column)
        for other in later(script, statement)
    )


def _of_type(
    script: Script, statement: Statement, *, action: AlterAction, index: int, known: Column | None
) -> Iterator[Proposal]:
    """ALTER COLUMN … TYPE: another type, or none at all."""
    start, using = find(action.tokens, "TYPE"), find(action.tokens, "USING")
    if action.kind != "ALTER TYPE" or start is None or changed_later(script, statement, action.name, "ALTER TYPE"):
        return
    name = f"{statement.table}.{action.name}"
    written = action.tokens[start + 1 : using]
    if not written:
        return
    if using is None and not _needs_jsonb(script, statement, action.name, written):
        yield from _other_type(statement, written, name, former=known.type if known else None)
    is_same = known is not None and is_type(known.type, text_of(statement, written))
    if not is_same and not _must_change(script, statement, action):
        what = f"{name} does not become {shown(statement, written)}"
        yield Proposal(statement, (drop_action(statement, index),), what, span_of(action.tokens))


def _of_default(
    script: Script, statement: Statement, *, action: AlterAction, index: int, known: Column | None, schema: Schema
) -> Iterator[Proposal]:
    """ALTER COLUMN … SET DEFAULT and DROP DEFAULT."""
    name = f"{statement.table}.{action.name}"
    if changed_later(script, statement, action.name, *_SETTING_DEFAULT):
        return
    if action.kind == "SET DEFAULT":
        expression = action.tokens[(find(action.tokens, "DEFAULT") or 0) + 1 :]
        yield from _other_default(statement, action.name, expression, schema=schema)
        if not _has_default(known, statement, expression):
            what = f"{name} keeps its former default"
            yield Proposal(statement, (drop_action(statement, index),), what, span_of(action.tokens))
    elif action.kind == "DROP DEFAULT" and (known is None or known.default) and not _must_go(script, statement, action):
        what = f"{name} keeps its default"
        yield Proposal(statement, (drop_action(statement, index),), what, span_of(action.tokens))


def _of_generation(script: Script, statement: Statement, *, action: AlterAction, index: int) -> Iterator[Proposal]:
    """ALTER COLUMN … that makes an identity, changes its kind, or ends it or a generation."""
    beside = {other.kind for other in actions_of(statement) if other.name == action.name}
    words = _GENERATIONS.get(action.kind)
    is_settled = changed_later(script, statement, action.name, *_GENERATIONS, "SET DEFAULT") or "SET DEFAULT" in beside
    if words and not is_settled and not is_column_used(script, statement, action.name):
        what = f"{statement.table}.{action.name} {words}"
        yield Proposal(statement, (drop_action(statement, index),), what, span_of(action.tokens))


def _must_go(script: Script, statement: Statement, action: AlterAction) -> bool:
    """Whether the default is dropped for the sake of another type, with its column or before its sequence."""
    beside = {other.kind for other in actions_of(statement) if other.name == action.name}
    return (
        bool(beside & {"ALTER TYPE", "SET DEFAULT", "DROP COLUMN"})
        or changed_later(script, statement, action.name, "ALTER TYPE")
        or any(other.kind == "DROP SEQUENCE" for other in later(script, statement))
    )


def _must_change(script: Script, statement: Statement, action: AlterAction) -> bool:
    """Whether a new default needs the new type, or the old type is dropped."""
    beside = {other.kind for other in actions_of(statement) if other.name == action.name}
    has_new_default = "SET DEFAULT" in beside or changed_later(script, statement, action.name, "SET DEFAULT")
    return has_new_default or any(other.kind == "DROP TYPE" for other in later(script, statement))


def _has_default(known: Column | None, statement: Statement, expression: Tokens) -> bool:
    if known is None or known.default is None:
        return known is not None and _is_null(expression)
    return _without_cast(known) == text_of(statement, expression)


def _without_cast(known: Column | None) -> str:
    """The default of a column as people write it; the catalog adds its type."""
    return (known.default or "").partition("::")[0].strip() if known else ""


def _is_null(expression: Tokens) -> bool:
    return matches(expression, 0, "NULL")


def _other_type(statement: Statement, tokens: Tokens, name: str, *, former: str | None = None) -> Iterator[Proposal]:
    """A type other than the one written and the ``former`` one, since leaving the change out leads to that."""
    edit = _type_edit(tokens)
    other = _described(statement, tokens, edit) if edit else ""
    if edit and not (former and is_type(former, other)):
        what = f"{name} is {other} instead of {shown(statement, tokens)}"
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
    if opening == 1 and first == "timestamptz" and closing(tokens, 1) == len(tokens) - 1:
        return replace(tokens[:1], "timestamp")
    if opening is not None:
        return _other_length(first, tokens, opening)
    if matches(tokens, 0, "TIMESTAMP", "WITH"):
        return replace(tokens, "timestamp")
    if first == "double" and len(tokens) == 2:
        return replace(tokens, "real")
    if len(tokens) != 1:
        return None
    return replace(tokens, _TYPES[first]) if first in _TYPES and first != "double" else None


def _other_length(first: str, tokens: Tokens, opening: int) -> Edit | None:
    items = split(group(tokens, opening))
    if not items or any(len(item) != 1 or not item[0].text.isdecimal() for item in items):
        return None
    numbers: list[Token] = [item[0] for item in items]
    if first in ("numeric", "decimal") and len(numbers) == 2 and int(numbers[1].text) > 0:
        return replace((numbers[1],), str(int(numbers[1].text) - 1))
    if first in _WITH_LENGTH and int(numbers[0].text) > 1:
        return replace((numbers[0],), str(int(numbers[0].text) // 2))
    return None


def _other_default(statement: Statement, column: str, expression: Tokens, *, schema: Schema) -> Iterator[Proposal]:
    """Another value than the one written and the former one, since leaving the change out leads to that."""
    if not expression or not (len(expression) == 1 or matches(expression, 1, "::")):
        return
    first = expression[0]
    new = _DEFAULTS.get(first.word or first.text)
    if first.kind is TokenKind.NUMBER and new is None and first.text.isdigit():
        new = str(int(first.text) + 1)
    elif first.kind is TokenKind.STRING:
        former = schema.table(statement.table)
        written = _without_cast(former.column(column) if former else None)
        legal = _legal(column, statement.table, schema_after(statement, schema))
        new = other_string(first.text, tuple(text for text in legal if text != written))
    if new:
        what = f"{statement.table}.{column} defaults to {new} instead of {first.text}"
        yield Proposal(statement, (replace((first,), new),), what)


def _legal(column: str, table_name: str | None, schema: Schema) -> tuple[str, ...]:
    table = schema.table(table_name)
    known = table.column(column) if table else None
    return legal_strings(known, table, schema) if known else ()


def _other_identity(statement: Statement, constraint: ConstraintClause, name: str) -> Iterator[Proposal]:
    body = constraint.body
    if matches(body, 1, "ALWAYS"):
        what = f"{name} accepts values of the application in the place of generated ones"
        yield Proposal(statement, (replace(body[1:2], "BY DEFAULT"),), what)
    elif matches(body, 1, "BY", "DEFAULT"):
        what = f"{name} rejects values of the application"
        yield Proposal(statement, (replace(body[1:3], "ALWAYS"),), what)


OPERATOR = Operator(
    id="SCH_005",
    name="alter_column",
    category=Category.SCHEMA,
    severity=Severity.HIGH,
    summary="Changes a column's type, default, identity or collation",
    keywords=("type", "default", "identity", "collation", "timestamp", "precision"),
    propose=propose,
)
