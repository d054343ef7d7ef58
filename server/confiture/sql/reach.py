"""Statements that reach outside the database they run in."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

from confiture.model.script import Script, Statement, TokenKind, Tokens
from confiture.sql.lexer import LexError, tokenize
from confiture.sql.readings import read_once
from confiture.sql.tokens import find, matches, top_level


class Reach(Enum):
    """How far a statement's effects go."""

    DATABASE = "database"
    """Only its own database; a rollback or a drop of the database undoes it."""
    CLUSTER = "cluster"
    """Objects that all databases of the server share, such as roles."""
    OUTSIDE = "outside"
    """Files, programs, other databases or the configuration of the server."""


_MAKES_FUNCTIONS = frozenset({"CREATE FUNCTION", "CREATE PROCEDURE"})
_CODE = _MAKES_FUNCTIONS | {"DO"}
_ONLY_NAMING = frozenset(
    {f"{verb} {what}" for verb in ("ALTER", "DROP") for what in ("FUNCTION", "PROCEDURE", "ROUTINE")}
    | {"CREATE FUNCTION", "CREATE PROCEDURE", "COMMENT", "GRANT", "REVOKE"}
)
"""Statements that name functions and run none."""
_CALLING_BY_NAME = frozenset({"CREATE AGGREGATE", "CREATE OPERATOR", "CREATE TYPE", "CREATE CONVERSION"})
"""Statements that have functions run later, whose names stand there without parentheses."""
_BEFORE_STATEMENT = frozenset({";", "BEGIN", "THEN", "ELSE", "LOOP"})
_SHARED_OBJECTS = frozenset({"ROLE", "USER", "GROUP"})
_OUTSIDE_OBJECTS = frozenset({"DATABASE", "TABLESPACE", "SYSTEM", "SUBSCRIPTION", "SERVER"})
_OUTSIDE_FUNCTIONS = frozenset(
    {
        "LO_EXPORT",
        "LO_IMPORT",
        "PG_FILE_WRITE",
        "PG_FILE_UNLINK",
        "PG_FILE_RENAME",
        "PG_READ_FILE",
        "PG_READ_BINARY_FILE",
    }
    | {"PG_LS_DIR", "PG_TERMINATE_BACKEND", "PG_CANCEL_BACKEND", "PG_RELOAD_CONF", "PG_ROTATE_LOGFILE", "PG_PROMOTE"}
    | {"PG_SWITCH_WAL", "PG_DROP_REPLICATION_SLOT"}
    | {"DBLINK", "DBLINK_CONNECT", "DBLINK_EXEC", "PG_CREATE_PHYSICAL_REPLICATION_SLOT"}
    | {"PG_CREATE_LOGICAL_REPLICATION_SLOT"}
)


@read_once
def reach_of(statement: Statement) -> Reach:
    """How far ``statement`` reaches, bodies of functions and DO blocks included.

    Source: https://www.postgresql.org/docs/current/sql-copy.html (files and programs),
    https://www.postgresql.org/docs/current/manage-ag-overview.html (what databases share).
    """
    # Not its `tokens`, which would stay: of all others in a long history nothing else wants them.
    tokens = statement.read(statement.text, statement.span.start)
    return max(_reach(tokens, code=statement.kind in _CODE), key=list(Reach).index)


def reaches(scripts: Sequence[Script]) -> Iterator[tuple[Script, Statement, Reach]]:
    """The statements of ``scripts``, which all run, that reach outside their database.

    A function or procedure that is made and never called does nothing: its body counts where something calls it by
    its name, such as a query, a trigger, a default, SQL in a string or a function that is called itself.
    """
    found = [(script, statement) for script in scripts for statement in script.statements]
    bodies = _bodies_that_reach([statement for _, statement in found if statement.kind in _MAKES_FUNCTIONS])
    for script, statement in found:
        reach = Reach.DATABASE if statement.kind in _MAKES_FUNCTIONS else reach_of(statement)
        if bodies and statement.kind not in _ONLY_NAMING:
            called = (bodies[name] for name in _calls(statement) & bodies.keys())
            reach = max((reach, *called), key=list(Reach).index)
        if reach is not Reach.DATABASE:
            yield script, statement, reach


