"""Drizzle: ``0000_name.sql`` in the order of ``meta/_journal.json``, statements parted by breakpoints.

From version 1 on there is no journal: a directory holds ``migration.sql`` beside ``snapshot.json``, and names decide.
Each migration has a transaction here. Drizzle gives one to all that are new when it runs, which is a single one when
they are applied as they are written.
Source: https://github.com/drizzle-team/drizzle-orm, drizzle-orm/src: migrator.ts (readMigrationFiles: entries in the
order in which they stand, the breakpoint; of branch beta: directories) and pg-core/dialect.ts (migrate).
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
_POSTGRES = re.compile(r"\"dialect\"\s*:\s*\"(?:postgresql|postgres|pg)\"")


@dataclass(frozen=True, slots=True)
class Drizzle:
    """The layout of Drizzle."""

    name: str = "drizzle"
    example: str = "0000_name.sql with meta/_journal.json"
    nested: bool = True

    def recognise(self, folder: Folder) -> str | None:
        """There is a journal of PostgreSQL, or a directory with a snapshot of it."""
        if _is_of_postgresql(_journal(folder)):
            return "meta/_journal.json lists the migrations as Drizzle does"
        found = _directories(folder)
        if not any(_is_of_postgresql(path / "snapshot.json") for path in found):
            return None
        have = "directory has" if len(found) == 1 else "directories have"
        return (
            f"{len(found)} {have} a migration.sql, some beside a snapshot.json of Drizzle, for instance {found[0].name}"
        )

    def read(self, folder: Folder) -> History:
        """Migrations in the order of the journal, else by the name of their directory, compared as text."""
        if folder.exists(_journal(folder)):
            files = ((tag, _listed(tag, folder)) for tag in _tags(folder))
        else:
            files = ((path.name, path / "migration.sql") for path in _directories(folder))
        return history_of(self, folder, (_migration(name, path, folder) for name, path in files))


def _is_of_postgresql(path: Path) -> bool:
    return path.is_file() and _POSTGRES.search(path.read_text("utf-8", errors="replace")) is not None


def _directories(folder: Folder) -> list[Path]:
    return sorted((path.parent for path in folder.below("*/migration.sql")), key=lambda path: path.name)


def _journal(folder: Folder) -> Path:
    return folder.path / "meta" / "_journal.json"


def _tags(folder: Folder) -> list[str]:
    path = _journal(folder)
    try:
        journal = cast("dict[str, Any]", json.loads(folder.text(path)))
        return [str(entry["tag"]) for entry in journal["entries"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ProjectError(f"{path}: not a journal as Drizzle writes it: {error}") from error


def _listed(tag: str, folder: Folder) -> Path:
    path = folder.path / f"{tag}.sql"
    if not folder.exists(path):
        raise ProjectError(f"{_journal(folder)}: names {tag}, but there is no {path.name}")
    return path


def _migration(tag: str, path: Path, folder: Folder) -> Migration:
    version, _, name = tag.partition("_")
    resolved, text = folder.read(path)
    breaks = [Span(*match.span()) for match in _BREAKPOINT.finditer(text)]
    up = with_separators(resolved, text, separators=breaks, keep=(Span(0, len(text)),))
    return Migration(version, name, up, None, Delivery.TRANSACTION)
