"""Undoes too much: adds CASCADE, drops the WHERE of a DELETE, swaps two statements, drops IF EXISTS.

## Why it matters

CASCADE makes the error go away, and with it views and foreign keys of others: "all the dependent objects will be
removed, as will any objects that depend on them, recursively"
([Dependency tracking](https://www.postgresql.org/docs/current/ddl-depend.html)).

## Example

```diff
-DELETE FROM settings WHERE name = 'theme';
+DELETE FROM settings;
```

```diff
-DROP TABLE loyalty_entries;
+DROP TABLE loyalty_entries CASCADE;
```

## A test that kills it

The round trip kills a wrong order, and a DELETE of too much when the seed rows have more to lose. CASCADE shows only in
a database where something depends on what is dropped. Without a down script, a test of its own can ask:

```sql
SELECT count(*) = 1 FROM settings WHERE name = 'language';
```

## Left alone

CASCADE and IF EXISTS of what the up script creates, or where the catalog is known: a DROP that works has no dependants,
so that CASCADE adds nothing, and what is to be dropped is there. The order of
statements that have no name in common, of definitions, which lead to the same database in any order that works, and an
order in which a statement names what is not there. The WHERE of a DELETE from a table that the script drops.
"""

from collections.abc import Iterator
from itertools import pairwise

from confiture.model.migration import Role
from confiture.model.mutant import Category, Severity
from confiture.model.script import Script, Statement, Tokens
from confiture.model.span import Edit
from confiture.operators.edits import drop_tokens, insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.rollback.undo import bare, goes_anyway, mentioned, other_statements, part_of, undoing
from confiture.sql.clauses import WRITING
from confiture.sql.drops import dropped_names
from confiture.sql.queries import queries
from confiture.sql.tables import AlterAction, actions_of
from confiture.sql.tokens import find, matches, name_at, span_of
from confiture.sql.writes import assigned_values, written_queries

