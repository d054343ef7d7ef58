"""DO blocks that walk through a whole table in batches along its key, as `confiture ease` writes them.

What bounds a batch decides when a row is written, and not whether: without the bounds each row is written in an earlier
batch, and again in its own. Only a statement that must not come to a row twice goes wrong then.
"""

from confiture.model.script import Script, Statement, Tokens
from confiture.sql.plpgsql import inside
from confiture.sql.queries import Query
from confiture.sql.tokens import arms, find, identifier, matches, name_at, split
from confiture.sql.writes import assigned_values


def is_bound_of_walk(part: Tokens, query: Query, statement: Statement, script: Script) -> bool:
    """Whether ``part`` of the condition of ``query`` only says which batch of a walk a row is in."""
    between, end = find(part, "BETWEEN"), find(part, "AND")
    if not between or end is None or "NOT" in (part[0].word, part[between - 1].word) or not _must_hold(part, query):
        return False
    first, last = _record(part[between + 1 : end]), _record(part[end + 1 :])
    return bool(first and last) and _may_repeat(query) and _walks(_around(statement, script), query, first, last)


def _must_hold(part: Tokens, query: Query) -> bool:
    """Whether only rows are written of which ``part`` is true."""
    where = query.clause("WHERE")
    connective, parts = arms(where.body) if where and query.verb in ("UPDATE", "DELETE") else ("OR", ())
    return connective != "OR" and any(each[0] is part[0] for each in parts)


def _record(bound: Tokens) -> str:
    """The variable of which a bound names a field, or several in parentheses."""
    opened = bool(bound) and bound[0].word == "("
    return name_at(bound, int(opened))[0].rpartition(".")[0]


def _may_repeat(query: Query) -> bool:
    """Whether a row is the same after the statement came to it twice, and others have no part in it."""
    target = query.target.rpartition(".")[2]
    tokens = query.tokens
    following = (*tokens[1:], None)
    named = [a for a, b in zip(tokens, following, strict=True) if identifier(a) == target and not (b and b.word == ".")]
    if len(named) > 1:
        return False
    setting, values = query.clause("SET"), list(assigned_values(query))
    if setting is None:
        return query.verb == "DELETE"
    read = {identifier(token) for value in values for token in value.tokens}
    return len(values) >= len(split(setting.body)) and read.isdisjoint(value.column for value in values)


def _around(statement: Statement, script: Script) -> Tokens:
    """The tokens of the body of the DO block that ``statement`` is in; none outside of blocks."""
    place = statement.span.start
    blocks = [each for each in script.statements if each.kind == "DO" and each.span.start < place < each.span.end]
    bodies = [token for block in blocks for token in block.tokens if token.span.start < place < token.span.end]
    return inside(bodies[0]) if bodies else ()


def _walks(body: Tokens, query: Query, first: str, last: str) -> bool:
    """Whether the record ``first`` begins with the table's first row, and goes on with the one behind ``last``."""
    begins = goes_on = False
    for index in (index for index, token in enumerate(body) if token.word == "INTO"):
        record, source = name_at(body, index + 1)
        table, after = name_at(body, source + 1)
        if record != first or not matches(body, source, "FROM") or table != query.target:
            continue
        rest = body[after : find(body, ";", start=after)]
        begins |= matches(rest, 0, "ORDER")
        behind = find(rest, ">")
        goes_on |= matches(rest, 0, "WHERE") and behind is not None and _record(rest[behind + 1 :]) == last
    return begins and goes_on
