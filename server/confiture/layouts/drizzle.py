"""Drizzle: ``0000_name.sql`` in the order of ``meta/_journal.json``, statements parted by breakpoints.

Each migration has a transaction here. Drizzle gives one to all that are new when it runs, which is a single one when
they are applied as they are written.
Source: https://github.com/drizzle-team/drizzle-orm, drizzle-orm/src: migrator.ts (readMigrationFiles: entries in the
order in which they stand, the breakpoint) and pg-core/dialect.ts (migrate).
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, history_of, with_separators
from confiture.model.migration import Delivery, History, Migration
from confiture.model.span import Span

_BREAKPOINT = re.compile(r"--> statement-breakpoint")
_POSTGRES = re.compile(r"\"dialect\"\s*:\s*\"(?:postgresql|pg)\"")


@dataclass(frozen=True, slots=True)
class Drizzle:
    """The layout of Drizzle."""

    name: str = "drizzle"
    example: str = "0000_name.sql with meta/_journal.json"
    nested: bool = True

    def recognise(self, folder: Folder) -> str | None:
        """There is a journal of PostgreSQL."""
        path = _journal(folder)
        if not path.is_file() or not _POSTGRES.search(path.read_text("utf-8", errors="replace")):
            return None
        return "meta/_journal.json lists the migrations as Drizzle does"

    def read(self, folder: Folder) -> History:
        """Migrations in the order of the journal."""
        return history_of(self, folder, (_migration(tag, folder) for tag in _tags(folder)))


def _journal(folder: Folder) -> Path:
    return folder.path / "meta" / "_journal.json"


def _tags(folder: Folder) -> list[str]:
    path = _journal(folder)
    try:
        journal = cast("dict[str, Any]", json.loads(folder.text(path)))
        return [str(entry["tag"]) for entry in journal["entries"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ProjectError(f"{path}: not a journal as Drizzle writes it: {error}") from error


def _migration(tag: str, folder: Folder) -> Migration:
    path = folder.path / f"{tag}.sql"
    if not folder.exists(path):
        raise ProjectError(f"{_journal(folder)}: names {tag}, but there is no {path.name}")
    version, _, name = tag.partition("_")
    text = folder.text(path)
    breaks = [Span(*match.span()) for match in _BREAKPOINT.finditer(text)]
    up = with_separators(path.resolve(), text, separators=breaks, keep=(Span(0, len(text)),))
    return Migration(version, name, up, None, Delivery.TRANSACTION)
