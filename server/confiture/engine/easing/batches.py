"""Writing rows in batches along their key, each in a transaction of its own, so that no row is locked for long."""

import re
from collections.abc import Iterator, Sequence

from confiture.engine.easing.independence import dependence, is_clock
from confiture.engine.easing.remedy import BATCH, Aim, Proposals, Refusal, Relief, Remedy, Situation
from confiture.engine.easing.transactions import outside
from confiture.engine.markers import kept_whole
from confiture.model.lines import line_end_of
from confiture.model.schema import Schema, Table
from confiture.model.script import Statement, Tokens
from confiture.model.span import Edit, Span, apply_edits
from confiture.operators.edits import insert_after
from confiture.operators.performance.fresh import is_new
from confiture.sql.queries import Query, is_literal, queries
from confiture.sql.sources import sources
from confiture.sql.tokens import arms, group, matches, name_at, span_of, split

_INDENT = " " * 8
_MOMENT = "batch_moment"


def propose(situation: Situation) -> Proposals:
    """One proposal for each UPDATE and DELETE that does not name its rows, of a table that the script did not make."""
    for statement in situation.script.statements:
        if statement.kind not in ("UPDATE", "DELETE") or is_new(situation.script, statement):
            continue
        schema = situation.schema_before(statement)
        # Where nothing is known of the tables, nobody needs more than to know that there is a way.
        key = _key(schema.table(statement.table)) if schema.tables else ("id",)
        if _names_rows(queries(statement)[0], key):
            continue
        edits = _edits(situation, statement, key, schema)
        match edits:
            case str():
                yield Refusal(statement, edits)
            case _:
                yield Relief(statement, edits)


def _names_rows(query: Query, key: Sequence[str]) -> bool:
    """Whether it looks for a few rows by constants that a column of ``key`` has."""
    where = query.clause("WHERE")
    connective, parts = arms(where.body) if where else ("", [])
    for part in parts if connective != "OR" else ():
        name, after = name_at(part, 0)
        listed = group(part, after + 1) if matches(part, after, "IN", "(") else part[after + 1 :]
        is_equal = matches(part, after, "=") or matches(part, after, "IN", "(")
        if name.rpartition(".")[2] in key and is_equal and all(is_literal(item[0]) for item in split(listed)):
            return True
    return False


def _edits(situation: Situation, statement: Statement, key: Sequence[str], schema: Schema) -> tuple[Edit, ...] | str:
    """Those that put the statement into a loop over batches, or why it cannot be."""
    if not key:
        return f"{statement.table} has no primary key along which batches could go"
    if reason := dependence(statement, key=key, schema=schema, unstable=situation.unstable):
        return reason
    moved = outside(situation, statement, seen=False)
    whole = kept_whole(situation.script, statement, layout=situation.layout)
    if isinstance(moved, str):
        return moved
    if isinstance(whole, str):
        return whole
    loop = _loop(statement, key).replace("\r\n", "\n").replace("\n", line_end_of(situation.script.source))
    return (*moved, *whole, Edit(statement.span, loop))


def _key(table: Table | None) -> tuple[str, ...]:
    """The columns of the first key that has no nulls, the primary key before others; empty where there is none."""
    constraints = sorted(table.constraints if table else (), key=lambda constraint: constraint.kind)
    return next((each.columns for each in constraints if table and _is_key(each.kind, each.columns, table)), ())


def _is_key(kind: str, columns: Sequence[str], table: Table) -> bool:
    found = [table.column(name) for name in columns]
    return kind in ("PRIMARY KEY", "UNIQUE") and all(column and column.not_null for column in found)


def _loop(statement: Statement, key: Sequence[str]) -> str:
    """A block that walks along the key. An index leads to each batch, for whatever the statement looks."""
    columns, backwards = ", ".join(key), ", ".join(f"{name} DESC" for name in key)
    table, row, start, end = statement.table, _row(key), _row(key, "batch_start"), _row(key, "batch_end")
    moment = f"    {_MOMENT} CONSTANT timestamptz := now();\n" if any(_clocks(statement)) else ""
    quote = "$batches$" if "$$" in statement.text else "$$"
    return f"""DO {quote}
DECLARE
    batch_start record;
    batch_end record;
{moment}BEGIN
    SELECT {columns} INTO batch_start FROM {table} ORDER BY {columns} LIMIT 1;
    WHILE FOUND LOOP
        SELECT {columns} INTO batch_end
        FROM (
            SELECT {columns} FROM {table}
            WHERE {row} >= {start}
            ORDER BY {columns} LIMIT {BATCH}
        ) AS batch
        ORDER BY {backwards} LIMIT 1;

        {_batch(statement, key)};
        COMMIT;

        SELECT {columns} INTO batch_start FROM {table}
        WHERE {row} > {end}
        ORDER BY {columns} LIMIT 1;
    END LOOP;
END
{quote}"""  # noqa: S608 - names and text are those of the script


def _row(key: Sequence[str], name: str = "") -> str:
    """The key's columns as an expression: of the record or table called ``name``."""
    columns = [f"{name}.{column}" if name else column for column in key]
    return columns[0] if len(columns) == 1 else f"({', '.join(columns)})"


def _batch(statement: Statement, key: Sequence[str]) -> str:
    """The statement as it is, for one batch."""
    query = queries(statement)[0]
    target, *others = sources(query)
    row = _row(key, target.alias if others else "")
    edits = [
        *_limited(statement, query, f"{row} BETWEEN {_row(key, 'batch_start')} AND {_row(key, 'batch_end')}"),
        *(Edit(span_of(call), _MOMENT) for call in _clocks(statement)),
        *_indented(statement),
    ]
    start = statement.span.start
    return apply_edits(statement.text, [Edit(edit.span.shift(-start), edit.replacement) for edit in edits])


def _limited(statement: Statement, query: Query, condition: str) -> Iterator[Edit]:
    """Adds ``condition`` to its WHERE."""
    where = query.clause("WHERE")
    gap = f"\n{_INDENT}" if "\n" in statement.text else " "
    if where is None:
        yield insert_after(query.tokens[-1], f"{gap}WHERE {condition}")
    elif len(split(where.body, {"OR"})) > 1:
        yield Edit(Span(where.body[0].span.start, where.body[0].span.start), "(")
        yield insert_after(where.body[-1], f"){gap}AND {condition}")
    else:
        yield insert_after(where.body[-1], f"{gap}AND {condition}")


def _clocks(statement: Statement) -> Iterator[Tokens]:
    """Each ``now()`` or its like: one moment for all rows, and so for all batches."""
    tokens = statement.tokens
    for index, token in enumerate(tokens):
        if is_clock(tokens, index):
            yield tokens[index : index + (1 if token.word == "CURRENT_TIMESTAMP" else 3)]


def _indented(statement: Statement) -> Iterator[Edit]:
    """Moves its lines to the right; a string over several lines stays as it is."""
    inside = [token.span for token in statement.tokens if "\n" in token.text]
    for match in re.finditer(r"\n(?=[^\r\n])", statement.text):
        start = statement.span.start + match.end()
        if not any(span.start < start <= span.end for span in inside):
            yield Edit(Span(start, start), _INDENT)


REMEDY = Remedy("batches", "Write the rows in batches, each in a transaction of its own", aim=Aim.ROWS, propose=propose)
