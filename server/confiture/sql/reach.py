"""Statements that reach outside the database they run in."""

from enum import Enum

from confiture.model.script import Statement, TokenKind, Tokens
from confiture.sql.lexer import LexError, tokenize
from confiture.sql.tokens import find, top_level


class Reach(Enum):
    """How far a statement's effects go."""

    DATABASE = "database"
    """Only its own database; a rollback or a drop of the database undoes it."""
    CLUSTER = "cluster"
    """Objects that all databases of the server share, such as roles."""
    OUTSIDE = "outside"
    """Files, programs, other databases or the configuration of the server."""


_CODE = frozenset({"DO", "CREATE FUNCTION", "CREATE PROCEDURE"})
_SHARED_OBJECTS = frozenset({"ROLE", "USER", "GROUP"})
_OUTSIDE_OBJECTS = frozenset({"DATABASE", "TABLESPACE", "SYSTEM", "SUBSCRIPTION"})
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
    | {"DBLINK", "DBLINK_CONNECT", "DBLINK_EXEC", "PG_CREATE_PHYSICAL_REPLICATION_SLOT"}
    | {"PG_CREATE_LOGICAL_REPLICATION_SLOT"}
)


def reach_of(statement: Statement) -> Reach:
    """How far ``statement`` reaches, bodies of functions and DO blocks included.

    Source: https://www.postgresql.org/docs/current/sql-copy.html (files and programs),
    https://www.postgresql.org/docs/current/manage-ag-overview.html (what databases share).
    """
    return max(_reach(statement.tokens, code=statement.kind in _CODE), key=list(Reach).index)


def _reach(tokens: Tokens, *, code: bool) -> set[Reach]:
    """All reaches in ``tokens``; strings and bodies are read as SQL where they are ``code``."""
    found = {Reach.DATABASE}
    for index, token in enumerate(tokens):
        following = tokens[index + 1].word if index + 1 < len(tokens) else ""
        if token.word in ("CREATE", "ALTER", "DROP"):
            found.add(_of_definition(tokens, index, following))
        elif token.word == "COPY" and (index == 0 or tokens[index - 1].word in (";", "BEGIN", "THEN", "ELSE", "LOOP")):
            found.add(_of_copy(tokens[index:]))
        elif token.word in _OUTSIDE_FUNCTIONS and following == "(":
            found.add(Reach.OUTSIDE)
        elif code and token.kind in (TokenKind.BODY, TokenKind.STRING):
            found |= _of_text(token.text)
    return found


def _of_definition(tokens: Tokens, index: int, following: str) -> Reach:
    if following in _OUTSIDE_OBJECTS:
        only_settings = following == "DATABASE" and tokens[index].word == "ALTER"
        return Reach.CLUSTER if only_settings else Reach.OUTSIDE
    is_mapping = following == "USER" and index + 2 < len(tokens) and tokens[index + 2].word == "MAPPING"
    return Reach.CLUSTER if following in _SHARED_OBJECTS and not is_mapping else Reach.DATABASE


def _of_copy(tokens: Tokens) -> Reach:
    if find(tokens, "PROGRAM") is not None:
        return Reach.OUTSIDE
    for index, token in top_level(tokens):
        if token.word in ("TO", "FROM") and index + 1 < len(tokens):
            target = tokens[index + 1]
            return Reach.OUTSIDE if target.kind in (TokenKind.STRING, TokenKind.BODY) else Reach.DATABASE
    return Reach.DATABASE


def _of_text(literal: str) -> set[Reach]:
    """The reach of SQL within a string or a body, which EXECUTE or a function may run."""
    quote = literal[: literal.index("$", 1) + 1] if literal.startswith("$") else "'"
    body = literal.removesuffix(quote)
    body = body[body.index(quote) + len(quote) :] if quote in body else body
    if not body.strip():
        return set()
    try:
        return _reach(tokenize(body.replace("''", "'")), code=True)
    except LexError:
        return set()