def _bodies_that_reach(definitions: Sequence[Statement]) -> Mapping[str, Reach]:
    """How far functions reach when they are called, by name; those that only reach their database are left out."""
    found: dict[str, Reach] = {}
    for statement in definitions:
        reach = reach_of(statement)
        if reach is not Reach.DATABASE:
            found[_bare(statement.name)] = max(reach, found.get(_bare(statement.name), reach), key=list(Reach).index)
    grown = bool(found)
    while grown:
        grown = False
        for statement in (one for one in definitions if _bare(one.name) not in found):
            if called := _calls(statement) & found.keys():
                found[_bare(statement.name)] = max((found[name] for name in called), key=list(Reach).index)
                grown = True
    return found


def _bare(name: str) -> str:
    """The name of a function without its schema: calls may leave that out."""
    return name.rpartition(".")[2].strip('"').lower()


def _calls(statement: Statement) -> set[str]:
    """The names of the functions that ``statement`` may run, at once or later."""
    if statement.kind in _CALLING_BY_NAME:
        return {_bare(token.text) for token in statement.tokens}
    return {*_called(statement.tokens)}


def _called(tokens: Tokens) -> Iterator[str]:
    for index, token in enumerate(tokens):
        if token.kind in (TokenKind.BODY, TokenKind.STRING):
            yield from _called(_inside(token.text))
        elif matches(tokens, index + 1, "("):
            yield _bare(token.text)


def _reach(tokens: Tokens, *, code: bool) -> set[Reach]:
    """All reaches in ``tokens``; strings and bodies are read as SQL where they are ``code``."""
    found = {Reach.DATABASE}
    for index, token in enumerate(tokens):
        if index == 0 or tokens[index - 1].word in _BEFORE_STATEMENT:
            found.add(_of_command(tokens[index : find(tokens, ";", start=index)]))
        if token.text.strip('"').upper() in _OUTSIDE_FUNCTIONS and matches(tokens, index + 1, "("):
            found.add(Reach.OUTSIDE)
        elif code and token.kind in (TokenKind.BODY, TokenKind.STRING):
            found |= _reach(_inside(token.text), code=True)
    return found


def _of_command(tokens: Tokens) -> Reach:
    match [token.word for token in tokens[:3]]:
        case ["COPY", *_]:
            return _of_copy(tokens)
        case ["ALTER", "DATABASE", *_] | ["DROP" | "REASSIGN", "OWNED", *_]:
            return Reach.CLUSTER
        case ["IMPORT", "FOREIGN", *_]:
            return Reach.OUTSIDE
        case ["CREATE" | "ALTER" | "DROP", "USER", "MAPPING"]:
            return Reach.DATABASE
        case ["CREATE" | "ALTER" | "DROP", what, *_] if what in _OUTSIDE_OBJECTS:
            return Reach.OUTSIDE
        case ["CREATE" | "ALTER" | "DROP", what, *_] if what in _SHARED_OBJECTS:
            return Reach.CLUSTER
        case ["COMMENT", "ON", what] if what in _OUTSIDE_OBJECTS | _SHARED_OBJECTS:
            return Reach.CLUSTER
        case ["GRANT" | "REVOKE", *_]:
            return _of_grant(tokens)
        case _:
            return Reach.DATABASE


def _of_grant(tokens: Tokens) -> Reach:
    """Membership in a role and privileges on shared objects outlive the database."""
    on = find(tokens, "ON")
    is_shared = on is None or any(matches(tokens, on + 1, what) for what in ("DATABASE", "TABLESPACE", "PARAMETER"))
    return Reach.CLUSTER if is_shared else Reach.DATABASE


def _of_copy(tokens: Tokens) -> Reach:
    if find(tokens, "PROGRAM") is not None:
        return Reach.OUTSIDE
    for index, token in top_level(tokens):
        if token.word in ("TO", "FROM") and index + 1 < len(tokens):
            target = tokens[index + 1]
            return Reach.OUTSIDE if target.kind in (TokenKind.STRING, TokenKind.BODY) else Reach.DATABASE
    return Reach.DATABASE


def _inside(literal: str) -> Tokens:
    """The tokens within a string or a body, which EXECUTE or a function may run; none where it is no SQL."""
    quote = literal[: literal.index("$", 1) + 1] if literal.startswith("$") else "'"
    body = literal.removesuffix(quote)
    body = body[body.index(quote) + len(quote) :] if quote in body else body
    try:
        return tokenize(body.replace("''", "'") if quote == "'" else body)
    except LexError:
        return ()
