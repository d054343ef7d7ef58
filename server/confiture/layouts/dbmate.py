"""dbmate: ``20240101000000_name.sql`` with ``-- migrate:up`` and ``-- migrate:down`` in one file.

A file may have several sections, each an up and a down. All ups run in the order of the file, and so do all downs.
Source: https://github.com/amacneil/dbmate, pkg/dbmate: migration.go (parseMigrationContents: markers, options), db.go
(migrationFileRegexp, FindMigrations: order, Migrate: delivery).
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, cached_script, counted, history_of, refuse_twins
from confiture.model.migration import Delivery, History, Migration
from confiture.model.span import Span

_FILE = re.compile(r"(?P<version>[0-9]+).*\.sql")
_MARKER = re.compile(r"^--\s*migrate:(?P<direction>up|down)(?:\s*$|\s+\S+)", re.MULTILINE | re.ASCII)
_BLANK = re.compile(r"[ \t\f\r]*(?:--.*)?")
_UP = re.compile(r"^--\s*migrate:up\b", re.MULTILINE)
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class _Block:
    """What follows one marker, the marker's own line included."""

    direction: str
    span: Span
    transaction: bool


@dataclass(frozen=True, slots=True)
class Dbmate:
    """The layout of dbmate."""

    name: str = "dbmate"
    example: str = "20240101000000_name.sql with -- migrate:up and -- migrate:down"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """Some file has its marker."""
        named = [path for path in folder.files if _FILE.fullmatch(path.name)]
        marked = next((path for path in named if _UP.search(folder.peek(path))), None)
        if not marked:
            return None
        return counted(named, folder.files, named_as="dbmate names them") + f"; {marked.name} has -- migrate:up"

    def read(self, folder: Folder) -> History:
        """Migrations by file name, compared as text."""
        named = [(match["version"], path) for path in folder.files if (match := _FILE.fullmatch(path.name))]
        refuse_twins(named)
        by_name = sorted(named, key=lambda pair: os.fsencode(pair[1].name))
        migrations = (_migration(version, path, folder) for version, path in by_name)
        return history_of(self, folder, migrations)


def _migration(version: str, path: Path, folder: Folder) -> Migration:
    resolved, source = folder.read(path)
    blocks = _blocks(path, source)
    ups, downs = ([block for block in blocks if block.direction == direction] for direction in ("up", "down"))
    return Migration(
        version=version,
        name=path.name.removesuffix(".sql").removeprefix(version).lstrip("_-. "),
        up=cached_script(resolved, source, tuple(block.span for block in ups)),
        down=cached_script(resolved, source, tuple(block.span for block in downs)),
        delivery=_delivery(ups),
        down_delivery=_delivery(downs),
    )


def _delivery(blocks: Sequence[_Block]) -> Delivery:
    """How the blocks of one direction reach PostgreSQL.

    Each of several blocks is sent by itself, so what one commits the next can use: an enum label, or an index built
    CONCURRENTLY. Statement by statement keeps that.
    """
    if len(blocks) > 1:
        return Delivery.SPLIT
    return Delivery.TRANSACTION if blocks[0].transaction else Delivery.ONE_STRING


def _blocks(path: Path, source: str) -> list[_Block]:
    markers = list(_MARKER.finditer(source))
    directions = [marker["direction"] for marker in markers]
    _refuse_disorder(path, source, directions)
    if not all(map(_BLANK.fullmatch, source[: markers[0].start()].split("\n"))):
        raise ProjectError(f"{path}: dbmate wants nothing but comments above the first -- migrate:up")
    ends = [*(marker.start() for marker in markers[1:]), len(source)]
    return [
        _Block(marker["direction"], Span(marker.start(), end), _in_transaction(source[marker.start() : end]))
        for marker, end in zip(markers, ends, strict=True)
    ]


def _refuse_disorder(path: Path, source: str, directions: Sequence[str]) -> None:
    """Makes sure that ups and downs alternate, as dbmate does."""
    if "up" not in directions:
        hidden = "; a byte order mark hides its first line from dbmate" if source.startswith(_BYTE_ORDER_MARK) else ""
        raise ProjectError(f"{path}: dbmate wants a line -- migrate:up, and there is none{hidden}")
    if directions[0] == "down":
        raise ProjectError(f"{path}: dbmate wants -- migrate:up before -- migrate:down")
    for direction, following in zip(directions, [*directions[1:], "up"], strict=True):
        if direction == following == "up":
            raise ProjectError(
                f"{path}: dbmate wants a line -- migrate:down after each -- migrate:up; it may have no SQL"
            )
        if direction == following:
            raise ProjectError(
                f"{path}: dbmate wants one -- migrate:down for each -- migrate:up; two follow each other"
            )


def _in_transaction(block: str) -> bool:
    """The last ``transaction:`` option on the marker's line decides."""
    options = [option.split(":") for option in block.split("\n", 1)[0].split()]
    values = [option[1] for option in options if len(option) == 2 and option[0] == "transaction"]
    return not values or values[-1] != "false"
