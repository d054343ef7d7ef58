"""Queries and the clauses they are made of, nested ones too."""

from collections.abc import Iterator
from dataclasses import dataclass

from confiture.model.script import Readable, Statement, Token, TokenKind, Tokens
from confiture.sql.readings import read_once
from confiture.sql.tokens import closing, cut, find, group, matches, name_at, split, top_level, unwrapped

_VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES"})
_CLAUSES: dict[str, tuple[str, ...]] = {
    "SELECT": ("FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR"),
    "VALUES": ("ORDER", "LIMIT", "OFFSET"),
    "INSERT": ("VALUES", "SELECT", "WITH", "ON", "RETURNING"),
    "UPDATE": ("SET", "FROM", "WHERE", "RETURNING"),
    "DELETE": ("USING", "WHERE", "RETURNING"),
    "MERGE": ("USING", "ON", "WHEN"),
}
_SET_OPERATORS = frozenset({"UNION", "INTERSECT", "EXCEPT"})
_COMPARISONS = frozenset({"=", "<>", "!=", "<", ">", "<=", ">="})
_JOIN_STARTS = frozenset({"JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL"})
_WITH_QUERY = frozenset({"CREATE VIEW", "CREATE MATERIALIZED VIEW", "CREATE TABLE"})


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with its keyword: ``WHERE a = 1``; ``keyword`` is its first word only (GROUP, ORDER)."""

    keyword: str
    tokens: Tokens

    @property
    def body(self) -> Tokens:
        """What stands behind the keyword (behind BY for GROUP BY and ORDER BY)."""
        return self.tokens[2:] if matches(self.tokens, 1, "BY") else self.tokens[1:]


@dataclass(frozen=True)
class Query(Readable):
    """One SELECT, VALUES, INSERT, UPDATE, DELETE or MERGE.

    The two sides of a UNION are a query each; the SELECT of an INSERT is one too, besides the INSERT.

    Attributes:
        depth: 0 for the statement's own query, more for subqueries and CTEs.
        clauses: in the order of the text; the first one has the verb as its keyword.
    """

    verb: str
    tokens: Tokens
    depth: int
    clauses: tuple[Clause, ...]

    def clause(self, keyword: str) -> Clause | None:
        """The first clause that begins with ``keyword``."""
        return next((clause for clause in self.clauses if clause.keyword == keyword), None)

    @property
    def target(self) -> str:
        """The table that an INSERT, UPDATE, DELETE or MERGE writes to; empty for others."""
        if self.verb in ("SELECT", "VALUES"):
            return ""
        index = 1
        while index < len(self.tokens) and self.tokens[index].word in ("INTO", "FROM", "ONLY"):
            index += 1
        return name_at(self.tokens, index)[0]


@read_once
def queries(statement: Statement) -> tuple[Query, ...]:
    """All queries of a DML statement or of a view's or table's AS, outermost first."""
    tokens = statement.tokens
    if not tokens:
        return ()
    if statement.kind in _WITH_QUERY:
        position = find(tokens, "AS")
        return () if position is None else tuple(_queries(_defining(tokens[position + 1 :]), 0))
    if tokens[0].word in _VERBS or tokens[0].word in ("WITH", "("):
        return tuple(_queries(tokens, 0))
    return ()


def _defining(tokens: Tokens) -> Tokens:
    """The query of a view or table without ``WITH [NO] DATA`` or ``WITH … CHECK OPTION``."""
    for position in range(max(len(tokens) - 4, 0), len(tokens)):
        if tokens[position].word == "WITH" and tokens[-1].word in ("DATA", "OPTION"):
            return tokens[:position]
    return tokens


def subqueries(tokens: Tokens) -> tuple[Query, ...]:
    """The queries in parentheses anywhere within ``tokens``."""
    return tuple(_nested(tokens, 0))


def _queries(tokens: Tokens, depth: int) -> Iterator[Query]:
    tokens = unwrapped(tokens)
    start = next((index for index, token in top_level(tokens) if token.word in _VERBS), None)
    if start is None:
        yield from _nested(tokens, depth)
        return
    parts = _set_operands(tokens[start:]) if tokens[start].word in ("SELECT", "VALUES") else [tokens[start:]]
    for part in parts:
        yield from _plain(part, depth)
    yield from _nested(tokens, depth)


def _set_operands(tokens: Tokens) -> list[Tokens]:
    parts = split(tokens, _SET_OPERATORS)
    return [part[1:] if part[0].word in ("ALL", "DISTINCT") else part for part in parts]


def _plain(tokens: Tokens, depth: int) -> Iterator[Query]:
    if not tokens or tokens[0].word not in _VERBS:
        return
    verb = tokens[0].word
    clauses = _clauses(tokens, verb)
    yield Query(verb, tokens, depth, clauses)
    source = next((clause for clause in clauses if verb == "INSERT" and clause.keyword in ("SELECT", "WITH")), None)
    if source:
        inner = source.tokens
        start = next((index for index, token in top_level(inner) if token.word in _VERBS), 0)
        for part in _set_operands(inner[start:]):
            yield from _plain(part, depth)


def _clauses(tokens: Tokens, verb: str) -> tuple[Clause, ...]:
    keywords = _CLAUSES[verb]
    starts = [0]
    for index, token in top_level(tokens, start=1):
        if token.word in keywords and not _continues(tokens, index, verb, starts):
            starts.append(index)
    return tuple(Clause(run[0].word, run) for run in cut(tokens, starts))


def _continues(tokens: Tokens, index: int, verb: str, starts: list[int]) -> bool:
    """Whether a keyword only looks like the start of a clause."""
    word = tokens[index].word
    if tokens[index - 1].word in (".", "WITHIN") or matches(tokens, index - 1, "DISTINCT", "FROM"):
        return True
    if verb == "INSERT":
        inside = tokens[starts[-1]].word
        return (word == "ON" and not matches(tokens, index + 1, "CONFLICT")) or (
            inside in ("SELECT", "WITH", "VALUES") and word in ("SELECT", "WITH", "VALUES")
        )
    return verb == "MERGE" and word in ("ON", "USING") and any(tokens[start].word == word for start in starts)


def _nested(tokens: Tokens, depth: int) -> Iterator[Query]:
    index = 0
    while index < len(tokens):
        if tokens[index].word == "(":
            inner = group(tokens, index)
            if inner and (inner[0].word in _VERBS or inner[0].word in ("WITH", "(")):
                yield from _queries(inner, depth + 1)
            else:
                yield from _nested(inner, depth)
            index = closing(tokens, index)
        index += 1


def conditions(query: Query) -> tuple[Tokens, ...]:
    """Every condition of ``query`` itself: WHERE, HAVING, ON of joins, WHEN of its top-level CASEs."""
    found = [clause.body for clause in query.clauses if clause.keyword in ("WHERE", "HAVING")]
    found += [join.condition for join in joins(query) if join.condition]
    for clause in query.clauses:
        found += case_conditions(clause.tokens)
    return tuple(condition for condition in found if condition)


def case_conditions(tokens: Tokens) -> list[Tokens]:
    """The conditions between WHEN and THEN of each searched CASE in ``tokens``, subqueries left out."""
    found: list[Tokens] = []
    for branches in cases(tokens):
        found += [branch.condition for branch in branches if branch.condition]
    return found


@dataclass(frozen=True, slots=True)
class Branch:
    """``WHEN condition THEN result`` or ``ELSE result`` of a CASE."""

    tokens: Tokens
    condition: Tokens
    result: Tokens


def cases(tokens: Tokens) -> Iterator[tuple[Branch, ...]]:
    """The branches of each CASE in ``tokens``, those in parentheses too unless these hold a query."""
    index = 0
    while index < len(tokens):
        word = tokens[index].word
        if word == "(":
            inner = group(tokens, index)
            if not (inner and inner[0].word in ("SELECT", "WITH")):
                yield from cases(inner)
            index = closing(tokens, index)
        elif word == "CASE":
            end = closing(tokens, index)
            inner = tokens[index + 1 : end]
            yield _branches(inner)
            yield from cases(inner)
            index = end
        index += 1


def _branches(inner: Tokens) -> tuple[Branch, ...]:
    starts = [index for index, token in top_level(inner) if token.word in ("WHEN", "ELSE")]
    found: list[Branch] = []
    for run in cut(inner, starts):
        then = find(run, "THEN")
        condition = run[1:then] if then is not None and run[0].word == "WHEN" else ()
        found.append(Branch(run, condition, run[(0 if then is None else then) + 1 :]))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Join:
    """One JOIN of a FROM, USING or UPDATE … FROM.

    Attributes:
        tokens: from the first word of the join type to the end of its condition.
        type: the words before JOIN.
        condition: behind ON; empty for USING, NATURAL and CROSS.
    """

    tokens: Tokens
    type: Tokens
    condition: Tokens


@read_once
def joins(query: Query) -> tuple[Join, ...]:
    """The joins of ``query``, not those of its subqueries."""
    found: list[Join] = []
    for clause in query.clauses:
        if clause.keyword in ("FROM", "USING"):
            found += _joins(clause.tokens)
    return tuple(found)


def _joins(tokens: Tokens) -> Iterator[Join]:
    starts = [
        index
        for index, token in top_level(tokens)
        if token.word in _JOIN_STARTS
        and tokens[index - 1].word not in _JOIN_STARTS | {"OUTER"}
        and (token.word == "JOIN" or not matches(tokens, index + 1, "("))
    ]
    for run in cut(tokens, starts):
        join = find(run, "JOIN")
        if join is None:
            continue
        on = find(run, "ON")
        comma = find(run, ",", start=join)
        item = run[:comma]
        yield Join(item, item[:join], () if on is None else item[on + 1 :])


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left operator right`` at the top level of one arm of a condition."""

    left: Tokens
    operator: Token
    right: Tokens


