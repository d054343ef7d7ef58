"""What statements write: the queries that decide it, their values and the columns these go to."""

from collections.abc import Iterator
from dataclasses import dataclass

from confiture.model.script import Script, Statement, Token, Tokens
from confiture.sql.clauses import WRITING, conflict_of, merge_branches
from confiture.sql.plpgsql import PARTS
from confiture.sql.queries import (
    Query,
    assignments,
    conditions,
    insert_columns,
    queries,
    select_items,
    subqueries,
    value_rows,
)
from confiture.sql.readings import read_once
from confiture.sql.tokens import (
    closing,
    column_names,
    find,
    first_group,
    group,
    matches,
    name_at,
    span_of,
    split,
)

_DEFINING = frozenset({"CREATE VIEW", "CREATE MATERIALIZED VIEW", "CREATE TABLE", *PARTS})
_QUERY_STARTS = WRITING | {"SELECT", "WITH", "VALUES"}
_MEMBERSHIP = frozenset({"EXISTS", "IN", "ANY", "SOME", "ALL"})
_SAMPLES = 3
_BOOKKEEPING = frozenset(
    [
        "schema_migrations",
        "schema_migration",
        "schema_version",
        "schema_info",
        "goose_db_version",
        "alembic_version",
        "flyway_schema_history",
        "atlas_schema_revisions",
        "_prisma_migrations",
        "__diesel_schema_migrations",
        "_sqlx_migrations",
        "refinery_schema_history",
        "databasechangelog",
        "databasechangeloglock",
        "__drizzle_migrations",
        "django_migrations",
        "ar_internal_metadata",
        "gorp_migrations",
        "knex_migrations",
        '"SequelizeMeta"',
        '"__EFMigrationsHistory"',
    ]
)


def is_bookkeeping(table: str | None) -> bool:
    """Whether a migration tool remembers in ``table`` what it has run, or PostgreSQL what there is."""
    name = (table or "").rsplit(".", 1)[-1]
    return name in _BOOKKEEPING or name.startswith("pg_")


@read_once
def written_queries(statement: Statement) -> tuple[Query, ...]:
    """The queries that decide which rows a DML statement writes or a view or new table holds, outermost first.

    Of a SELECT these are its writing CTEs with all within them.
    """
    found = queries(statement)
    if statement.kind == "CREATE TABLE" and statement.words[-2:] == ("NO", "DATA"):
        return ()
    if statement.kind in WRITING or statement.kind in _DEFINING:
        return found
    places = [span_of(query.tokens) for query in found if query.verb in WRITING]
    return tuple(query for query in found if any(place.contains(span_of(query.tokens)) for place in places))


def all_conditions(query: Query) -> tuple[Tokens, ...]:
    """Every condition of ``query`` itself, those of MERGE, ON CONFLICT and FILTER too; none of them is empty."""
    found = list(conditions(query))
    if query.verb == "MERGE":
        match_clause = query.clause("ON")
        found += [match_clause.body] if match_clause else []
        found += [branch.condition for branch in merge_branches(query)]
    conflict = conflict_of(query)
    found += [conflict.where] if conflict else []
    if query.verb == "SELECT":
        found += list(_filters(query.clauses[0].tokens))
    return tuple(filter(None, found))


def _filters(tokens: Tokens) -> Iterator[Tokens]:
    for index, token in enumerate(tokens):
        if token.word == "FILTER" and matches(tokens, index + 1, "(", "WHERE"):
            inner = group(tokens, index + 1)
            if not any(span_of(query.tokens).contains(token.span) for query in subqueries(tokens)):
                yield inner[1:]


@dataclass(frozen=True, slots=True)
class Value:
    """An expression and the column that it ends up in.

    Attributes:
        table: that is written to; empty for the output of a view or subquery.
        column: empty when it is not named.
        tokens: the expression, without an alias.
        item: the whole item, with the column of an assignment or the alias of a SELECT item.
        query: that it is written in.
    """

    table: str
    column: str
    tokens: Tokens
    item: Tokens
    query: Query


def all_assignments(query: Query) -> tuple[tuple[Tokens, ...], ...]:
    """The items of each SET of ``query``: of UPDATE, ON CONFLICT DO UPDATE and the branches of MERGE."""
    found = [assignments(query)]
    for branch in merge_branches(query):
        action = branch.action
        found.append(tuple(split(action[2:])) if matches(action, 0, "UPDATE", "SET") else ())
    return tuple(items for items in found if items)


def assigned_values(query: Query) -> Iterator[Value]:
    """The values of every SET of ``query``."""
    for items in all_assignments(query):
        for item in items:
            yield from _assigned(query, item)


