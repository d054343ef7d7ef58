"""refinery: ``V1__name.sql``; a ``U`` instead of the ``V`` only lets a version come late, it undoes nothing.

Directories below belong to it.
Source: https://github.com/rust-db/refinery, refinery_core/src: util.rs (STEM_RE, parse_migration_name: integers;
find_migration_files: recursive), traits/mod.rs (verify_migrations: order), drivers/postgres.rs (a transaction each).
"""

import re
from dataclasses import dataclass

from confiture.layouts.layout import Folder, counted, history_of
from confiture.layouts.numbered import named, numbered
from confiture.model.migration import Delivery, History, Migration

_FILE = re.compile(r"[UV](?P<version>[0-9]+)__(?P<name>\w+)\.sql")


@dataclass(frozen=True, slots=True)
class Refinery:
    """The layout of refinery."""

    name: str = "refinery"
    example: str = "V1__name.sql in a crate that uses refinery"
    nested: bool = True

    def recognise(self, folder: Folder) -> str | None:
        """Files have its names, and a Cargo.toml names refinery."""
        found = named(folder.with_below(), _FILE) if named(folder.files, _FILE) else []
        cargo = folder.mention("refinery", of=["Cargo.toml"]) if found else None
        if not cargo:
            return None
        return counted(found, folder.with_below(), named_as="refinery names them") + f"; {cargo.name} names refinery"

    def read(self, folder: Folder) -> History:
        """Migrations by version as an integer."""
        migrations = (
            Migration(item.version, item.name, folder.script(item.up), None, Delivery.TRANSACTION)
            for item in numbered(folder.with_below(), _FILE, key=int)
        )
        return history_of(self, folder, migrations)
