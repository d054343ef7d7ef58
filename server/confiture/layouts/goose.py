"""goose: ``00001_name.sql`` with ``-- +goose Up`` and ``-- +goose Down`` in one file.

Source: https://github.com/pressly/goose: internal/sqlparser/parser.go (annotations, of any case), migration.go
(names; versions are integers from 1), migration_sql.go (a transaction unless ``NO TRANSACTION``).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, cached_script, counted, expand, history_of, refuse_twins
from confiture.layouts.sections import parts
from confiture.model.migration import Delivery, History, Migration

_FILE = re.compile(r"(?P<version>[0-9]+)_(?P<name>.*)\.sql")
_MARKER = re.compile(r"^--\s*\+goose\s+(?P<direction>up|down)\b.*$", re.MULTILINE | re.IGNORECASE)
_NO_TRANSACTION = re.compile(r"^--\s*\+goose\s+NO\s+TRANSACTION\b", re.MULTILINE | re.IGNORECASE)
_ENVSUB = re.compile(r"^--\s*\+goose\s+ENVSUB\s+(?P<switch>ON|OFF)\b", re.MULTILINE | re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\$(?:\{(?P<name>\w+)(?::?-(?P<default>[^}]*))?\})")


@dataclass(frozen=True, slots=True)
class Goose:
    """The layout of goose."""

    name: str = "goose"
    example: str = "00001_name.sql with -- +goose Up and -- +goose Down"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """Some file has its marker."""
        named = [path for path in folder.files if _FILE.fullmatch(path.name)]
        marked = next((path for path in named if _MARKER.search(_peek(path))), None)
        if not marked:
            return None
        code = [path.name for path in folder.files if re.fullmatch(r"[0-9]+_.*(?<!_test)\.go", path.name)]
        left_out = f"; migrations in Go are left out, for instance {code[0]}" if code else ""
        return counted(named, folder.files, named_as="goose names them") + f"; {marked.name} has +goose Up{left_out}"

    def read(self, folder: Folder) -> History:
        """Migrations by version as an integer."""
        matches = [(match, path) for path in folder.files if (match := _FILE.fullmatch(path.name))]
        refuse_twins((int(match["version"]), path) for match, path in matches)
        ordered = sorted(matches, key=lambda pair: int(pair[0]["version"]))
        return history_of(self, folder, (_migration(match, path, folder) for match, path in ordered))


def _peek(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _migration(match: re.Match[str], path: Path, folder: Folder) -> Migration:
    text = _substituted(path, folder)
    found = [(marker["direction"].lower(), span) for marker, span in parts(text, _MARKER)]
    directions = [direction for direction, _ in found]
    if directions not in (["up"], ["up", "down"]):
        shown = ", ".join(directions) or "none"
        raise ProjectError(f"{path}: goose wants one -- +goose Up, then at most one -- +goose Down; found {shown}")
    ups, downs = ([span for which, span in found if which == direction] for direction in ("up", "down"))
    resolved = path.resolve()
    return Migration(
        version=match["version"],
        name=match["name"],
        up=cached_script(resolved, text, tuple(ups)),
        down=cached_script(resolved, text, tuple(downs)) if downs else None,
        delivery=Delivery.SPLIT if _NO_TRANSACTION.search(text) else Delivery.TRANSACTION,
    )


def _substituted(path: Path, folder: Folder) -> str:
    """The text with the variables that stand between ENVSUB ON and OFF replaced."""
    text = folder.text(path)
    pieces: list[str] = []
    position = 0
    for match, span in parts(text, _ENVSUB):
        pieces.append(text[position : span.start])
        position = span.end
        part = span.of(text)
        pieces.append(_filled(path, part, folder, above=text[: span.start]) if _is_on(match) else part)
    return "".join([*pieces, text[position:]])


def _is_on(match: re.Match[str]) -> bool:
    return match["switch"].upper() == "ON"


def _filled(path: Path, part: str, folder: Folder, *, above: str) -> str:
    defaults = {
        match["name"]: match["default"] for match in _PLACEHOLDER.finditer(part) if match["default"] is not None
    }
    padded = "\n" * above.count("\n") + part  # so that an error names the line in the file
    return expand(path, padded, placeholder=_PLACEHOLDER, variables=defaults | dict(folder.variables)).lstrip("\n")
