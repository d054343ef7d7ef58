"""Plain files for psql: ``001_name.sql``, and to undo it ``001_name.down.sql``, ``_down.sql`` or ``_rollback.sql``.

The order is natural, so that ``10_b.sql`` follows ``9_a.sql``. Each statement is sent by itself, as psql does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, counted, history_of, refuse_twins
from confiture.model.migration import Delivery, History, Migration

_FILE = re.compile(
    r"(?P<stem>(?P<version>[0-9]+(?:[-.][0-9]+)*)(?P<name>.*?))(?:\.up|(?P<down>[._]down|[._]rollback))?\.sql"
)
_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    stem: str
    version: str
    name: str
    undoes: bool

    @property
    def number(self) -> tuple[int, ...]:
        """The version by value: ``01`` is ``1``."""
        return tuple(int(part) for part in re.split(r"[-.]", self.version))


@dataclass(frozen=True, slots=True)
class Plain:
    """Numbered files without a tool."""

    name: str = "plain"
    example: str = "001_name.sql, to undo it 001_name.down.sql, 001_name_down.sql or 001_name_rollback.sql"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """Some file begins with a number."""
        matching = [file.path for file in _numbered(folder.files)]
        return counted(matching, folder.files, named_as="numbered SQL files usually are") if matching else None

    def read(self, folder: Folder) -> History:
        """Migrations in natural order."""
        numbered = list(_numbered(folder.files))
        ups = [file for file in numbered if not file.undoes]
        downs = [file for file in numbered if file.undoes]
        refuse_twins((file.number, file.path) for file in ups)
        stems = {file.stem for file in ups}
        if orphan := next((file for file in downs if file.stem not in stems), None):
            raise ProjectError(f"{orphan.path}: there is no {orphan.stem}.sql that this would undo")
        _refuse_two_ways_back(downs)
        down_by_stem = {file.stem: file.path for file in downs}
        migrations = (_migration(file, down_by_stem.get(file.stem), folder) for file in sorted(ups, key=_natural))
        return history_of(self, folder, migrations)


def _numbered(files: Sequence[Path]) -> Iterator[_File]:
    for path in files:
        if match := _FILE.fullmatch(path.name):
            name = match["name"].lstrip("_-. ")
            yield _File(path, match["stem"], match["version"], name, undoes=match["down"] is not None)


def _natural(file: _File) -> tuple[tuple[int, str], ...]:
    """Runs of digits by value, everything between them as text; ``-1`` stands for a text."""
    parts = _DIGITS.split(file.path.name)
    return tuple((int(part) if _DIGITS.fullmatch(part) else -1, part) for part in parts if part)


def _refuse_two_ways_back(downs: Sequence[_File]) -> None:
    seen: dict[str, Path] = {}
    for file in downs:
        other = seen.setdefault(file.stem, file.path)
        if other != file.path:
            raise ProjectError(
                f"{file.path.parent}: {other.name} and {file.path.name} both undo {file.stem}.sql; keep one"
            )


def _migration(up: _File, down: Path | None, folder: Folder) -> Migration:
    return Migration(
        version=up.version,
        name=up.name,
        up=folder.for_psql(up.path),
        down=folder.for_psql(down) if down else None,
        delivery=Delivery.SPLIT,
    )
