"""What the rest of a script makes of what one statement does: takes it away, names it, needs it."""

import re
from collections.abc import Iterator

from confiture.model.schema import Schema
from confiture.model.script import Script, Statement, Token, TokenKind, Tokens
from confiture.sql.clauses import conflict_of
from confiture.sql.constraints import ConstraintClause
from confiture.sql.drops import dropped_names
from confiture.sql.queries import queries
from confiture.sql.tables import actions_of, constraints
from confiture.sql.tokens import column_names, find, identifier

_TEMPORARY = frozenset({"TEMP", "TEMPORARY"})
_ASKING = frozenset({"REFERENCES", "CONFLICT"})
_SUFFIXES = {"PRIMARY KEY": "pkey", "UNIQUE": "key", "FOREIGN KEY": "fkey", "CHECK": "check", "EXCLUDE": "excl"}


def bare(name: str | None) -> str:
    """``name`` as the catalog has it: without the ``public`` schema."""
    return (name or "").removeprefix("public.")


def later(script: Script, statement: Statement) -> tuple[Statement, ...]:
    """The statements behind ``statement``."""
    return script.statements[statement.index + 1 :]


def lasting(script: Script, schema: Schema) -> Iterator[Statement]:
    """The statements of ``script`` whose definitions may be there when it has run."""
    return (statement for statement in script.statements if lasts(script, statement, schema))


def lasts(script: Script, statement: Statement, schema: Schema) -> bool:
    """Whether something of what ``statement`` defines may be left when ``script`` has run.

    Not when it is about a temporary table or one that the script drops later, nor when IF NOT EXISTS finds the
    table in ``schema``.
    """
    if is_temporary(script, statement) or _is_there_anyway(script, statement, schema):
        return False
    created = statement.kind.removeprefix("CREATE ")
    for other in later(script, statement):
        if other.kind not in ("DROP TABLE", f"DROP {created}"):
            continue
        dropped = {bare(name) for name in dropped_names(other)}
        if other.kind == "DROP TABLE" and bare(statement.table) in dropped:
            return False
        if other.kind == f"DROP {created}" and bare(statement.name) in dropped:
            return False
    return True


def is_made_before(script: Script, statement: Statement) -> bool:
    """Whether ``statement`` drops only what the script has created itself, not in the place of something else."""
    kind = statement.kind.removeprefix("DROP ")
    made: set[str] = set()
    for other in script.statements[: statement.index]:
        if other.kind == f"CREATE {kind}" and not {"REPLACE", "IF"} & set(other.words[:5]):
            made.add(bare(other.name))
        elif other.kind == f"DROP {kind}":
            made -= {bare(name) for name in dropped_names(other)}
    dropped = {bare(name) for name in dropped_names(statement)}
    return bool(dropped) and dropped <= made


def is_temporary(script: Script, statement: Statement) -> bool:
    """Whether ``statement`` makes something temporary or is about a temporary table."""
    if statement.kind.startswith("CREATE ") and any(token.word in _TEMPORARY for token in statement.tokens[1:4]):
        return True
    earlier = script.statements[: statement.index]
    return statement.table is not None and any(
        other.kind == "CREATE TABLE" and other.name == statement.table and is_temporary(script, other)
        for other in earlier
    )


def _is_there_anyway(script: Script, statement: Statement, schema: Schema) -> bool:
    if statement.kind != "CREATE TABLE" or find(statement.tokens, "IF", "NOT", "EXISTS") is None:
        return False
    dropped = {
        bare(name)
        for other in script.statements[: statement.index]
        if other.kind == "DROP TABLE"
        for name in dropped_names(other)
    }
    return schema.table(statement.table) is not None and bare(statement.table) not in dropped


def changed_later(script: Script, statement: Statement, column: str, *kinds: str) -> bool:
    """Whether a later ALTER TABLE has a subcommand of one of ``kinds`` for the column of the statement's table."""
    return any(
        action.kind in kinds and action.name == column
        for other in later(script, statement)
        if bare(other.table) == bare(statement.table)
        for action in actions_of(other)
    )


def mentioned(tokens: Tokens, name: str) -> bool:
    """Whether ``name``, its schema aside, stands in ``tokens``, also within a body or a string."""
    wanted = name.rpartition(".")[2]
    plain, keyword = wanted.strip('"'), wanted.upper()
    return bool(plain) and any(
        token.word == keyword if token.word else _mentions(token, wanted, plain) for token in tokens
    )


def _mentions(token: Token, wanted: str, plain: str) -> bool:
    if token.kind in (TokenKind.BODY, TokenKind.STRING):
        return plain in token.text and re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", token.text) is not None
    return token.kind is TokenKind.QUOTED and identifier(token) == wanted


def mentioned_later(script: Script, statement: Statement, name: str) -> bool:
    """Whether a statement behind ``statement`` mentions ``name``."""
    plain = name.rpartition(".")[2].strip('"').lower()
    return any(plain in other.text.lower() and mentioned(other.tokens, name) for other in later(script, statement))


def constraint_name(table: str, constraint: ConstraintClause, columns: tuple[str, ...]) -> str:
    """The name of a constraint on ``columns``, as written or as PostgreSQL makes it up; empty when it is not known."""
    suffix = _SUFFIXES.get(constraint.kind)
    if constraint.name or suffix is None:
        return constraint.name
    listed = () if constraint.kind == "PRIMARY KEY" else columns
    parts = (table.rpartition(".")[2], *listed, suffix)
    name = "_".join(part.strip('"') for part in parts)
    return f'"{name}"' if name != name.lower() else name


def is_key_needed(script: Script, statement: Statement, columns: tuple[str, ...], *, kind: str) -> bool:
    """Whether the script fails when the table of ``statement`` has no key on ``columns``.

    A foreign key or an ON CONFLICT may ask for it. ``kind`` is PRIMARY KEY or UNIQUE.
    """
    table = bare(statement.table)
    for other in script.statements[statement.index :]:
        if not _ASKING & set(other.words):
            continue
        for clause in constraints(other):
            is_default = not clause.referenced and kind == "PRIMARY KEY"
            is_asked = is_default or set(column_names(clause.referenced)) == set(columns)
            if is_asked and clause.kind == "FOREIGN KEY" and bare(clause.referenced_table) == table:
                return True
        conflicts = (conflict_of(query) for query in queries(other) if bare(query.target) == table)
        if any(conflict and set(conflict.columns) == set(columns) for conflict in conflicts):
            return True
    return False
