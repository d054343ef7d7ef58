"""What the tools share whose files are one number, one name, and perhaps a file for the way back."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import refuse_twins


@dataclass(frozen=True, slots=True)
class Numbered:
    """The files of one version."""

    version: str
    name: str
    up: Path
    down: Path | None = None


def numbered(files: Iterable[Path], pattern: re.Pattern[str], *, key: Callable[[str], object]) -> list[Numbered]:
    """The files whose whole name ``pattern`` matches, in the order of ``key`` of their group ``version``.

    A group ``down`` that is not empty marks the way back.

    Raises:
        ProjectError: two files have one version, or one undoes a version that there is not.
    """
    matches = [(match, path) for path in files if (match := pattern.fullmatch(path.name))]
    ups = [(key(match["version"]), match, path) for match, path in matches if not match.groupdict().get("down")]
    downs = [(key(match["version"]), path) for match, path in matches if match.groupdict().get("down")]
    refuse_twins((version, path) for version, _, path in ups)
    refuse_twins(downs)
    known = {version for version, _, _ in ups}
    if orphan := next((path for version, path in downs if version not in known), None):
        raise ProjectError(f"{orphan}: there is no up script of this version")
    down_of = dict(downs)
    ordered = sorted(ups, key=lambda item: _sortable(item[0]))
    return [Numbered(match["version"], match["name"], path, down_of.get(version)) for version, match, path in ordered]


def _sortable(version: object) -> tuple[int, str]:
    return (version, "") if isinstance(version, int) else (0, str(version))


def named(files: Iterable[Path], pattern: re.Pattern[str]) -> list[Path]:
    """The files whose whole name ``pattern`` matches."""
    return [path for path in files if pattern.fullmatch(path.name)]
