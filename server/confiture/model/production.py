"""How large the tables are in the database that migrations are written for."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableSize:
    """What statistics say of a table.

    Attributes:
        rows: about how many it has.
        bytes: of the table without its indexes.
    """

    rows: int
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Production:
    """Sizes by the names that tables have in a `Schema`.

    Attributes:
        server: version of PostgreSQL; empty where it is not known.
    """

    server: str
    tables: Mapping[str, TableSize]
