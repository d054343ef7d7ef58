"""pop and popx: ``20240101_name.up.sql``, of which ``20240101_name.postgres.up.sql`` is the form for PostgreSQL.

``V0001.Name.postgres.up.sql`` and ``.all.`` are read too; a version that only other databases have is left out, and so
are migrations in fizz. Directories below belong to it. Scripts may be templates of Go, whose values the setting
``variables`` gives.
Source: https://github.com/gobuffalo/pop: migrator.go (names), match.go and dialect_postgresql.go (dialects),
migration_info.go (order), file_migrator.go (directories below), migration_content.go (templates);
https://github.com/ory/x, popx: match.go (``autocommit``) and migration_info.go (the form for PostgreSQL before all);
https://github.com/authelia/authelia, internal/storage/const.go (``V0001.Name``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from confiture.layouts.layout import Folder, cached_script, counted, expand_go_template, history_of
from confiture.layouts.numbered import named
from confiture.model.migration import Delivery, History, Migration
from confiture.model.script import Script

_FILE = re.compile(
    r"V?(?P<version>[0-9]+)[._](?P<name>[^.]+)(?:\.(?!autocommit\.)(?P<dialect>[a-z0-9]+))?(?P<alone>\.autocommit)?"
    r"\.(?P<direction>up|down)\.sql"
)
_DIALECTS = frozenset({"postgres", "postgresql", "pg", "pgx", "cockroach", "mysql", "sqlite3", "sqlite", "all"})
_OURS = ("postgres", "postgresql", "pg", "pgx", "all", None)
_PLACEHOLDER = re.compile(r"\{\{-?\s*(?:index\s+\.Options\s+\"|\.)(?P<name>\w+)\"?\s*-?\}\}")


@dataclass(frozen=True, slots=True)
class Pop:
    """The layout of pop and popx."""

    name: str = "pop"
    example: str = "20240101000000_name.up.sql and 20240101000000_name.postgres.up.sql"
    nested: bool = True

    def recognise(self, folder: Folder) -> str | None:
        """Some file names a dialect or is a template."""
        found = named(folder.files, _FILE)
        why = _marks(found, folder)
        if not why:
            return None
        fizz = [path.name for path in folder.files if path.suffix == ".fizz"]
        left_out = f"; migrations in fizz are left out, for instance {fizz[0]}" if fizz else ""
        return counted(found, folder.files, named_as="pop names them") + why + left_out

    def read(self, folder: Folder) -> History:
        """Migrations by version, compared as text; for each the file that is made for PostgreSQL."""
        chosen: dict[tuple[str, str], tuple[int, re.Match[str], Path]] = {}
        for path in folder.with_below():
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


def _marks(found: Sequence[Path], folder: Folder) -> str | None:
    """What tells these files from those of other tools."""
    if any((match := _FILE.fullmatch(path.name)) and match["dialect"] in _DIALECTS for path in found):
        return "; some name their database"
    if found and all(path.name.startswith("V") for path in found):
        return "; they are named as V1.Name.up.sql"
    if any(_PLACEHOLDER.search(folder.peek(path)) for path in found):
        return "; some are templates"
    return None


def _migration(
    up: tuple[int, re.Match[str], Path], down: tuple[int, re.Match[str], Path] | None, folder: Folder
) -> Migration:
    _, match, path = up
    return Migration(
        version=match["version"],
        name=match["name"],
        up=_script(path, folder),
        down=_script(down[2], folder) if down else None,
        delivery=_delivery(match),
        down_delivery=_delivery(down[1]) if down else None,
    )


def _delivery(match: re.Match[str]) -> Delivery:
    return Delivery.ONE_STRING if match["alone"] else Delivery.TRANSACTION


def _script(path: Path, folder: Folder) -> Script:
    resolved, source = folder.read(path)
    text = expand_go_template(path, source, placeholder=_PLACEHOLDER, variables=folder.variables)
    return cached_script(resolved, text)
