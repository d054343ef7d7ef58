"""The editor's settings: those of all, and those of single folders of the workspace."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

Given: TypeAlias = Mapping[str, object]
"""Settings as the client wrote them."""


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What the client set.

    Attributes:
        shared: of everything that is in no folder with settings of its own.
        by_folder: all settings of a folder, with those that it shares.
    """

    shared: Given = field(default_factory=dict[str, object])
    by_folder: Mapping[Path, Given] = field(default_factory=dict[Path, Given])

    def of(self, path: Path) -> Given:
        """Those of the innermost folder that ``path`` is in, or else the shared ones."""
        folders = [folder for folder in self.by_folder if path.is_relative_to(folder)]
        return self.by_folder[max(folders, key=lambda folder: len(folder.parts))] if folders else self.shared

    def with_settings(self, given: Given, folder: Path | None) -> "ClientSettings":
        """These, but with those ``given`` for ``folder``, by default as the shared ones."""
        return replace(self, by_folder={**self.by_folder, folder: given}) if folder else replace(self, shared=given)

    def without(self, folder: Path) -> "ClientSettings":
        """These, but with none that ``folder`` does not share."""
        return replace(self, by_folder={each: given for each, given in self.by_folder.items() if each != folder})
