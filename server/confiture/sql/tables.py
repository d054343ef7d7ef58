"""What CREATE TABLE and ALTER TABLE are made of."""

from dataclasses import dataclass
from itertools import takewhile

from confiture.model.script import Statement, Tokens
from confiture.sql.constraints import (
    ColumnClause,
    ConstraintClause,
    is_column,
    parse_column,
    parse_constraint,
    split_constraints,
)
from confiture.sql.readings import read_once
from confiture.sql.tokens import find, group, matches, name_at, split

_CONSTRAINT_STARTS = frozenset(["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE"])


_ACTION_WORDS = frozenset(
    {"SET", "SCHEMA", "OWNER", "TO", "ATTACH", "DETACH", "PARTITION", "NO", "INHERIT"}
    | {"ENABLE", "DISABLE", "ALWAYS", "REPLICA", "TRIGGER", "RULE", "FORCE", "ROW", "LEVEL", "SECURITY"}
    | {"IDENTITY", "LOGGED", "UNLOGGED", "ACCESS", "METHOD"}
)


@dataclass(frozen=True, slots=True)
class AlterAction:
    """One subcommand of ALTER TABLE.

    Attributes:
        kind: its words without names: ``ADD COLUMN``, ``ADD CONSTRAINT``, ``DROP COLUMN``, ``DROP CONSTRAINT``,
            ``SET NOT NULL``, ``DROP NOT NULL``, ``SET DEFAULT``, ``DROP DEFAULT``, ``ALTER TYPE``,
            ``VALIDATE CONSTRAINT``, ``RENAME``, ``RENAME COLUMN``, ``ENABLE ROW LEVEL SECURITY``,
            ``ADD GENERATED``, ``DROP IDENTITY`` …
        name: of the column or constraint; empty when it has none.
        tokens: all of it.
        column: for ADD COLUMN.
        constraint: for ADD CONSTRAINT, also when it is not named.
    """

    kind: str
    name: str
    tokens: Tokens
    column: ColumnClause | None = None
    constraint: ConstraintClause | None = None


@read_once
def table_elements(statement: Statement) -> tuple[Tokens, ...]:
    """The comma-separated elements of a CREATE TABLE; empty for CREATE TABLE … AS and other statements."""
    if statement.kind not in ("CREATE TABLE", "CREATE FOREIGN TABLE"):
        return ()
    tokens = statement.tokens
    opening = _behind_name(tokens)
    if not matches(tokens, opening, "(") or find(tokens, "AS") is not None:
        return ()
    return tuple(split(group(tokens, opening)))


def _behind_name(tokens: Tokens) -> int:
    """Index behind the name of a CREATE TABLE and that of the type or table it is made after."""
    index = (find(tokens, "TABLE") or 0) + 1
    while index < len(tokens) and tokens[index].word in ("IF", "NOT", "EXISTS"):
        index += 1
    _, index = name_at(tokens, index)
    for words in (("PARTITION", "OF"), ("OF",)):
        if matches(tokens, index, *words):
            _, index = name_at(tokens, index + len(words))
    return index


@read_once
def columns(statement: Statement) -> tuple[ColumnClause, ...]:
    """The columns that a CREATE TABLE or the ADD COLUMNs of an ALTER TABLE define."""
    created = tuple(parse_column(element) for element in table_elements(statement) if is_column(element))
    return created + tuple(action.column for action in actions_of(statement) if action.column)


@read_once
def table_constraints(statement: Statement) -> tuple[ConstraintClause, ...]:
    """The constraints that stand as elements of a CREATE TABLE or as ADD CONSTRAINT, not inline."""
    created = tuple(
        parse_constraint(element)
        for element in table_elements(statement)
        if not is_column(element) and element[0].word != "LIKE"
    )
    return created + tuple(action.constraint for action in actions_of(statement) if action.constraint)


