"""What is certain about an expression, by its text and by the catalog."""

from functools import lru_cache

from confiture.model.schema import Schema
from confiture.model.script import Token, TokenKind, Tokens
from confiture.sql.lexer import LexError, tokenize
from confiture.sql.queries import Join, Query, comparisons, is_literal, joins
from confiture.sql.sources import column_references, is_name, resolve, sources
from confiture.sql.tokens import arms, find, identifier, matches, name_at, unwrapped

_NULL_TOLERANT = frozenset({"COALESCE", "CASE", "OR", "EXISTS", "CONCAT", "NOT", "NULLIF"})
_OUTER = frozenset({"LEFT", "FULL"})


def optional_aliases(query: Query) -> frozenset[str]:
    """Aliases whose columns an outer join can make NULL."""
    everything = [source.alias for source in sources(query)]
    found: set[str] = set()
    for join in joins(query):
        alias = joined_alias(join.tokens)
        if join.type and join.type[0].word in _OUTER:
            found.add(alias)
        if join.type and join.type[0].word in ("RIGHT", "FULL"):
            found |= set(everything[: everything.index(alias)]) if alias in everything else set(everything)
    return frozenset(found)


def joined_alias(join: Tokens) -> str:
    """The name that the joined item's columns are qualified with."""
    position = find(join, "JOIN")
    end = next((at for word in ("ON", "USING") if (at := find(join, word)) is not None), len(join))
    item = join[(position or 0) + 1 : end]
    last = item[-1:] if item and item[-1].word != ")" else ()
    return name_at(last, 0)[0]


def is_never_null(tokens: Tokens, query: Query, *, schema: Schema) -> bool:
    """Whether an expression is a literal or a NOT NULL column that no outer join reaches."""
    tokens = unwrapped(tokens)
    if len(tokens) == 1 and is_literal(tokens[0]):
        return tokens[0].word != "NULL"
    if not is_name(tokens):
        return False
    known = resolve(name_at(tokens, 0)[0], sources(query), schema)
    return known is not None and known[2].not_null and known[0].alias not in optional_aliases(query)


def is_always_true(arm: Tokens, query: Query, *, schema: Schema) -> bool:
    """Whether a part of a condition holds for all rows: TRUE, ``1 = 1``, NOT NULL columns, CHECK constraints."""
    arm = unwrapped(arm)
    if len(arm) == 1 and arm[0].word == "TRUE":
        return True
    if len(arm) == 3 and arm[1].word == "=" and is_literal(arm[0]) and arm[0].text == arm[2].text:
        return True
    if len(arm) > 3 and matches(arm, len(arm) - 3, "IS", "NOT", "NULL"):
        return is_never_null(arm[:-3], query, schema=schema)
    return _is_checked(arm, query, schema=schema)


def _is_checked(arm: Tokens, query: Query, *, schema: Schema) -> bool:
    wanted = _plain(arm)
    for source in sources(query):
        table = schema.table(source.table)
        if table and source.alias not in optional_aliases(query):
            checks = [c.definition for c in table.constraints if c.kind == "CHECK" and c.validated]
            not_null = {column.name for column in table.columns if column.not_null}
            if any(_plain_text(check)[1:] == wanted for check in checks) and not_null & set(wanted):
                return True
    return False


@lru_cache(maxsize=1024)  # each condition of a script is held against all CHECKs of its tables
def _plain_text(definition: str) -> tuple[str, ...]:
    try:
        return _plain(tokenize(definition))
    except LexError:
        return ()


def _plain(tokens: Tokens) -> tuple[str, ...]:
    """What identifies a condition: its tokens without parentheses, qualifiers and casts."""
    found: list[str] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1].word if index else ""
        if token.word not in ("(", ")", "::", ".") and before != "::" and not matches(tokens, index + 1, "."):
            found.append(folded(token))
    return tuple(found)


def folded(token: Token) -> str:
    """What identifies ``token``: names in PostgreSQL's spelling, all else as written."""
    return identifier(token) if token.kind in (TokenKind.WORD, TokenKind.QUOTED) else token.text


def same(first: Tokens, second: Tokens) -> bool:
    """Whether two runs of tokens read the same, places aside."""
    return [folded(token) for token in first] == [folded(token) for token in second]


def is_enforced(condition: Tokens, query: Query, *, schema: Schema) -> bool:
    """Whether a join condition follows a NOT NULL foreign key, so that every row has its match."""
    found = list(comparisons(condition)) if condition else []
    if len(found) != 1 or found[0].operator.word != "=" or arms(condition)[0]:
        return False
    origins = sources(query)
    sides = (found[0].left, found[0].right)
    for own, other in (sides, sides[::-1]):
        key = next(column_references(own, origins, schema), None)
        goal = next(column_references(other, origins, schema), None)
        if key is None or goal is None or not key.column.not_null or key.source.alias in optional_aliases(query):
            continue
        for constraint in key.table.constraints:
            is_key = constraint.kind == "FOREIGN KEY" and constraint.columns == (key.column.name,)
            referenced = constraint.referenced_columns or ("id",)
            if is_key and constraint.validated and constraint.referenced_table == goal.table.name:
                return referenced == (goal.column.name,)
    return False


def rejects_missing_rows(query: Query, *, join: Join) -> bool:
    """Whether a WHERE or another inner join removes the rows that ``join`` finds no match for."""
    alias = joined_alias(join.tokens)
    parts: list[Tokens] = []
    for clause in query.clauses:
        parts += arms(clause.body)[1] if clause.keyword == "WHERE" and arms(clause.body)[0] != "OR" else []
    for other in joins(query):
        is_inner = not other.type or other.type[0].word == "INNER"
        if other.tokens is not join.tokens and other.tokens[0].span > join.tokens[0].span and is_inner:
            parts += [part for part in arms(other.condition)[1] if other.condition]
    return any(_needs(part, alias) for part in parts)


def _needs(part: Tokens, alias: str) -> bool:
    """Whether the part cannot hold when the columns of ``alias`` are NULL."""
    words = {token.word for token in part}
    mentions = any(folded(token) == alias and matches(part, i + 1, ".") for i, token in enumerate(part))
    if "IS" in words:
        return mentions and matches(part, len(part) - 3, "IS", "NOT", "NULL") and is_name(part[:-3])
    return mentions and not words & _NULL_TOLERANT
