"""The catalog of a database as operators see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        type: as ``format_type`` prints it, for instance ``numeric(10,2)``.
        default: expression of its default or generation, if any.
        identity: whether it is GENERATED … AS IDENTITY.
        generated: whether it is GENERATED … STORED or VIRTUAL.
    """

    name: str
    type: str
    not_null: bool
    default: str | None = None
    identity: bool = False
    generated: bool = False

    @property
    def counted(self) -> bool:
        """Whether a sequence gives it its values: it is an identity or a serial."""
        return self.identity or (self.default or "").startswith("nextval(")


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint of a table.

    Attributes:
        kind: ``PRIMARY KEY``, ``UNIQUE``, ``FOREIGN KEY``, ``CHECK`` or ``EXCLUDE``.
        definition: as ``pg_get_constraintdef`` prints it.
        referenced_table: for a foreign key, named as `Table.name`.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    definition: str
    referenced_table: str | None = None
    referenced_columns: tuple[str, ...] = ()
    validated: bool = True


@dataclass(frozen=True, slots=True)
class Index:
    """An index that no constraint owns.

    Attributes:
        columns: key columns; an expression stands as its text.
        definition: as ``pg_get_indexdef`` prints it.
    """

    name: str
    unique: bool
    columns: tuple[str, ...]
    definition: str
    predicate: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table, partitioned table or materialised view.

    Attributes:
        name: with its schema unless that is ``public``.
        rows: exact count when the catalog was read.
    """

    name: str
    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    rows: int = 0

    def column(self, name: str) -> Column | None:
        """The column called ``name``."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Schema:
    """What a script finds when it starts.

    Attributes:
        enums: labels in order, by type name.
    """

    tables: Mapping[str, Table] = field(default_factory=lambda: MappingProxyType({}))
    enums: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def table(self, name: str | None) -> Table | None:
        """The table called ``name``, with or without the ``public`` schema."""
        return self.tables.get(name.removeprefix("public.")) if name else None