def domain_constraints(statement: Statement) -> tuple[ConstraintClause, ...]:
    """The constraints of a CREATE DOMAIN or ALTER DOMAIN … ADD, with its default; none for other statements."""
    if statement.kind not in ("CREATE DOMAIN", "ALTER DOMAIN"):
        return ()
    tokens = statement.tokens
    _, after = name_at(tokens, 2)
    if statement.kind == "CREATE DOMAIN":
        return split_constraints(tokens[after:])
    added = tokens[after + 1 :]
    return (parse_constraint(added),) if matches(tokens, after, "ADD") and added else ()


@read_once
def constraints_with_columns(statement: Statement) -> tuple[tuple[ConstraintClause, tuple[str, ...]], ...]:
    """All constraints of a CREATE TABLE or ALTER TABLE with the names of the columns that they list or stand at."""
    inline = ((clause, (column.name,)) for column in columns(statement) for clause in column.constraints)
    listed = ((clause, clause.column_names) for clause in table_constraints(statement))
    return tuple(sorted([*inline, *listed], key=lambda pair: pair[0].tokens[0].span))


def constraints(statement: Statement) -> tuple[ConstraintClause, ...]:
    """All constraints of a CREATE TABLE or ALTER TABLE, inline ones too, in the order of the text."""
    return tuple(clause for clause, _ in constraints_with_columns(statement))


@read_once
def actions_of(statement: Statement) -> tuple[AlterAction, ...]:
    """The subcommands of an ALTER TABLE; none for other statements."""
    return alter_actions(statement.tokens) if statement.kind == "ALTER TABLE" else ()


def alter_actions(tokens: Tokens) -> tuple[AlterAction, ...]:
    """The subcommands in the ``tokens`` of an ALTER TABLE."""
    index = 2
    while index < len(tokens) and tokens[index].word in ("IF", "EXISTS", "ONLY"):
        index += 1
    _, after = name_at(tokens, index)
    if matches(tokens, after, "*"):
        after += 1
    return tuple(_action(part) for part in split(tokens[after:]))


def _action(tokens: Tokens) -> AlterAction:
    first = tokens[0].word
    second = tokens[1].word if len(tokens) > 1 else ""
    if first == "ADD" and second in _CONSTRAINT_STARTS:
        constraint = parse_constraint(tokens[1:])
        return AlterAction("ADD CONSTRAINT", constraint.name, tokens, constraint=constraint)
    if first == "ADD":
        column = parse_column(tokens[_behind_prefix(tokens, 1) :])
        return AlterAction("ADD COLUMN", column.name, tokens, column=column)
    if first == "ALTER" and second != "CONSTRAINT":
        name, after = name_at(tokens, _behind_prefix(tokens, 1))
        return AlterAction(_alter_kind(tokens[after:]), name, tokens)
    if first in ("DROP", "VALIDATE", "RENAME") or second == "CONSTRAINT":
        what = "CONSTRAINT" if second == "CONSTRAINT" else "COLUMN"
        if first == "RENAME" and second == "TO":
            return AlterAction("RENAME", name_at(tokens, 2)[0], tokens)
        name, _ = name_at(tokens, _behind_prefix(tokens, 1))
        return AlterAction(f"{first} {what}", name, tokens)
    words = [token.word for token in takewhile(lambda token: token.word in _ACTION_WORDS, tokens)]
    return AlterAction(" ".join(words), "", tokens)


def _alter_kind(tokens: Tokens) -> str:
    words = [token.word for token in tokens[:4]]
    match words:
        case ["TYPE", *_] | ["SET", "DATA", *_]:
            return "ALTER TYPE"
        case ["SET" | "DROP" as verb, "NOT", "NULL", *_]:
            return f"{verb} NOT NULL"
        case ["SET" | "DROP" | "ADD" as verb, what, *_]:
            return f"{verb} {what}"
        case _:
            return " ".join(words[:1])


def _behind_prefix(tokens: Tokens, index: int) -> int:
    while index < len(tokens) and tokens[index].word in ("COLUMN", "CONSTRAINT", "IF", "NOT", "EXISTS"):
        index += 1
    return index
