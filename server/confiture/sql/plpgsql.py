"""The SQL in PL/pgSQL: which runs of a body's tokens are statements, queries, conditions and values.

What is no SQL (RAISE, EXIT, GET DIAGNOSTICS …) and what cannot be read is passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from confiture.model.script import Token, TokenKind, Tokens
from confiture.model.span import Span
from confiture.sql.kinds import kind_of
from confiture.sql.lexer import tokens_at
from confiture.sql.tokens import closing, find, identifier, matches, name_at, span_of

QUERY = "QUERY"
"""A query whose rows something around it uses."""
CONDITION = "CONDITION"
"""What stands between IF and THEN."""
VALUE = "VALUE"
"""What is returned, or assigned to a variable."""
NEW = "NEW"
"""An assignment to a column of the row that a trigger is about to write."""
PARTS = {QUERY: "a query", CONDITION: "a condition", VALUE: "a value", NEW: "a value"}
"""Kinds of what only a body holds, in words; their tokens always read as a query."""

_ENDS = {
    "IF": "THEN",
    "ELSIF": "THEN",
    "ELSEIF": "THEN",
    "WHEN": "THEN",
    "CASE": "WHEN",
    "WHILE": "LOOP",
    "FOR": "LOOP",
    "FOREACH": "LOOP",
    "<<": ">>",
}
_ALONE = frozenset({"BEGIN", "DECLARE", "ELSE", "EXCEPTION", "LOOP"})
_WRITING = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})
_QUERY_STARTS = _WRITING | {"SELECT", "WITH", "VALUES"}
_DEFINING = frozenset({"CREATE", "ALTER", "DROP", "TRUNCATE", "GRANT", "REVOKE", "COMMENT", "REFRESH", "REINDEX"})
_SQL = _QUERY_STARTS | _DEFINING | {"LOCK", "SET", "RESET", "ANALYZE", "NOTIFY", "COPY"}
_CATALOGS = ("pg_", "information_schema", "to_reg")


@dataclass(frozen=True, slots=True)
class Piece:
    """SQL within a body.

    Attributes:
        kind: the command of a whole statement, or one of `PARTS`.
        name: of the statement's main object; empty for `PARTS`.
        table: that the statement works on, or the column that a `NEW` writes.
        tokens: what operators read; those of empty span are not in the file.
        span: what is in the file.
        end: behind the semicolon of what can be left out as a whole; else the end of ``span``.
    """

    kind: str
    name: str
    table: str | None
    tokens: Tokens
    span: Span
    end: int


def pieces(tokens: Tokens) -> Iterator[Piece]:
    """The SQL in the ``tokens`` of a PL/pgSQL body, in the order of the text."""
    declaring = False
    loops: list[bool] = []  # for each loop around, whether a mistake in it could make it endless
    position = 3 if matches(tokens, 0, "#") else 0  # #variable_conflict use_column
    while position < len(tokens):
        word = tokens[position].word
        stop = _stop(tokens, position, declaring=declaring)
        if stop is None:
            return
        run = tokens[position:stop]
        match word:
            case "DECLARE" | "BEGIN":
                declaring = word == "DECLARE"
            case "LOOP" | "WHILE" | "FOR" | "FOREACH":
                loops.append(word in ("LOOP", "WHILE"))
            case "END" if matches(run, 1, "LOOP") and loops:
                loops.pop()
            case _:
                pass
        end = tokens[stop].span.end if stop < len(tokens) else tokens[-1].span.end
        if declaring:
            yield from _cursor(run)
        else:
            yield from _of_run(run, end, is_endless=any(loops))
        position = stop if word in _ALONE or word == "CASE" else stop + 1


def _stop(tokens: Tokens, position: int, *, declaring: bool) -> int | None:
    """Index of what ends the run that begins at ``position``; None when nothing does."""
    word = tokens[position].word
    if word in _ALONE:
        return position + 1
    if word in ("END", ";"):
        ends = (index for index in range(position, len(tokens)) if tokens[index].word == ";")
        return next(ends, len(tokens))
    return find(tokens, ";" if declaring else _ENDS.get(word, ";"), start=position + 1)


def _of_run(run: Tokens, end: int, *, is_endless: bool) -> Iterator[Piece]:
    match run[0].word if run else "":
        case "IF" | "ELSIF" | "ELSEIF":
            yield from _condition(run[1:])
        case "FOR":
            position = find(run, "IN")
            yield from _rows(run[position + 1 :] if position else ())
        case "RETURN" if matches(run, 1, "QUERY"):
            yield from _rows(run[2:])
        case "RETURN" if not matches(run, 1, "NEXT"):
            yield from as_value(run[1:], name="the result")
        case "OPEN":
            yield from _cursor(run)
        case "EXECUTE":
            yield from _constant(run)
        case "PERFORM":
            yield as_statement((replace(run[0], word="SELECT"), *run[1:]), end)
        case "SELECT" if is_endless and find(run, "INTO") is not None:
            return  # What it finds may be what ends the loop.
        case word if word in _SQL and not matches(run, 1, ":="):
            yield as_statement(run, end)
        case _:
            yield from _assignment(run, end, is_endless=is_endless)


def as_statement(run: Tokens, end: int) -> Piece:
    """A whole SQL statement; a SELECT from something or into a variable is a `QUERY`, without the variable.

    Not so a call of setval, which can be left out whatever it reads.
    """
    what = kind_of(run)
    words = {token.word for token in run}
    if what.kind == "SELECT" and words & {"FROM", "INTO"} and "SETVAL" not in words:
        return Piece(QUERY, "", None, _without_target(run), span_of(run), run[-1].span.end)
    return Piece(what.kind, what.name, what.table, run, span_of(run), end)


def as_query(run: Tokens) -> Piece:
    """A query that cannot be left out."""
    return Piece(QUERY, "", None, run, span_of(run), run[-1].span.end)


def as_value(run: Tokens, *, name: str) -> Iterator[Piece]:
    """An expression as ``SELECT expression AS name``."""
    if run:
        yield Piece(VALUE, "", None, _selected(run, name), span_of(run), run[-1].span.end)


def _selected(run: Tokens, name: str) -> Tokens:
    start, end = run[0].span.start, run[-1].span.end
    return (_unwritten("SELECT", start), *run, _unwritten("AS", end), _unwritten(name, end))


def _unwritten(text: str, offset: int) -> Token:
    return Token(TokenKind.WORD, text, text.upper(), Span(offset, offset))


def _condition(run: Tokens) -> Iterator[Piece]:
    """``SELECT WHERE condition``, except of a guard: one that asks the catalog what is there already."""
    if run and not any(token.text.lower().startswith(_CATALOGS) for token in run):
        start = run[0].span.start
        tokens = (_unwritten("SELECT", start), _unwritten("WHERE", start), *run)
        yield Piece(CONDITION, "", None, tokens, span_of(run), run[-1].span.end)


def _rows(run: Tokens) -> Iterator[Piece]:
    """The query that a loop, a cursor or RETURN QUERY takes its rows from, if it is one."""
    if matches(run, 0, "EXECUTE"):
        yield from (as_query(piece.tokens) for piece in _constant(run) if piece.tokens[0].word in _QUERY_STARTS)
    elif next((token.word for token in run if token.word != "("), "") in _QUERY_STARTS:
        yield as_query(run)


def _cursor(run: Tokens) -> Iterator[Piece]:
    position = find(run, "FOR") if {"CURSOR", "OPEN"} & {token.word for token in run} else None
    yield from _rows(run[position + 1 :] if position else ())


def _constant(run: Tokens) -> Iterator[Piece]:
    """The statements in the string of an EXECUTE, if that is all that it runs."""
    if len(run) < 2:
        return
    literal, after = (run[3], 5) if matches(run, 1, "FORMAT", "(") and matches(run, 4, ")") else (run[1], 2)
    is_whole = after == len(run) or run[after].word in ("INTO", "USING")
    if is_whole and (after == 2 or "%" not in literal.text):
        for inner, end in split_tokens(inside(literal)):
            yield as_statement(inner, end)


def split_tokens(tokens: Tokens) -> Iterator[tuple[Tokens, int]]:
    """Runs of ``tokens`` between semicolons, each with the offset behind its semicolon."""
    begin = 0
    for index, token in enumerate(tokens):
        if token.word == ";":
            if index > begin:
                yield tokens[begin:index], token.span.end
            begin = index + 1
    if begin < len(tokens):
        yield tokens[begin:], tokens[-1].span.end


def inside(token: Token) -> Tokens:
    """The tokens of what ``token`` quotes, at their places in the file; none when they cannot be read there."""
    text, offset = quoted(token)
    return tokens_at(text, offset)


def quoted(token: Token) -> tuple[str, int]:
    """The text that ``token`` quotes and where it begins; empty when quotes are escaped in it or there are none."""
    match token.kind:
        case TokenKind.BODY:
            width = token.text.index("$", 1) + 1
        case TokenKind.STRING if token.text.startswith("'") and "'" not in token.text[1:-1]:
            width = 1
        case _:
            return "", token.span.start
    return token.text[width:-width], token.span.start + width


def _without_target(run: Tokens) -> Tokens:
    """A SELECT without ``INTO [STRICT] variable, …``."""
    start = find(run, "INTO")
    if start is None:
        return run
    end = start + 1 if matches(run, start + 1, "STRICT") else start
    is_open = True
    while is_open:
        _, end = name_at(run, end + 1)
        end = closing(run, end) + 1 if matches(run, end, "[") else end
        is_open = matches(run, end, ",")
    return run[:start] + run[end:]


def _assignment(run: Tokens, end: int, *, is_endless: bool) -> Iterator[Piece]:
    name, after = name_at(run, 0)
    if matches(run, after, "["):
        after = closing(run, after) + 1
    expression = run[after + 1 :]
    if not name or not expression or run[after].word not in (":=", "=") or is_endless:
        return
    if run[0].word == NEW and after == 3:
        column = identifier(run[2])
        yield Piece(NEW, "", column, _selected(expression, column), span_of(run), end)
    else:
        yield from as_value(expression, name=name)