_CASCADING = frozenset(
    {"DROP TABLE", "DROP VIEW", "DROP MATERIALIZED VIEW", "DROP TYPE", "DROP FUNCTION", "DROP SEQUENCE"}
    | {"DROP SCHEMA", "DROP DOMAIN", "DROP EXTENSION"}
)
_CASCADING_ACTIONS = frozenset({"DROP COLUMN", "DROP CONSTRAINT"})
_NAMING = frozenset({"ADD COLUMN", "DROP COLUMN", "SET SCHEMA"})
_GOING_ALONG = frozenset({"DROP INDEX", "DROP TRIGGER", "DROP POLICY", "DROP RULE"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each statement the ways to undo too much, then the order of its neighbours."""
    # Where the catalog is known the script has run on it: what it drops is there and has no dependants.
    has_run = bool(context.schema.tables)
    for statement in undoing(script):
        if not has_run and not _is_own(statement, context):
            yield from _cascade(statement)
            yield from _if_exists(statement)
        if not has_run:
            yield from _cascading_actions(statement, context)
        if not goes_anyway(script, statement, part_of(statement, context)):
            yield from _all_rows(statement)
    yield from _swapped(script, context)


def _is_own(statement: Statement, context: Context) -> bool:
    """Whether the up script creates all that ``statement`` drops."""
    created = {
        (other.kind.partition(" ")[2], bare(other.name))
        for other in other_statements(context)
        if other.kind.startswith("CREATE ")
    }
    what = statement.kind.partition(" ")[2]
    names = dropped_names(statement)
    return bool(names) and all((what, bare(name)) in created for name in names)


def _cascade(statement: Statement) -> Iterator[Proposal]:
    if statement.kind in _CASCADING and find(statement.tokens, "CASCADE") is None:
        edit = _cascading(statement, len(statement.tokens) - 1)
        what = f"whatever depends on {', '.join(dropped_names(statement))} is dropped too"
        yield Proposal(statement, (edit,), what, statement.span)


def _cascading_actions(statement: Statement, context: Context) -> Iterator[Proposal]:
    for action in actions_of(statement):
        if action.kind not in _CASCADING_ACTIONS or find(action.tokens, "CASCADE") is not None:
            continue
        if not _is_own_action(statement, action, context):
            last = statement.tokens.index(action.tokens[-1])
            what = f"whatever depends on {action.name} of {statement.table} is dropped too"
            yield Proposal(statement, (_cascading(statement, last),), what, span_of(action.tokens))


def _is_own_action(statement: Statement, action: AlterAction, context: Context) -> bool:
    """Whether the up script adds the column or constraint."""
    added = action.kind.replace("DROP", "ADD")
    return any(
        bare(other.table) == bare(statement.table) and other_action.kind == added and other_action.name == action.name
        for other in other_statements(context)
        for other_action in actions_of(other)
    )


def _cascading(statement: Statement, last: int) -> Edit:
    token = statement.tokens[last]
    return Edit(token.span, "CASCADE") if token.word == "RESTRICT" else insert_after(token, " CASCADE")


def _all_rows(statement: Statement) -> Iterator[Proposal]:
    for query in queries(statement):
        where = query.clause("WHERE")
        if query.verb == "DELETE" and where and not matches(where.tokens, 1, "CURRENT", "OF"):
            what = f"every row of {query.target} is deleted"
            yield Proposal(statement, (drop_tokens(statement, where.tokens),), what)


def _if_exists(statement: Statement) -> Iterator[Proposal]:
    position = find(statement.tokens, "IF", "EXISTS")
    if statement.kind.startswith("DROP") and position is not None:
        what = f"{statement.operation} fails where {statement.name} is not there"
        yield Proposal(statement, (drop_tokens(statement, statement.tokens[position : position + 2]),), what)


def _swapped(script: Script, context: Context) -> Iterator[Proposal]:
    for first, second in pairwise(undoing(script)):
        if not _runs_swapped(first, second):
            continue
        if _are_related(first, second) or _is_built_on(first, second, context) or _is_built_on(second, first, context):
            edits = (Edit(first.span, second.text), Edit(second.span, first.text))
            yield Proposal(first, edits, f"{second.operation} comes before {first.operation}", first.span)


def _runs_swapped(first: Statement, second: Statement) -> bool:
    """Whether another order is wrong, yet no nonsense: neither statement names what is not there yet or any more.

    Definitions lead to the same database in any order in which they can be run. So at least one of the two writes rows,
    or ``second`` drops what the other one still holds on to.
    """
    if second.kind in _CASCADING:
        cascades = any(find(statement.tokens, "CASCADE") is not None for statement in (first, second))
        is_part = (second.kind == "DROP TABLE" and first.kind in _GOING_ALONG) or any(
            mentioned(first.tokens, name) for name in dropped_names(second)
        )
        return _only_drops(first) and not cascades and not is_part
    definitions = [statement for statement in (first, second) if statement.kind not in WRITING]
    return len(definitions) < 2 and not any(_makes_or_drops(statement) for statement in definitions)


def _only_drops(statement: Statement) -> bool:
    actions = [action.kind for action in actions_of(statement)] or [statement.kind]
    return all(kind.startswith("DROP ") for kind in actions)


def _makes_or_drops(statement: Statement) -> bool:
    """Whether names begin or cease to exist with the statement."""
    kinds = [action.kind for action in actions_of(statement)] or [statement.kind]
    return any(
        kind in _NAMING or kind.startswith(("CREATE ", "DROP TABLE", "DROP VIEW", "DROP INDEX", "RENAME"))
        for kind in kinds
    )


def _are_related(first: Statement, second: Statement) -> bool:
    """Whether one of them speaks of what the other one makes, drops or writes, besides their common table."""
    common = {bare(first.table)} if bare(first.table) == bare(second.table) else set[str]()
    return _speaks_of(second.tokens, first, _subjects(first) - common) or _speaks_of(
        first.tokens, second, _subjects(second) - common
    )


def _is_built_on(first: Statement, second: Statement, context: Context) -> bool:
    """Whether the up script uses what ``second`` is about to make what ``first`` is about."""
    names = _subjects(second) - _subjects(first)
    makers = [tokens for other in other_statements(context) for tokens in _makers(other, first)]
    return any(_speaks_of(tokens, second, names) for tokens in makers)


def _makers(up_statement: Statement, statement: Statement) -> Iterator[Tokens]:
    """What of an up script makes what ``statement`` is about."""
    names = _subjects(statement)
    if up_statement.kind.startswith("CREATE") and bare(up_statement.name) in names:
        yield up_statement.tokens
    if bare(up_statement.table) == bare(statement.table):
        yield from (action.tokens for action in actions_of(up_statement) if action.name in names)


def _speaks_of(tokens: Tokens, statement: Statement, names: set[str]) -> bool:
    """Whether one of the ``names`` that ``statement`` is about stands in ``tokens``; columns only with their table."""
    of_table = statement.kind == "ALTER TABLE" or statement.kind in WRITING
    return any(mentioned(tokens, name) for name in names) and (not of_table or mentioned(tokens, bare(statement.table)))


def _subjects(statement: Statement) -> set[str]:
    """Names of what ``statement`` makes, changes, drops or writes, a table's columns rather than the table."""
    if statement.kind in WRITING:
        values = [value.column for query in written_queries(statement) for value in assigned_values(query)]
        return {bare(statement.table), *values} - {""}
    if statement.kind == "ALTER TABLE":
        names = {action.name for action in actions_of(statement)}
        renamed = find(statement.tokens, "TO")
        return (names | {name_at(statement.tokens, renamed + 1)[0] if renamed is not None else ""}) - {""}
    names = dropped_names(statement) or ((statement.name,) if statement.kind.startswith(("CREATE", "DROP")) else ())
    return {bare(name) for name in names} - {""}


OPERATOR = Operator(
    id="ROLL_005",
    name="overreach",
    category=Category.ROLLBACK,
    severity=Severity.HIGH,
    summary="Undoes too much, or in the wrong order",
    keywords=("down", "rollback", "cascade", "delete", "order"),
    propose=propose,
    roles=frozenset({Role.DOWN}),
)
