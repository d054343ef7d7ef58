"""What an UPDATE, DELETE or INSERT says of its rows by its own text, whatever rows there are."""

from collections.abc import Iterator
from itertools import pairwise

from confiture.engine.killing.claim import Claim, select
from confiture.model.script import Statement, Tokens
from confiture.sql.queries import Query, insert_columns
from confiture.sql.tokens import column_names
from confiture.sql.writes import assigned_values, written_queries


def statement_claims(statement: Statement) -> Iterator[Claim]:
    """Claims that probably hold after ``statement``; those about rows that it must change come first."""
    for query in written_queries(statement):
        match query.verb:
            case "UPDATE" if query.clause("FROM") is None:
                yield from _updated(query)
            case "DELETE" if query.clause("USING") is None:
                yield from _deleted(query)
            case "INSERT" if query.clause("SELECT") is not None and query.depth == 0:
                yield from _inserted(query)
            case _:
                continue


def _updated(query: Query) -> Iterator[Claim]:
    source = _text(query.clauses[0].tokens[1:])
    where = query.clause("WHERE")
    table = query.target
    if where:
        condition = _text(where.body)
        yield Claim(
            f"No row of {table} is left where {condition}",
            select("count(*) = 0", f"FROM {source}\nWHERE {condition}"),
        )
    for value in assigned_values(query):
        if not value.column or not value.tokens:
            continue
        expression = _text(value.tokens)
        differs = f"{value.column} IS DISTINCT FROM {_closed(expression, value.tokens)}"
        if where:
            condition = _text(where.body)
            yield Claim(
                f"{table}.{value.column} is {expression} where {condition}",
                select("count(*) = 0", f"FROM {source}\nWHERE ({condition}) AND {differs}"),
            )
            yield Claim(
                f"Not every {table}.{value.column} is {expression}",
                select("count(*) > 0", f"FROM {source}\nWHERE {differs}"),
            )
        else:
            yield Claim(
                f"{table}.{value.column} is {expression} everywhere",
                select("count(*) = 0", f"FROM {source}\nWHERE {differs}"),
            )


def _deleted(query: Query) -> Iterator[Claim]:
    source = _text(query.clauses[0].tokens[1:]).removeprefix("FROM ").removeprefix("from ")
    where = query.clause("WHERE")
    if where is None:
        yield Claim(f"{query.target} is empty", select("count(*) = 0", f"FROM {source}"))
        return
    condition = _text(where.body)
    yield Claim(
        f"No row of {query.target} is left where {condition}",
        select("count(*) = 0", f"FROM {source}\nWHERE {condition}"),
    )
    yield Claim(f"{query.target} keeps its other rows", select("count(*) > 0", f"FROM {source}"))


def _inserted(query: Query) -> Iterator[Claim]:
    """That the table holds what the SELECT selects; only where that can be asked again."""
    columns = column_names(insert_columns(query))
    select_clause = query.clause("SELECT")
    if not columns or select_clause is None or query.clause("ON") or query.clause("RETURNING"):
        return
    start = query.clauses.index(select_clause)
    selected = _text(tuple(token for clause in query.clauses[start:] for token in clause.tokens))
    written = select(", ".join(columns), f"FROM {query.target}")
    yield Claim(
        f"{query.target} has every row that was to be copied into it",
        select("count(*) = 0", f"FROM (\n    {selected}\n    EXCEPT {written}\n) AS missing"),
    )


def _text(tokens: Tokens) -> str:
    """``tokens`` on one line, without the comments between them."""
    glued = [
        token.text if token.span.start == before.span.end else f" {token.text}" for before, token in pairwise(tokens)
    ]
    return tokens[0].text + "".join(glued)


def _closed(expression: str, tokens: Tokens) -> str:
    return expression if len(tokens) == 1 else f"({expression})"
