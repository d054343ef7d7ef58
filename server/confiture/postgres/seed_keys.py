"""Which values tables share: by foreign keys, also such as have columns in common, and by the names of columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from confiture.model.schema import Column, Constraint, Schema, Table

_MOST_JOINED = 400
_SAY_NOTHING = frozenset(
    {"id", "uuid", "name", "title", "key", "value", "type", "kind", "code", "slug", "email", "hash"}
)
"""Names, without underscores, that columns of many tables share without meaning the same."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Columns that take their values from other tables together.

    Attributes:
        rows: the values that go together, in a stable order.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def shared_columns(table: Table, parents: Mapping[str, Sequence[tuple[str, ...]]]) -> list[Shared]:
    """The columns of ``table`` with foreign keys; those of keys that overlap, such as a tenant's id, go together.

    Args:
        table: whose rows are to be made.
        parents: the values that each foreign key may take, by its name.
    """
    groups: list[list[Constraint]] = []
    for key in (constraint for constraint in table.constraints if constraint.name in parents):
        touching = [group for group in groups if any(set(key.columns) & set(other.columns) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([*(other for group in touching for other in group), key])
    return [_joined(group, parents) for group in groups]


def _joined(keys: Sequence[Constraint], parents: Mapping[str, Sequence[tuple[str, ...]]]) -> Shared:
    """The combinations of values of ``keys`` that agree where the keys overlap; a key that cannot agree gets nulls."""
    found: list[tuple[tuple[int, ...], dict[str, str | None]]] = [((), {})]
    for key in keys:
        given = [dict(zip(key.columns, values, strict=True)) for values in parents[key.name]]
        joined = [
            ((*places, place), row | values)
            for places, row in found
            for place, values in enumerate(given)
            if all(row.get(name, value) == value for name, value in values.items())
        ]
        # Those that are first in all tables come first, so that few rows still refer to many others.
        joined.sort(key=lambda one: (max(one[0]) - min(one[0]), one[0]))
        found = joined[:_MOST_JOINED] or [((*places, 0), dict.fromkeys(key.columns) | row) for places, row in found]
    columns = tuple(dict.fromkeys(name for key in keys for name in key.columns))
    rows = (tuple(row[name] for name in columns) for _, row in found)
    return Shared(columns, tuple(row for row in rows if set(row) != {None}))


class LikelyKeys:
    """Foreign keys that are not declared, but that columns have by their names: ``user_id`` beside ``users.id``.

    Applications join by them, and so do the migrations that declare them later.
    """

    def __init__(self, schema: Schema) -> None:
        self._targets: dict[str, list[tuple[str, Column]]] = {}
        for name in sorted(schema.tables):
            for key in _keys(schema.tables[name]):
                own = _bare(key.name)
                for meant in sorted({form + own for form in _forms(name)} | ({own} - _SAY_NOTHING)):
                    self._targets.setdefault(meant, []).append((name, key))

    def of(self, table: Table) -> Iterator[Constraint]:
        """Those of ``table``."""
        declared = {name for key in table.constraints if key.kind == "FOREIGN KEY" for name in key.columns}
        for column in table.columns:
            targets = self._targets.get(_bare(column.name), ()) if column.name not in declared else ()
            others = ((name, key) for name, key in targets if name != table.name and key.type == column.type)
            if found := next(others, None):
                name, key = found
                yield Constraint(f"likely {column.name}", "FOREIGN KEY", (column.name,), "", name, (key.name,))


def _keys(table: Table) -> list[Column]:
    """The columns that are a key of ``table`` by themselves."""
    sets = [one.columns for one in table.constraints if one.kind in ("PRIMARY KEY", "UNIQUE")]
    found = (table.column(columns[0]) for columns in sets if len(columns) == 1)
    return [column for column in found if column]


def _forms(table: str) -> set[str]:
    """``categories`` is what ``category_id`` means, and ``users`` what ``userId`` does."""
    bare = _bare(table.rpartition(".")[2])
    return {bare, bare.removesuffix("s"), bare.removesuffix("es"), bare.removesuffix("ies") + "y"}


def _bare(name: str) -> str:
    return name.replace("_", "").lower()
