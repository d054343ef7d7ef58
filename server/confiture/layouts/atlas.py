"""Atlas: ``20240101000000_name.sql`` beside an ``atlas.sum``; a new database starts from the newest checkpoint.

Source: https://atlasgo.io/versioned/apply#transaction-configuration, https://atlasgo.io/versioned/checkpoint and
https://github.com/ariga/atlas, sql/migrate/dir.go (order, ``atlas:delimiter``).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from confiture.layouts.layout import Folder, counted, history_of, with_separators
from confiture.model.migration import Delivery, History, Migration
from confiture.model.span import Span

_DIRECTIVE = re.compile(r"^-- ?atlas:(?P<key>\w+)[ \t]*(?P<value>.*?)[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Atlas:
    """The layout of Atlas."""

    name: str = "atlas"
    example: str = "20240101000000_name.sql beside atlas.sum"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """There is a sum file."""
        found = [path for path in folder.files if path.suffix == ".sql"]
        if not found or not any(path.name == "atlas.sum" for path in folder.files):
            return None
        return counted(found, folder.files, named_as="Atlas names them") + "; there is an atlas.sum"

    def read(self, folder: Folder) -> History:
        """Migrations by file name, compared as text, from the newest checkpoint on."""
        found = sorted((path for path in folder.files if path.suffix == ".sql"), key=lambda path: path.name)
        directives = {path: _directives(folder.text(path)) for path in found}
        start = max((index for index, path in enumerate(found) if "checkpoint" in directives[path]), default=0)
        return history_of(self, folder, (_migration(path, directives[path], folder) for path in found[start:]))


def _directives(text: str) -> dict[str, str]:
    return {match["key"]: match["value"] for match in _DIRECTIVE.finditer(text)}


def _migration(path: Path, directives: dict[str, str], folder: Folder) -> Migration:
    text = folder.text(path)
    version, _, name = path.stem.partition("_")
    delimiter = directives.get("delimiter", "").encode().decode("unicode_escape")
    start = next((match.end() for match in _DIRECTIVE.finditer(text) if match["key"] == "delimiter"), 0)
    places = re.compile(re.escape(delimiter)).finditer(text, start) if delimiter else ()
    separators = [Span(*place.span()) for place in places]
    return Migration(
        version=version,
        name=name,
        up=with_separators(path.resolve(), text, separators=separators, keep=(Span(0, len(text)),)),
        down=None,
        delivery=Delivery.SPLIT if directives.get("txmode") == "none" else Delivery.TRANSACTION,
    )
