"""pop and popx: ``20240101_name.up.sql``, of which ``20240101_name.postgres.up.sql`` is the form for PostgreSQL.

``V0001.Name.postgres.up.sql`` and ``.all.`` are read too; a version that only other databases have is left out. Scripts
may be templates of Go, whose values the setting ``variables`` gives.
Source: https://github.com/gobuffalo/pop, migration_info.go and match.go (names, order, dialects, ``autocommit``).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from confiture.layouts.layout import Folder, cached_script, counted, expand, history_of
from confiture.layouts.numbered import named
from confiture.model.migration import Delivery, History, Migration
from confiture.model.script import Script

_FILE = re.compile(
    r"V?(?P<version>[0-9]+)[._](?P<name>[^.]+)(?:\.(?P<dialect>(?!autocommit\.)[a-z0-9]+))?(?P<alone>\.autocommit)?\.(?P<direction>up|down)\.sql"
)
_DIALECTS = frozenset({"postgres", "postgresql", "cockroach", "mysql", "sqlite3", "sqlite", "all"})
_OURS = ("postgres", "postgresql", "all", None)
_PLACEHOLDER = re.compile(r"\{\{-?\s*(?:index\s+\.Options\s+\"|\.)(?P<name>\w+)\"?\s*-?\}\}")


@dataclass(frozen=True, slots=True)
class Pop:
    """The layout of pop and popx."""

    name: str = "pop"
    example: str = "20240101000000_name.up.sql and 20240101000000_name.postgres.up.sql"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """Some file names a dialect or is a template."""
        found = named(folder, _FILE)
        if any((match := _FILE.fullmatch(path.name)) and match["dialect"] in _DIALECTS for path in found):
            return counted(found, folder.files, named_as="pop names them") + "; some name their database"
        if found and all(path.name.startswith("V") for path in found):
            return counted(found, folder.files, named_as="pop names them") + "; they are named as V1.Name.up.sql"
        if any(_PLACEHOLDER.search(path.read_text("utf-8", errors="replace")) for path in found):
            return counted(found, folder.files, named_as="pop names them") + "; some are templates"
        return None

    def read(self, folder: Folder) -> History:
        """Migrations by version, compared as text; for each the file that is made for PostgreSQL."""
        chosen: dict[tuple[str, str], tuple[int, re.Match[str], Path]] = {}
        for path in folder.files:
            match = _FILE.fullmatch(path.name)
            if not match or match["dialect"] not in _OURS:
                continue
            rank = _OURS.index(match["dialect"])
            key = (match["version"], match["direction"])
            if key not in chosen or rank < chosen[key][0]:
                chosen[key] = (rank, match, path)
        versions = sorted(version for version, direction in chosen if direction == "up")
        migrations = (_migration(chosen[version, "up"], chosen.get((version, "down")), folder) for version in versions)
        return history_of(self, folder, migrations)


def _migration(
    up: tuple[int, re.Match[str], Path], down: tuple[int, re.Match[str], Path] | None, folder: Folder
) -> Migration:
    _, match, path = up
    return Migration(
        version=match["version"],
        name=match["name"],
        up=_script(path, folder),
        down=_script(down[2], folder) if down else None,
        delivery=Delivery.ONE_STRING if match["alone"] else Delivery.TRANSACTION,
    )


def _script(path: Path, folder: Folder) -> Script:
    text = expand(path, folder.text(path), placeholder=_PLACEHOLDER, variables=folder.variables)
    return cached_script(path.resolve(), text)
