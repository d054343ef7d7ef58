"""Whether what a statement does to a row is the same, whatever it did to other rows before, and whenever that was."""

from collections.abc import Iterator, Sequence

from confiture.model.schema import Schema
from confiture.model.script import Statement, TokenKind, Tokens
from confiture.sql.queries import Query, assignments, queries
from confiture.sql.sources import Source, sources
from confiture.sql.tokens import arms, column_names, group, identifier, matches, name_at, span_of, split

_CLOCKS = frozenset({"now", "transaction_timestamp"})
_TIMES = frozenset({"CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIME", "LOCALTIMESTAMP"})
_OF_TRANSACTION = frozenset({"age", "statement_timestamp", "txid_current", "pg_current_xact_id"})
"""Functions that PostgreSQL calls stable, and that are so until the transaction ends."""
_CHANCE = frozenset({"random", "gen_random_uuid", "gen_random_bytes", "uuid_generate_v4", "uuidv4", "clock_timestamp"})
"""Functions that give each row something else anyway."""


def dependence(statement: Statement, *, key: Sequence[str], schema: Schema, unstable: frozenset[str]) -> str | None:
    """Why an UPDATE or DELETE may do something else when it takes the rows of its table in several goes.

    Args:
        statement: with one table to write to.
        key: columns along which the goes are cut.
        schema: what it finds; empty where that is not known.
        unstable: functions whose result may change from one go to the next.
    """
    query = queries(statement)[0]
    if query.tokens[0] is not statement.tokens[0]:
        return "its WITH would run anew for each batch"
    if query.clause("RETURNING"):
        return "it returns rows, which a block cannot"
    written = _written(query)
    if changed := written & set(key):
        return f"it changes {', '.join(sorted(changed))}, along which batches would go"
    return (
        _reading(statement, schema)
        or _referring(statement, written, schema)
        or _changing(statement, query, written, unstable)
    )


def is_clock(tokens: Tokens, index: int) -> bool:
    """Whether the time at which the transaction began is asked for at ``index``."""
    if tokens[index].word == "CURRENT_TIMESTAMP":
        return not matches(tokens, index + 1, "(")
    return identifier(tokens[index]) in _CLOCKS and matches(tokens, index + 1, "(", ")")


def _written(query: Query) -> frozenset[str]:
    """The columns that an UPDATE sets."""
    names: set[str] = set()
    for item in assignments(query):
        names |= set(column_names(split(group(item, 0)) if item[0].word == "(" else [item[:1]]))
    return frozenset(names)


def _reading(statement: Statement, schema: Schema) -> str | None:
    """Whether it reads its own table once more, or something that may show it."""
    for source in _read(statement):
        if _bare(source.table) == _bare(statement.table):
            return f"it reads other rows of {statement.table}, which earlier batches may have changed"
        if schema.tables and schema.table(source.table) is None:
            return f"it reads {source.table}, which may show rows of {statement.table} that earlier batches changed"
    return None


def _read(statement: Statement) -> Iterator[Source]:
    """What the statement and its subqueries read from, but for the table that it writes to."""
    for query in queries(statement):
        for source in sources(query)[1 if query.target else 0 :]:
            if source.table:
                yield source


def _bare(name: str | None) -> str:
    return (name or "").removeprefix("public.")


def _referring(statement: Statement, written: frozenset[str], schema: Schema) -> str | None:
    """Whether rows of the table refer to one another by what it writes or deletes."""
    table = schema.table(statement.table)
    for constraint in table.constraints if table else ():
        if constraint.kind == "FOREIGN KEY" and table and constraint.referenced_table == table.name:
            columns = {*constraint.columns, *constraint.referenced_columns}
            if statement.kind == "DELETE" or columns & written:
                return f"rows of {table.name} refer to others of it, which may come in another batch"
    return None


def _changing(statement: Statement, query: Query, written: frozenset[str], unstable: frozenset[str]) -> str | None:
    """Whether it asks for something that is not the same in each batch."""
    tokens = statement.tokens
    for index, token in enumerate(tokens):
        is_call = token.kind in (TokenKind.WORD, TokenKind.QUOTED) and matches(tokens, index + 1, "(")
        name = identifier(token) if is_call else ""
        if token.word in _TIMES and not is_clock(tokens, index):
            return f"{token.text} may change from one batch to the next: write its value"
        if name in _CHANCE and not _is_done_once(query, written, at=tokens[index : index + 1]):
            return f"{name}() would give rows another value if it had to run again: add WHERE … IS NULL for its column"
        if name in (unstable | _OF_TRANSACTION) - _CHANCE:
            return f"{name}() may give something else in the next batch"
    return None


def _is_done_once(query: Query, written: frozenset[str], *, at: Tokens) -> bool:
    """Whether ``at`` stands in SET, and WHERE leaves out the rows that are written already."""
    setting, where = query.clause("SET"), query.clause("WHERE")
    if setting is None or where is None or not span_of(setting.tokens).contains(span_of(at)):
        return False
    connective, parts = arms(where.body)
    guards = [name_at(part, 0)[0].rpartition(".")[2] for part in parts if matches(part, len(part) - 2, "IS", "NULL")]
    return connective != "OR" and bool(written & set(guards))
