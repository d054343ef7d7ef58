"""Prisma: ``20240101000000_name/migration.sql``, by directory name, each file sent as one string.

A ``down.sql`` beside it, which ``prisma migrate diff`` can write, is its way back.
Source: https://github.com/prisma/prisma-engines, schema-engine/connectors: schema-connector/src/migrations_directory.rs
(MIGRATION_SCRIPT_FILENAME, migration names), sql-schema-connector/src/flavour/postgres/connector/native/mod.rs
(apply_migration_script: one simple query).
"""

from dataclasses import dataclass
from pathlib import Path

from confiture.layouts.layout import Folder, history_of
from confiture.model.migration import Delivery, History, Migration


@dataclass(frozen=True, slots=True)
class Prisma:
    """The layout of Prisma."""

    name: str = "prisma"
    example: str = "20240101000000_name/migration.sql"
    nested: bool = True

    def recognise(self, folder: Folder) -> str | None:
        """Some directory has a migration.sql."""
        found = folder.below("*/migration.sql")
        if not found:
            return None
        have = "directory has" if len(found) == 1 else "directories have"
        return f"{len(found)} {have} a migration.sql as Prisma wants it, for instance {found[0].parent.name}"

    def read(self, folder: Folder) -> History:
        """Migrations by the name of their directory, compared as text."""
        directories = sorted((path.parent for path in folder.below("*/migration.sql")), key=lambda path: path.name)
        return history_of(self, folder, (_migration(path, folder) for path in directories))


def _migration(path: Path, folder: Folder) -> Migration:
    version, _, name = path.name.partition("_")
    return Migration(
        version=version,
        name=name,
        up=folder.script(path / "migration.sql"),
        down=folder.optional(path / "down.sql"),
        delivery=Delivery.ONE_STRING,
    )
