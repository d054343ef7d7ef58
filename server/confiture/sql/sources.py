"""What a query reads from, and which column a name in it means."""

from collections.abc import Iterator
from dataclasses import dataclass

from confiture.model.schema import Column, Schema, Table
from confiture.model.script import TokenKind, Tokens
from confiture.sql.queries import Query, is_literal
from confiture.sql.readings import read_once
from confiture.sql.tokens import closing, matches, name_at, split

_NOT_AN_ALIAS = frozenset(
    ["ON", "USING", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "SET", "WHERE", "TABLESAMPLE", "WITH", "WHEN"]
)


@dataclass(frozen=True, slots=True)
class Source:
    """One item of a FROM or USING, or the table that a query writes to.

    Attributes:
        table: its name; empty for a subquery or function.
        alias: the name that its columns are qualified with.
    """

    table: str
    alias: str


@dataclass(frozen=True, slots=True)
class ColumnReference:
    """A name in a query that means a column.

    Attributes:
        tokens: all of it, with the qualifier when written.
    """

    tokens: Tokens
    source: Source
    table: Table
    column: Column


@read_once
def sources(query: Query) -> tuple[Source, ...]:
    """What ``query`` reads from, its target first; not what its subqueries read from."""
    found: list[Source] = []
    if query.target:
        head = query.clauses[0].tokens[1:]
        while head and head[0].word in ("INTO", "FROM", "ONLY"):
            head = head[1:]
        found.append(_source(head))
    for clause in query.clauses:
        if clause.keyword in ("FROM", "USING"):
            found += [_source(item) for part in split(clause.body) for item in split(part, {"JOIN"})]
    return tuple(found)


def _source(tokens: Tokens) -> Source:
    while tokens and tokens[0].word in ("ONLY", "LATERAL"):
        tokens = tokens[1:]
    if matches(tokens, 0, "("):
        table, after = "", closing(tokens, 0) + 1
    else:
        table, after = name_at(tokens, 0)
        if matches(tokens, after, "("):
            table, after = "", closing(tokens, after) + 1
    if matches(tokens, after, "*"):
        after += 1
    if matches(tokens, after, "AS"):
        after += 1
    is_alias = after < len(tokens) and (
        tokens[after].kind is TokenKind.QUOTED
        or (tokens[after].kind is TokenKind.WORD and tokens[after].word not in _NOT_AN_ALIAS)
    )
    alias = name_at(tokens[after : after + 1], 0)[0] if is_alias else table.rsplit(".", 1)[-1]
    return Source(table, alias)


def resolve(name: str, origins: tuple[Source, ...], schema: Schema) -> tuple[Source, Table, Column] | None:
    """The column that ``name``, qualified or not, means; None when that is unknown or ambiguous."""
    qualifier, _, column_name = name.rpartition(".")
    found: list[tuple[Source, Table, Column]] = []
    for origin in origins:
        if qualifier and qualifier not in (origin.alias, origin.table):
            continue
        table = schema.table(origin.table)
        column = table.column(column_name) if table else None
        if table and column:
            found.append((origin, table, column))
    return found[0] if len(found) == 1 else None


def column_references(tokens: Tokens, origins: tuple[Source, ...], schema: Schema) -> Iterator[ColumnReference]:
    """Every name in ``tokens`` that ``schema`` knows as a column of ``origins``; subqueries are left out."""
    index = 0
    while index < len(tokens):
        if matches(tokens, index, "(", "SELECT") or matches(tokens, index, "(", "WITH"):
            index = closing(tokens, index)
        elif tokens[index].kind in (TokenKind.WORD, TokenKind.QUOTED):
            name, after = name_at(tokens, index)
            before = tokens[index - 1].word if index else ""
            known = resolve(name, origins, schema) if before not in ("::", "AS") else None
            if known and not matches(tokens, after, "(") and tokens[after - 1].word != ".":
                yield ColumnReference(tokens[index:after], *known)
            index = max(after, index + 1)
            continue
        index += 1


def is_name(tokens: Tokens) -> bool:
    """Whether ``tokens`` are just a name, qualified or not."""
    return (
        bool(tokens) and tokens[0].kind in (TokenKind.WORD, TokenKind.QUOTED) and name_at(tokens, 0)[1] == len(tokens)
    )


def operand_before(tokens: Tokens, index: int) -> Tokens:
    """The name, literal or call of a function without arguments that ends before ``index``; empty for all else."""
    start = index - 2 if matches(tokens, index - 2, "(", ")") and index > 2 else index
    end = start
    while start and (tokens[start - 1].kind in (TokenKind.WORD, TokenKind.QUOTED) or tokens[start - 1].word == "."):
        if start != end and "." not in (tokens[start].word, tokens[start - 1].word):
            break
        start -= 1
    return tokens[start:index] if is_name(tokens[start:end]) else ()


def operand_behind(tokens: Tokens, index: int) -> Tokens:
    """The name, literal or call of a function without arguments that begins at ``index``; empty for all else."""
    if index < len(tokens) and is_literal(tokens[index]):
        return tokens[index : index + 1]
    _, after = name_at(tokens, index)
    if matches(tokens, after, "(", ")"):
        after += 2
    return () if matches(tokens, after, "(") else tokens[index:after]
