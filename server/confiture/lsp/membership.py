"""What a file is to its project."""

import os
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from confiture.errors import ConfitureError
from confiture.lsp.warm_up import warm_up


class Part(Enum):
    """What a file is to its project."""

    MIGRATION = "migration"
    OTHER = "test, seed or a file that is new among the migrations"
    NONE = "none of these"


class Membership:
    """Remembers what files are, since projects are read to find out: ask it in a thread."""

    def __init__(self) -> None:
        self._parts: dict[Path, Part] = {}

    def of(self, path: Path, settings: Mapping[str, object]) -> Part:
        """What ``path`` is, under the editor's ``settings``; none where the project cannot be read."""
        parts = self._parts  # what is read while they are forgotten must not be remembered
        if path not in parts:
            parts[path] = _part(path, settings)
        return parts[path]

    def forget(self) -> None:
        """Settings or files changed."""
        self._parts = {}

    def forget_strangers(self) -> None:
        """What belonged to no project may have become part of one."""
        self._parts = {path: part for path, part in self._parts.items() if part is not Part.NONE}


def _part(path: Path, settings: Mapping[str, object]) -> Part:
    warm_up()
    from confiture.engine.project import load_project

    try:
        project = load_project(path, environment=os.environ, overrides=settings)
    except ConfitureError:
        return Part.NONE
    if project.history.index_of(path) is not None:
        return Part.MIGRATION
    others = {each.script.path for each in (*project.tests, *project.seeds)}
    is_new = not path.exists() and path.suffix == ".sql" and path.parent == project.history.root
    return Part.OTHER if path in others or is_new else Part.NONE