def comparisons(condition: Tokens) -> Iterator[Comparison]:
    """Every comparison of ``condition``, also within its parentheses, not within its subqueries."""
    for arm in split(condition, {"AND", "OR"}):
        run = unwrapped(arm[1:] if arm[0].word == "NOT" else arm)
        if len(split(run, {"AND", "OR"})) > 1:
            yield from comparisons(run)
            continue
        position = next((index for index, token in top_level(run) if token.word in _COMPARISONS), 0)
        if position and run[0].word not in _VERBS:
            yield Comparison(run[:position], run[position], run[position + 1 :])


def assignments(query: Query) -> tuple[Tokens, ...]:
    """The items of an UPDATE's SET, and of ON CONFLICT DO UPDATE SET."""
    clause = query.clause("SET")
    if clause:
        return tuple(split(clause.body))
    conflict = query.clause("ON")
    position = find(conflict.tokens, "SET") if conflict else None
    if conflict is None or position is None:
        return ()
    where = find(conflict.tokens, "WHERE", start=position)
    return tuple(split(conflict.tokens[position + 1 : where]))


def value_rows(query: Query) -> tuple[Tokens, ...]:
    """The parenthesised rows of VALUES, with their parentheses."""
    clause = query.clause("VALUES")
    return tuple(row for row in split(clause.body) if row[0].word == "(") if clause else ()


def insert_columns(query: Query) -> tuple[Tokens, ...]:
    """The items of an INSERT's column list."""
    if query.verb != "INSERT":
        return ()
    head = query.clauses[0].tokens
    _, after = name_at(head, 2)
    if matches(head, after, "AS"):
        after += 2
    return tuple(split(group(head, after))) if matches(head, after, "(") else ()


def select_items(query: Query) -> tuple[Tokens, ...]:
    """The items of a SELECT list, without DISTINCT."""
    if query.verb != "SELECT":
        return ()
    body = query.clauses[0].body
    if matches(body, 0, "DISTINCT", "ON"):
        body = body[closing(body, 2) + 1 :]
    elif body and body[0].word in ("DISTINCT", "ALL"):
        body = body[1:]
    return tuple(split(body))


def is_literal(token: Token) -> bool:
    """Whether ``token`` is a number, a string or TRUE, FALSE, NULL."""
    return token.kind in (TokenKind.NUMBER, TokenKind.STRING) or token.word in ("TRUE", "FALSE", "NULL")
