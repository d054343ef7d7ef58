"""Supabase: ``supabase/migrations/20240101000000_name.sql``, by file name, each sent as one pipelined batch.

The batch also writes the history table, so that nothing in it can stand outside a transaction.
Source: https://github.com/supabase/cli, pkg/migration: list.go (names), file.go (delivery).
"""

import re
from dataclasses import dataclass

from confiture.layouts.layout import Folder, counted, history_of
from confiture.layouts.numbered import named, numbered
from confiture.model.migration import Delivery, History, Migration

_FILE = re.compile(r"(?P<version>[0-9]+)_(?P<name>.*)\.sql")


@dataclass(frozen=True, slots=True)
class Supabase:
    """The layout of Supabase."""

    name: str = "supabase"
    example: str = "supabase/migrations/20240101000000_name.sql"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """The directory is supabase/migrations."""
        found = named(folder, _FILE)
        if not found or folder.path.parts[-2:] != ("supabase", "migrations"):
            return None
        return counted(found, folder.files, named_as="Supabase names them") + "; the directory is supabase/migrations"

    def read(self, folder: Folder) -> History:
        """Migrations by version, compared as text."""
        migrations = (
            Migration(item.version, item.name, folder.script(item.up), None, Delivery.TRANSACTION)
            for item in numbered(folder, _FILE, key=str)
        )
        return history_of(self, folder, migrations)
