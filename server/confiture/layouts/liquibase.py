"""Liquibase's formatted SQL: changesets in files that begin with ``--liquibase formatted sql``.

Files come in the order in which a root changelog here includes them, else by name, as includeAll takes them.
Source: https://docs.liquibase.com (Formatted SQL changelogs: changeset attributes, rollback).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, expand, history_of, with_separators
from confiture.layouts.sections import parts
from confiture.model.migration import Delivery, History, Migration
from confiture.model.script import Script
from confiture.model.span import Span

_HEADER = re.compile(r"\ufeff?\s*--\s*liquibase\s+formatted\s+sql", re.IGNORECASE)
_CHANGESET = re.compile(
    r"^[ \t]*--\s*changeset[ \t]+(?P<id>[^:\s]+:\S+)(?P<attributes>.*)$", re.MULTILINE | re.IGNORECASE
)
_ROLLBACK = re.compile(r"^[ \t]*--[ \t]*rollback\b[ \t]?(?P<sql>.*)$", re.MULTILINE | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?P<name>\w+):(?P<value>\"[^\"]*\"|\S+)")
_INCLUDE = re.compile(r"\bfile\"?\s*[:=]\s*[\"']?(?P<file>[^\"'\s,}>]+\.sql)")
_PLACEHOLDER = re.compile(r"\$\{(?P<name>[\w.-]+)\}")
_CHANGELOGS = (".xml", ".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Liquibase:
    """The layout of Liquibase's formatted SQL."""

    name: str = "liquibase"
    example: str = "name.sql that begins with --liquibase formatted sql"
    nested: bool = True

    def recognise(self, folder: Folder) -> str | None:
        """Some file has its header."""
        found = [path for path in folder.files if path.suffix == ".sql" and _HEADER.match(_peek(path))]
        return f"{found[0].name} begins with --liquibase formatted sql" if found else None

    def read(self, folder: Folder) -> History:
        """Changesets in the order of the files and in them."""
        return history_of(self, folder, (migration for path in _ordered(folder) for migration in _read(path, folder)))


def _peek(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(200)
    except OSError:
        return ""


def _ordered(folder: Folder) -> list[Path]:
    for changelog in (path for path in folder.files if path.suffix in _CHANGELOGS):
        names = [match["file"] for match in _INCLUDE.finditer(folder.text(changelog))]
        if names:
            return [_included(name, changelog, folder) for name in names]
    return [path for path in folder.below("**/*.sql") if _HEADER.match(folder.text(path))]


def _included(name: str, changelog: Path, folder: Folder) -> Path:
    """A file named relative to the changelog or, as a class path, to a directory above."""
    for directory in (folder.path, *folder.path.parents):
        if folder.exists(directory / name):
            return directory / name
    raise ProjectError(f"{changelog}: includes {name}, which there is not")


def _read(path: Path, folder: Folder) -> Iterator[Migration]:
    text = folder.text(path)
    if folder.variables:
        text = expand(path, text, placeholder=_PLACEHOLDER, variables=folder.variables)
    if not _CHANGESET.search(text):
        raise ProjectError(f"{path}: has no line --changeset author:id")
    for marker, span in parts(text, _CHANGESET):
        values = {
            match["name"].lower(): match["value"].strip('"') for match in _ATTRIBUTE.finditer(marker["attributes"])
        }
        if "dbms" in values and "postgres" not in values["dbms"]:
            continue
        yield _migration(marker["id"], values, path=path, text=text, span=span)


def _migration(identity: str, values: dict[str, str], *, path: Path, text: str, span: Span) -> Migration:
    undo = [Span(match.start("sql"), match.end("sql")) for match in _ROLLBACK.finditer(text, span.start, span.end)]
    undo = [] if [one.of(text).strip().lower() for one in undo] == ["empty"] else undo
    return Migration(
        version=identity,
        name="",
        up=_script(path, text, (span,), delimiter=values.get("enddelimiter", ";")),
        down=_script(path, text, tuple(undo), delimiter=values.get("rollbackenddelimiter", ";")) if undo else None,
        delivery=Delivery.SPLIT if values.get("runintransaction") == "false" else Delivery.TRANSACTION,
    )


def _script(path: Path, text: str, keep: tuple[Span, ...], *, delimiter: str) -> Script:
    lines = [] if delimiter == ";" else [re.escape(delimiter)]
    places = [
        Span(*match.span())
        for span in keep
        for pattern in lines
        for match in re.compile(rf"{pattern}(?=[ \t]*\r?$)", re.MULTILINE).finditer(text, span.start, span.end)
        if not text[: match.start()].rpartition("\n")[2].lstrip().startswith("--")
    ]
    return with_separators(path.resolve(), text, separators=places, keep=keep)
