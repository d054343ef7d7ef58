"""sqlx: ``1_name.sql`` or ``1_name.up.sql`` with ``1_name.down.sql``; known from others by a Cargo.toml.

Source: https://github.com/launchbadge/sqlx: sqlx-core/src/migrate/source.rs (resolve_blocking_with_config: names,
order, ``-- no-transaction``), migration_type.rs (``.up``, ``.down``) and sqlx-postgres/src/migrate.rs (apply, revert).
"""

import re
from dataclasses import dataclass

from confiture.layouts.layout import Folder, counted, history_of
from confiture.layouts.numbered import Numbered, named, numbered
from confiture.model.migration import Delivery, History, Migration

_FILE = re.compile(r"(?P<version>[0-9]+)_(?P<name>.*?)(?:\.up|(?P<down>\.down))?\.sql")


@dataclass(frozen=True, slots=True)
class Sqlx:
    """The layout of sqlx."""

    name: str = "sqlx"
    example: str = "1_name.sql, or 1_name.up.sql and 1_name.down.sql, in a crate that uses sqlx"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """Files have its names, and a Cargo.toml names sqlx."""
        found = named(folder.files, _FILE)
        cargo = folder.mention("sqlx", of=["Cargo.toml"]) if found else None
        return (
            counted(found, folder.files, named_as="sqlx names them") + f"; {cargo.name} names sqlx" if cargo else None
        )

    def read(self, folder: Folder) -> History:
        """Migrations by version as an integer."""
        return history_of(self, folder, (_migration(item, folder) for item in numbered(folder.files, _FILE, key=int)))


def _migration(item: Numbered, folder: Folder) -> Migration:
    up, down = folder.script(item.up), folder.script(item.down) if item.down else None
    return Migration(
        version=item.version,
        name=item.name,
        up=up,
        down=down,
        delivery=_delivery(up.source),
        down_delivery=_delivery(down.source) if down else None,
    )


def _delivery(source: str) -> Delivery:
    return Delivery.ONE_STRING if source.startswith("-- no-transaction") else Delivery.TRANSACTION
