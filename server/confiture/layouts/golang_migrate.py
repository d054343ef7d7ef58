"""golang-migrate: ``000001_name.up.sql`` with ``000001_name.down.sql``, each file sent as one string.

Source: https://github.com/golang-migrate/migrate: source/parse.go (Regex; versions are integers, and names need not
agree), source/iofs/iofs.go (duplicates; no directories below) and database/postgres/postgres.go (Run: one string).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, counted, history_of, refuse_twins
from confiture.model.migration import Delivery, History, Migration

_FILE = re.compile(r"(?P<version>[0-9]+)_(?P<name>.*)\.(?P<direction>up|down)\.sql", re.DOTALL)


@dataclass(frozen=True, slots=True)
class GolangMigrate:
    """The layout of golang-migrate."""

    name: str = "golang-migrate"
    example: str = "000001_name.up.sql and 000001_name.down.sql"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """Some file is an up script."""
        matching = [path for path in folder.files if _FILE.fullmatch(path.name)]
        if not any(path.name.endswith(".up.sql") for path in matching):
            return None
        return counted(matching, folder.files, named_as="golang-migrate names them")

    def read(self, folder: Folder) -> History:
        """Migrations by version as an integer."""
        ups, downs = (tuple(_versions(folder.files, direction)) for direction in ("up", "down"))
        refuse_twins(ups)
        refuse_twins(downs)
        up_by_version, down_by_version = dict(ups), dict(downs)
        if orphan := next((path for version, path in downs if version not in up_by_version), None):
            wanted = orphan.name.removesuffix(".down.sql") + ".up.sql"
            raise ProjectError(f"{orphan}: there is no up script of this version, such as {wanted}")
        migrations = (_migration(path, down_by_version.get(version), folder) for version, path in sorted(ups))
        return history_of(self, folder, migrations)


def _versions(files: Sequence[Path], direction: str) -> Iterator[tuple[int, Path]]:
    for path in files:
        match = _FILE.fullmatch(path.name)
        if match and match["direction"] == direction:
            yield int(match["version"]), path


def _migration(up: Path, down: Path | None, folder: Folder) -> Migration:
    version, _, name = up.name.removesuffix(".up.sql").partition("_")
    return Migration(
        version=version,
        name=name,
        up=folder.script(up),
        down=folder.script(down) if down else None,
        delivery=Delivery.ONE_STRING,
    )
