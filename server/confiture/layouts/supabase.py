"""Supabase: ``supabase/migrations/20240101000000_name.sql``, by file name, each sent as one pipelined batch.

The batch also writes the history table, so that nothing in it can stand outside a transaction. A first file of before
December 2021 that is called ``init`` is skipped.
Source: https://github.com/supabase/cli, apps/cli-go/pkg/migration: list.go (ListLocalMigrations, shouldSkip) and
file.go (migrateFilePattern, ExecBatch).
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from confiture.layouts.layout import Folder, counted, history_of
from confiture.layouts.numbered import named, numbered
from confiture.model.migration import Delivery, History, Migration

_INIT = re.compile(r"(?P<time>[0-9]{14})_init\.sql")
_SINCE = "20211209000000"
_FILE = re.compile(r"(?P<version>[0-9]+)_(?P<name>.*)\.sql")


@dataclass(frozen=True, slots=True)
class Supabase:
    """The layout of Supabase."""

    name: str = "supabase"
    example: str = "supabase/migrations/20240101000000_name.sql"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """The directory is supabase/migrations."""
        found = named(folder.files, _FILE)
        if not found or folder.path.parts[-2:] != ("supabase", "migrations"):
            return None
        return counted(found, folder.files, named_as="Supabase names them") + "; the directory is supabase/migrations"

    def read(self, folder: Folder) -> History:
        """Migrations by file name, compared as text."""
        by_name = sorted(folder.files, key=_name)
        files = by_name[1:] if by_name and _is_skipped(by_name[0].name) else by_name
        migrations = (
            Migration(item.version, item.name, folder.script(item.up), None, Delivery.TRANSACTION)
            for item in sorted(numbered(files, _FILE, key=str), key=lambda item: _name(item.up))
        )
        return history_of(self, folder, migrations)


def _name(path: Path) -> bytes:
    return os.fsencode(path.name)


def _is_skipped(name: str) -> bool:
    """Whether an early release of Supabase made this first file, which repeats what a new database has."""
    match = _INIT.search(name)
    return match is not None and match["time"] < _SINCE
