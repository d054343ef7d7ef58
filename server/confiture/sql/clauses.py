"""Clauses that only writing statements have: ON CONFLICT, the branches of MERGE, writing WITH."""

from dataclasses import dataclass

from confiture.model.script import Statement, Tokens
from confiture.sql.queries import Query
from confiture.sql.tokens import column_names, find, first_group, group, matches, name_at, split, top_level

WRITING = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})


@dataclass(frozen=True, slots=True)
class Conflict:
    """``ON CONFLICT target DO action``.

    Attributes:
        tokens: all of it.
        columns: of the target; empty when it is a constraint or missing.
        action: from DO on, with SET and WHERE.
        where: condition of the action.
    """

    tokens: Tokens
    columns: tuple[str, ...]
    action: Tokens
    where: Tokens


def conflict_of(query: Query) -> Conflict | None:
    """The ON CONFLICT of an INSERT."""
    clause = query.clause("ON") if query.verb == "INSERT" else None
    position = find(clause.tokens, "DO") if clause else None
    if clause is None or position is None:
        return None
    target = group(clause.tokens, 2) if matches(clause.tokens, 2, "(") else ()
    action = clause.tokens[position:]
    where = find(action, "WHERE")
    columns = column_names(split(target)) if target else ()
    return Conflict(clause.tokens, columns, action, () if where is None else action[where + 1 :])


@dataclass(frozen=True, slots=True)
class MergeBranch:
    """``WHEN [NOT] MATCHED [AND condition] THEN action`` of a MERGE."""

    tokens: Tokens
    condition: Tokens
    action: Tokens


def merge_branches(query: Query) -> tuple[MergeBranch, ...]:
    """The branches of a MERGE; each has an action."""
    if query.verb != "MERGE":
        return ()
    found: list[MergeBranch] = []
    for clause in query.clauses:
        then = find(clause.tokens, "THEN")
        if clause.keyword == "WHEN" and then is not None and clause.tokens[then + 1 :]:
            test = find(clause.tokens[:then], "AND")
            condition = clause.tokens[test + 1 : then] if test is not None else ()
            found.append(MergeBranch(clause.tokens, condition, clause.tokens[then + 1 :]))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class CommonTable:
    """``name AS (query)`` of a WITH.

    Attributes:
        query: the tokens between the parentheses.
    """

    name: str
    tokens: Tokens
    query: Tokens


def common_tables(statement: Statement) -> tuple[CommonTable, ...]:
    """The items of the WITH that ``statement`` begins with."""
    tokens = statement.tokens
    if not matches(tokens, 0, "WITH"):
        return ()
    start = 2 if matches(tokens, 1, "RECURSIVE") else 1
    end = next((i for i, token in top_level(tokens, start=start) if token.word in WRITING | {"SELECT", "VALUES"}), None)
    found: list[CommonTable] = []
    for item in split(tokens[start:end]):
        position = find(item, "AS")
        name = name_at(item, 0)[0]
        if position is not None:
            found.append(CommonTable(name, item, first_group(item, start=position)))
    return tuple(found)
