"""The SQL in the bodies of DO blocks, functions and procedures, as statements at their places in the file."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from confiture.model.script import Script, Statement, Tokens
from confiture.sql.kinds import Kind
from confiture.sql.plpgsql import (
    CONDITION,
    PARTS,
    VALUE,
    Piece,
    as_query,
    as_statement,
    as_value,
    inside,
    pieces,
    split_tokens,
)
from confiture.sql.script import operation_of
from confiture.sql.tokens import find, identifier, matches

_ROUTINES = {"CREATE FUNCTION": "function", "CREATE PROCEDURE": "procedure"}


def with_blocks(script: Script) -> Script:
    """``script`` with the statements of each DO block behind it: they run where it stands."""
    found: list[Statement] = []
    for outer in script.statements:
        found.append(outer)
        if outer.kind == "DO":
            found += _placed(_of_block(outer), outer, text=script.text)
    return with_statements(script, found) if len(found) > len(script.statements) else script


def of_routine(script: Script, outer: Statement) -> Script | None:
    """The statements in the body of the function or procedure that ``outer`` creates; None when none can be read."""
    if outer.kind not in _ROUTINES:
        return None
    found = list(_placed(_of_routine(outer), outer, text=script.text))
    return with_statements(script, found) if found else None


def with_statements(script: Script, statements: Iterable[Statement]) -> Script:
    """``script`` with these of its statements, or parts of them, for its statements."""
    return replace(script, statements=tuple(replace(s, index=index) for index, s in enumerate(statements)))


def as_sql(statement: Statement, text: str) -> str:
    """``text``, an edited ``statement`` of a body, as a statement of SQL."""
    if statement.kind == CONDITION:
        return f"SELECT WHERE {text}"
    if statement.kind == VALUE:
        return f"SELECT {text}"
    return "SELECT" + text[len("PERFORM") :] if text[: len("PERFORM")].upper() == "PERFORM" else text


def _placed(found: Iterable[Piece], outer: Statement, *, text: str) -> Iterator[Statement]:
    owner = f"{_ROUTINES[outer.kind]} {outer.name}" if outer.kind in _ROUTINES else "the DO block"
    for piece in found:
        name = f"{PARTS[piece.kind]} of {owner}" if piece.kind in PARTS else piece.name
        written = piece.span.of(text)
        inner = operation_of(Kind(piece.kind, name, piece.table), piece.tokens)
        operation = f"{outer.kind} {outer.name}".rstrip() + f": {inner}"
        read = partial(_given, piece.tokens)
        yield Statement(0, piece.span, piece.end, piece.kind, name, piece.table, operation, written, read)


def _given(tokens: Tokens, _text: str, _offset: int) -> Tokens:
    """The tokens of a piece, which are not always those of its text."""
    return tokens


def _of_block(outer: Statement) -> Iterator[Piece]:
    tokens = outer.tokens
    position = 3 if matches(tokens, 1, "LANGUAGE") else 1
    if _language(tokens) in ("plpgsql", "") and position < len(tokens):
        yield from pieces(inside(tokens[position]))


def _of_routine(outer: Statement) -> Iterator[Piece]:
    tokens = outer.tokens
    atomic, result, quoted = find(tokens, "BEGIN", "ATOMIC"), find(tokens, "RETURN"), find(tokens, "AS")
    if atomic is not None:
        yield from _sql(outer, tokens[atomic + 2 : -1])
    elif result is not None:
        yield from as_value(tokens[result + 1 :], name="the result")
    elif quoted is not None and quoted + 1 < len(tokens):
        match _language(tokens):
            case "plpgsql":
                yield from pieces(inside(tokens[quoted + 1]))
            case "sql":
                yield from _sql(outer, inside(tokens[quoted + 1]))
            case _:
                pass


def _language(tokens: Tokens) -> str:
    """The language that a routine or DO names; empty when it names none."""
    position = find(tokens, "LANGUAGE")
    named = tokens[position + 1 : position + 2] if position is not None else ()
    return identifier(named[0]).strip("'").lower() if named else ""


def _sql(outer: Statement, tokens: Tokens) -> Iterator[Piece]:
    """The statements of a body in SQL, of which the last one gives the result unless there is none."""
    runs = list(split_tokens(tokens))
    for index, (run, end) in enumerate(runs):
        is_result = index == len(runs) - 1 and "RETURNS" in outer.words and "VOID" not in outer.words
        yield as_query(run) if is_result else as_statement(run, end)
