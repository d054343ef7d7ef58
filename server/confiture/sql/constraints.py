"""Column and table constraints: their kinds, places and parts."""

from dataclasses import dataclass

from confiture.model.script import Token, TokenKind, Tokens
from confiture.sql.tokens import (
    column_names,
    cut,
    find,
    first_group,
    group,
    matches,
    name_at,
    split,
    top_level,
    unwrapped,
)

_STARTS = frozenset(
    ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "GENERATED", "COLLATE", "FOREIGN", "EXCLUDE"]
)
_NOT_AFTER_SET = frozenset({"SET", "BY", "NOT"})


@dataclass(frozen=True, slots=True)
class ConstraintClause:
    """One constraint as written.

    Attributes:
        kind: ``PRIMARY KEY``, ``UNIQUE``, ``CHECK``, ``FOREIGN KEY`` (also an inline REFERENCES), ``EXCLUDE``,
            ``NOT NULL``, ``NULL``, ``DEFAULT``, ``GENERATED``, ``IDENTITY`` or ``COLLATE``.
        tokens: all of it, with ``CONSTRAINT name`` when written.
        name: empty when not written.
        columns: items of its own column list; empty for an inline constraint.
        expression: of a CHECK, DEFAULT or GENERATED; without the parentheses of a CHECK or GENERATED.
        table: the referenced table's tokens, for a foreign key.
        referenced: items of the referenced column list.
    """

    kind: str
    tokens: Tokens
    name: str = ""
    columns: tuple[Tokens, ...] = ()
    expression: Tokens = ()
    table: Tokens = ()
    referenced: tuple[Tokens, ...] = ()

    @property
    def body(self) -> Tokens:
        """The constraint without ``CONSTRAINT name``."""
        return self.tokens[2:] if self.tokens[0].word == "CONSTRAINT" else self.tokens

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in its own column list."""
        return column_names(self.columns)

    @property
    def referenced_table(self) -> str:
        """Name of the referenced table; empty when there is none."""
        return name_at(self.table, 0)[0] if self.table else ""


def is_constraint_start(tokens: Tokens, index: int) -> bool:
    """Whether a constraint begins at ``index`` of a column definition."""
    word = tokens[index].word
    previous = tokens[index - 1].word if index else ""
    if previous == "CONSTRAINT":
        return False
    if word == "NOT":
        return matches(tokens, index + 1, "NULL")
    if word in ("NULL", "DEFAULT"):
        is_whole = word == "NULL" or index + 1 < len(tokens)  # a DEFAULT has an expression
        return previous not in _NOT_AFTER_SET and is_whole
    return word in _STARTS


def split_constraints(tokens: Tokens) -> tuple[ConstraintClause, ...]:
    """The constraints of a column definition, given everything behind the column's type."""
    starts: list[int] = []
    for index, _ in top_level(tokens):
        follows_head = bool(starts) and _is_head(tokens, starts[-1], index)
        if is_constraint_start(tokens, index) and not follows_head:
            starts.append(index)
    return tuple(parse_constraint(run) for run in cut(tokens, starts))


def _is_head(tokens: Tokens, start: int, index: int) -> bool:
    """Whether ``index`` still belongs to ``CONSTRAINT name`` or to the first word of a DEFAULT."""
    if tokens[start].word == "CONSTRAINT":
        return index <= start + 2
    return tokens[start].word == "DEFAULT" and index == start + 1


def parse_constraint(tokens: Tokens) -> ConstraintClause:
    """Reads one constraint, inline or of a table, from its ``tokens``."""
    name = ""
    body = tokens
    if tokens[0].word == "CONSTRAINT":
        name, after = name_at(tokens, 1)
        body = tokens[after:]
    kind = _kind(body)
    match kind:
        case "FOREIGN KEY":
            return _foreign_key(tokens, body, name)
        case "CHECK":
            return ConstraintClause(kind, tokens, name, expression=first_group(body))
        case "DEFAULT":
            return ConstraintClause(kind, tokens, name, expression=body[1:])
        case "GENERATED":
            return ConstraintClause(kind, tokens, name, expression=first_group(body))
        case "PRIMARY KEY" | "UNIQUE":
            key = _key_columns(body)
            return ConstraintClause(kind, tokens, name, columns=key)
        case _:
            return ConstraintClause(kind, tokens, name)


def present_column(constraint: ConstraintClause) -> str:
    """The column of a ``CHECK (column IS NOT NULL)``; empty for other constraints."""
    condition = unwrapped(constraint.expression)
    is_presence = constraint.kind == "CHECK" and len(condition) == 4 and matches(condition, 1, "IS", "NOT", "NULL")
    return name_at(condition, 0)[0] if is_presence else ""


def _kind(body: Tokens) -> str:
    first = body[0].word if body else ""
    if first in ("PRIMARY", "FOREIGN"):
        return f"{first} KEY"
    if first == "REFERENCES":
        return "FOREIGN KEY"
    if first == "NOT":
        return "NOT NULL"
    if first == "GENERATED":
        return "IDENTITY" if find(body, "IDENTITY") is not None else "GENERATED"
    return first


def _key_columns(body: Tokens) -> tuple[Tokens, ...]:
    opening = find(body, "(")
    include = find(body, "INCLUDE")
    if opening is None or (include is not None and include < opening):
        return ()
    return tuple(split(group(body, opening)))


def _foreign_key(tokens: Tokens, body: Tokens, name: str) -> ConstraintClause:
    references = find(body, "REFERENCES")
    if references is None:
        return ConstraintClause("FOREIGN KEY", tokens, name)
    columns = tuple(split(first_group(body[:references])))
    _, after = name_at(body, references + 1)
    referenced = tuple(split(group(body, after))) if matches(body, after, "(") else ()
    return ConstraintClause(
        "FOREIGN KEY", tokens, name, columns=columns, table=body[references + 1 : after], referenced=referenced
    )


@dataclass(frozen=True, slots=True)
class ColumnClause:
    """A column definition as written."""

    name: str
    tokens: Tokens
    type: Tokens
    constraints: tuple[ConstraintClause, ...]

    def constraint(self, kind: str) -> ConstraintClause | None:
        """The first constraint of ``kind``."""
        return next((constraint for constraint in self.constraints if constraint.kind == kind), None)


def parse_column(tokens: Tokens) -> ColumnClause:
    """Reads ``name type constraint…``."""
    name, after = name_at(tokens[:1], 0)
    after += 2 if matches(tokens, after, "WITH", "OPTIONS") else 0
    end = next(
        (index for index, _ in top_level(tokens, start=after) if is_constraint_start(tokens, index)), len(tokens)
    )
    return ColumnClause(name, tokens, tokens[after:end], split_constraints(tokens[end:]))


def is_column(tokens: Tokens) -> bool:
    """Whether an element of a CREATE TABLE defines a column, not a constraint or LIKE."""
    first: Token = tokens[0]
    if first.kind is TokenKind.QUOTED:
        return True
    is_constraint = first.word in ("CONSTRAINT", "CHECK", "UNIQUE", "FOREIGN", "EXCLUDE", "LIKE") or matches(
        tokens, 0, "PRIMARY", "KEY"
    )
    return first.kind is TokenKind.WORD and not is_constraint and len(tokens) > 1
