"""What CREATE INDEX is made of."""

from dataclasses import dataclass

from confiture.model.script import Statement, Token, Tokens
from confiture.sql.readings import read_once
from confiture.sql.tokens import column_names, find, group, matches, split


@dataclass(frozen=True, slots=True)
class IndexClause:
    """A CREATE INDEX as written.

    Attributes:
        unique: the token UNIQUE.
        concurrently: the token CONCURRENTLY.
        method: the token behind USING.
        items: of its key list.
        include: from INCLUDE to its closing parenthesis; empty when there is none.
        where: from WHERE to the end; empty when there is none.
    """

    unique: Token | None
    concurrently: Token | None
    method: Token | None
    items: tuple[Tokens, ...]
    include: Tokens
    where: Tokens

    @property
    def columns(self) -> tuple[str, ...]:
        """Name that each item begins with."""
        return column_names(self.items)

    @property
    def predicate(self) -> Tokens:
        """The condition behind WHERE."""
        return self.where[1:]


@read_once
def index_of(statement: Statement) -> IndexClause | None:
    """The parts of a CREATE INDEX; None for other statements."""
    if statement.kind != "CREATE INDEX":
        return None
    tokens = statement.tokens
    on = find(tokens, "ON")
    opening = None if on is None else find(tokens, "(", start=on)
    if on is None or opening is None:
        return None
    using = find(tokens, "USING", start=on)
    include = find(tokens, "INCLUDE", start=opening)
    where = find(tokens, "WHERE", start=opening)
    return IndexClause(
        unique=tokens[1] if matches(tokens, 1, "UNIQUE") else None,
        concurrently=next((token for token in tokens[:on] if token.word == "CONCURRENTLY"), None),
        method=tokens[using + 1] if using is not None and using < opening else None,
        items=tuple(split(group(tokens, opening))),
        include=() if include is None else tokens[include : include + 2 + len(group(tokens, include + 1)) + 1],
        where=() if where is None else tokens[where:],
    )
