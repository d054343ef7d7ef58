"""SQL that takes one difference between two states back."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from confiture.engine.names import Name, name_of, split_key
from confiture.model.difference import Change, Difference
from confiture.model.schema import Column, Schema
from confiture.postgres.fingerprint import Fingerprint
from confiture.sql.spelling import quoted

_SUFFIX = re.compile(r"( INVALID| CLUSTERED| REPLICA IDENTITY)+$")
_ENUM_LABEL = re.compile(r"'(?:[^']|'')*'")
_OF_TABLES = frozenset({"column", "constraint", "trigger", "policy", "rule"})
_DROPS = ("rule", "policy", "trigger", "view", "materialized view", "constraint", "index", "column", "table")
_MAKES = (
    *("schema", "extension", "type", "domain", "sequence", "function", "procedure", "table", "column"),
    *("index", "constraint", "view", "materialized view"),
)


@dataclass(frozen=True, slots=True)
class States:
    """The state before the up script and the one after the down script, which should be the same."""

    before: Fingerprint
    schema_before: Schema
    schema_after: Schema


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """Statements that belong together.

    Attributes:
        rank: pieces of lower rank run before.
        object: that they restore, or a part of it.
    """

    rank: tuple[int, int]
    object: str
    statements: tuple[str, ...]


ROWS_RANK = (1, _MAKES.index("index"))
"""Rows come back once their columns are there, and before what is asked of them."""


def pieces(difference: Difference, states: States) -> Iterator[Piece]:
    """What takes ``difference`` back: nothing if we know nothing."""
    found = tuple(statements(difference, states))
    late = tuple(each for each in found if each.endswith("SET NOT NULL"))
    early = tuple(each for each in found if each not in late)
    if early:
        yield Piece(_rank(difference), difference.object, early)
    if late:
        yield Piece((1, len(_MAKES)), difference.object, late)


def _rank(difference: Difference) -> tuple[int, int]:
    """Orders so that what depends on others is dropped before them and made after them."""
    kind, _ = split_key(difference.object)
    if difference.change is Change.LEFT_BEHIND:
        return 0, _DROPS.index(kind) if kind in _DROPS else len(_DROPS)
    foreign = kind == "constraint" and (difference.expected or "").startswith("FOREIGN")
    place = _MAKES.index(kind) if kind in _MAKES else len(_MAKES)
    return 1, place + foreign


def statements(difference: Difference, states: States) -> Iterator[str]:
    """The statements, without semicolons, that turn the actual state into the expected one; none if we know none."""
    kind, label = split_key(difference.object)
    if kind in ("function", "procedure"):
        yield from _function(kind, label, difference)
        return
    name = name_of(label, parts=2 if kind in _OF_TABLES else 1)
    if name is None:
        return
    if kind == "rows of":
        if f"materialized view {label}" in states.before.catalog:
            yield f"REFRESH MATERIALIZED VIEW {name.written}"
    elif difference.change is Change.LEFT_BEHIND:
        drop = _drop(kind, name)
        if drop:
            yield drop
    elif difference.change is Change.LOST:
        yield from _make(kind, name, difference.expected or "", states)
    elif kind in _CHANGES:
        yield from _CHANGES[kind](name, difference, states)
    elif kind in _REMADE:
        yield _drop(kind, name) or ""
        yield from _make(kind, name, difference.expected or "", states)


def _drop(kind: str, name: Name) -> str | None:
    match kind:
        case "column" | "constraint":
            return f"ALTER TABLE {name.owner.written} DROP {kind.upper()} {quoted(name.last)}"
        case "trigger" | "policy" | "rule":
            return f"DROP {kind.upper()} {quoted(name.last)} ON {name.owner.written}"
        case "table" | "view" | "materialized view" | "index" | "sequence" | "type" | "domain" | "schema" | "extension":
            return f"DROP {kind.upper()} {name.written}"
        case _:
            return None


def _make(kind: str, name: Name, definition: str, states: States) -> Iterator[str]:
    own = quoted(name.last)
    match kind:
        case "index" | "trigger" | "rule":
            yield _ENABLED.sub("", _SUFFIX.sub("", definition)).removesuffix(";")
        case "constraint":
            yield f"ALTER TABLE {name.owner.written} ADD CONSTRAINT {own} {_SUFFIX.sub('', definition)}"
        case "column":
            yield f"ALTER TABLE {name.owner.written} ADD COLUMN {own} {definition}"
        case "policy":
            yield f"CREATE POLICY {own} ON {name.owner.written} AS {definition}"
        case "table" if definition == "TABLE":
            yield from _table(name, states)
        case _ if kind in _CREATED and (kind != "type" or definition.startswith("ENUM")):
            yield f"CREATE {kind.upper()} {name.written}{_CREATED[kind]}{definition if _CREATED[kind] else ''}"
        case _:
            return


_ENABLED = re.compile(r" ENABLED .$")
_CREATED = {
    "view": " AS\n",
    "materialized view": " AS\n",
    "type": " AS ",
    "domain": " AS ",
    "sequence": " ",
    "schema": "",
    "extension": "",
}
"""What stands between the name of a new object and its definition; empty where the definition is left out."""


def _table(name: Name, states: States) -> Iterator[str]:
    """The table with all that came and went with it, but not its rows."""
    found = states.schema_before.table(name.words)
    catalog = states.before.catalog
    if found is None:
        return
    columns = [
        f"    {quoted(column.name)} {catalog.get(f'column {name.words}.{column.name}', column.type)}"
        for column in found.columns
    ]
    owned = [key for key, owner in states.before.part_of.items() if owner == f"table {name.words}" and key in catalog]
    counters = [_counter(key, catalog[key]) for key in owned if key.startswith("sequence ")]
    identities = any(column.identity for column in found.columns)  # they bring their sequences along
    for sequence, definition, _ in () if identities else counters:
        yield f"CREATE SEQUENCE {sequence} {definition}"
    yield "CREATE TABLE {} (\n{}\n)".format(name.written, ",\n".join(columns))
    for sequence, _, owner in () if identities else counters:
        yield f"ALTER SEQUENCE {sequence} OWNED BY {owner}"
    parts = [Difference(key, catalog[key], None) for key in owned if not key.startswith(("column ", "sequence "))]
    for part in sorted(parts, key=_rank):
        yield from statements(part, states)


def _counter(key: str, definition: str) -> tuple[str, str, str]:
    """The name of a sequence that a column owns, how it counts, and the column."""
    name = name_of(split_key(key)[1], parts=1)
    counts, _, owner = definition.partition(" OWNED BY ")
    return name.written if name else "", counts, owner


def _function(kind: str, label: str, difference: Difference) -> Iterator[str]:
    called, _, arguments = label.partition("(")
    name = name_of(called, parts=1)
    if difference.expected:
        yield difference.expected.strip()
    elif name:
        yield f"DROP {kind.upper()} {name.written}({arguments}"


def _column(name: Name, difference: Difference, states: States) -> Iterator[str]:
    del difference
    before, after = _columns(name, states)
    if before is None or after is None:
        return
    alter = f"ALTER TABLE {name.owner.written} ALTER COLUMN {quoted(name.last)}"
    if before.type != after.type:
        if after.default and not after.generated:
            yield f"{alter} DROP DEFAULT"
        yield f"{alter} TYPE {before.type} USING {quoted(name.last)}::{before.type}"
    if before.default != after.default or before.type != after.type:
        if before.default and not before.generated:
            yield f"{alter} SET DEFAULT {before.default}"
        elif after.default and before.type == after.type:
            yield f"{alter} DROP DEFAULT"
    if before.identity and not after.identity:
        yield f"{alter} ADD GENERATED BY DEFAULT AS IDENTITY"
    if after.identity and not before.identity:
        yield f"{alter} DROP IDENTITY"
    if before.not_null != after.not_null:
        yield f"{alter} {'SET' if before.not_null else 'DROP'} NOT NULL"


def _columns(name: Name, states: States) -> tuple[Column | None, Column | None]:
    tables = (schema.table(name.owner.words) for schema in (states.schema_before, states.schema_after))
    before, after = (table.column(name.last) if table else None for table in tables)
    return before, after


def _type(name: Name, difference: Difference, states: States) -> Iterator[str]:
    """An enum whose labels differ: added where that is all, else made anew with its columns taken over."""
    expected, actual = (_ENUM_LABEL.findall(side or "") for side in (difference.expected, difference.actual))
    if not expected or not actual:
        return
    if [label for label in expected if label in actual] == actual:
        for place, label in enumerate(expected):
            if label not in actual:
                yield f"ALTER TYPE {name.written} ADD VALUE {label}" + (
                    f" AFTER {expected[place - 1]}" if place else f" BEFORE {expected[1]}"
                )
        return
    old = Name(name.schema, (f"{name.last}_with_more_labels",))
    yield f"ALTER TYPE {name.written} RENAME TO {quoted(old.last)}"
    yield f"CREATE TYPE {name.written} AS ENUM ({', '.join(expected)})"
    for table in states.schema_after.tables.values():
        owner = name_of(table.name, parts=1)
        for column in table.columns if owner else ():
            if owner and column.type in (name.written, f"{name.written}[]"):
                yield from _retyped(owner, column)
    yield f"DROP TYPE {old.written}"


def _retyped(table: Name, column: Column) -> Iterator[str]:
    """A column of an enum that was renamed gets the new one of the same name."""
    alter = f"ALTER TABLE {table.written} ALTER COLUMN {quoted(column.name)}"
    if column.default:
        yield f"{alter} DROP DEFAULT"
    text = "text[]" if column.type.endswith("[]") else "text"
    yield f"{alter} TYPE {column.type} USING {quoted(column.name)}::{text}::{column.type}"
    if column.default:
        yield f"{alter} SET DEFAULT {column.default}"


def _relation(name: Name, difference: Difference, states: States) -> Iterator[str]:
    del states
    for words, on, off in _SECURITY:
        was, now = (words in (side or "") for side in (difference.expected, difference.actual))
        if was != now:
            yield f"ALTER TABLE {name.written} {on if was else off}"


_SECURITY = (
    (" ROW LEVEL SECURITY", "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"),
    (" FORCED", "FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"),
)


def _sequence(name: Name, difference: Difference, states: States) -> Iterator[str]:
    del states
    yield f"ALTER SEQUENCE {name.written} {difference.expected}"


_CHANGES: Mapping[str, Callable[[Name, Difference, States], Iterator[str]]] = {
    "column": _column,
    "type": _type,
    "table": _relation,
    "sequence": _sequence,
}
_REMADE = frozenset({"constraint", "index", "trigger", "policy", "rule", "view", "materialized view", "domain"})