def _assigned(query: Query, item: Tokens) -> Iterator[Value]:
    equals = find(item, "=")
    if equals is None:
        return
    if item[0].word != "(":
        yield Value(query.target, name_at(item, 0)[0], item[equals + 1 :], item, query)
        return
    right = item[equals + 1 :]
    names = column_names(split(group(item, 0)))
    parts = split(first_group(right))
    if right and right[0].word in ("(", "ROW") and len(parts) == len(names) and parts[0][0].word != "SELECT":
        for name, part in zip(names, parts, strict=True):
            yield Value(query.target, name, part, part, query)


def inserted_rows(query: Query) -> tuple[tuple[Value, ...], ...]:
    """The rows that an INSERT … VALUES or a MERGE … INSERT writes, a value each."""
    names = column_names(insert_columns(query))
    rows = [(names, row) for row in value_rows(query)] if query.verb == "INSERT" else []
    for branch in merge_branches(query):
        values = find(branch.action, "VALUES")
        if matches(branch.action, 0, "INSERT") and values is not None:
            columns = column_names(split(first_group(branch.action[:values])))
            rows.append((columns, branch.action[values + 1 :]))
    return tuple(tuple(_row(query, columns, row)) for columns, row in rows)


def _row(query: Query, columns: tuple[str, ...], row: Tokens) -> Iterator[Value]:
    for index, item in enumerate(split(group(row, 0))):
        yield Value(query.target, columns[index] if index < len(columns) else "", item, item, query)


def inserted_selects(query: Query, found: tuple[Query, ...]) -> tuple[Query, ...]:
    """Those of ``found``, all queries of the statement, whose rows the INSERT ``query`` writes."""
    if query.verb != "INSERT":
        return ()
    place = span_of(query.tokens)
    inside = [other for other in found if other.verb == "SELECT" and place.contains(span_of(other.tokens))]
    return tuple(other for other in inside if other.depth == query.depth)


def selected_values(query: Query, *, table: str = "", columns: tuple[str, ...] = ()) -> Iterator[Value]:
    """The items of a SELECT; ``columns`` of ``table`` are where an INSERT puts them."""
    for index, item in enumerate(select_items(query)):
        alias = find(item, "AS")
        name = name_at(item, alias + 1)[0] if alias is not None else ""
        column = columns[index] if index < len(columns) else name
        yield Value(table, column, item[:alias], item, query)


def written_values(statement: Statement) -> Iterator[Value]:
    """The values of the `written_queries` of ``statement`` that are written or shown; of VALUES the last row only."""
    found = written_queries(statement)
    targets = {
        id(select): insert for insert in found if insert.verb == "INSERT" for select in inserted_selects(insert, found)
    }
    for query in found:
        yield from assigned_values(query)
        for row in inserted_rows(query)[-1:]:
            yield from row
        if is_membership(statement, query):
            continue
        insert = targets.get(id(query))
        if insert:
            yield from selected_values(query, table=insert.target, columns=column_names(insert_columns(insert)))
        else:
            yield from selected_values(query)


def own_tokens(query: Query) -> Tokens:
    """The tokens of ``query`` without those of the queries in it; parentheses around these stay."""
    found: list[Token] = []
    for clause in query.clauses:
        if query.verb != "INSERT" or clause.keyword not in ("SELECT", "WITH"):
            found += _outside_queries(clause.tokens)
    return tuple(found)


def _outside_queries(tokens: Tokens) -> Iterator[Token]:
    index = 0
    while index < len(tokens):
        yield tokens[index]
        if tokens[index].word == "(" and index + 1 < len(tokens) and tokens[index + 1].word in _QUERY_STARTS:
            index = closing(tokens, index)
            yield tokens[index]
        index += 1


def may_loop(statement: Statement, query: Query) -> bool:
    """Whether a change of ``query`` could make a recursive query endless."""
    return query.depth > 0 and "RECURSIVE" in statement.words


def is_membership(statement: Statement, query: Query) -> bool:
    """Whether only the existence of rows matters: in EXISTS, IN, ANY, SOME and ALL."""
    index = next((i for i, token in enumerate(statement.tokens) if token is query.tokens[0]), 0)
    return index > 1 and statement.tokens[index - 1].word == "(" and statement.tokens[index - 2].word in _MEMBERSHIP


def is_one_of_many(statement: Statement, script: Script) -> bool:
    """Whether ``statement`` is an INSERT behind enough others of constant rows into the same table."""
    if statement.kind != "INSERT" or "SELECT" in statement.words:
        return False
    earlier = (other for other in script.statements[: statement.index] if other.kind == "INSERT")
    return sum(other.table == statement.table and "SELECT" not in other.words for other in earlier) >= _SAMPLES
