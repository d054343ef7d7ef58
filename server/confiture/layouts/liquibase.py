"""Liquibase's formatted SQL: changesets in files that begin with ``--liquibase formatted sql``.

Files come in the order in which a root changelog here includes them, else by name, as includeAll takes them.
Source: https://github.com/liquibase/liquibase, liquibase-standard/src/main/java/liquibase:
parser/AbstractFormattedChangeLogParser.java (changesets, their attributes, properties, rollbacks of one and of several
lines), database/DatabaseList.java (``dbms``) and changelog/ChangeLogParameters.java (unknown ``${…}`` stay).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, history_of, with_separators
from confiture.layouts.sections import parts
from confiture.model.migration import Delivery, History, Migration
from confiture.model.script import Script
from confiture.model.span import Span

_HEADER = re.compile(r"\ufeff?\s*--\s*liquibase\s+formatted\s+sql", re.IGNORECASE)
_CHANGESET = re.compile(
    r"^[ \t]*--\s*changeset[ \t]+(?P<author>\"[^\"]+\"|[^:\n]+):[ \t]*(?P<id>\"[^\"]+\"|\S+)(?P<attributes>.*)$",
    re.MULTILINE | re.IGNORECASE,
)
_ROLLBACK = re.compile(
    r"^[ \t]*--[ \t]*rollback (?P<line>.*)$"
    r"|^[ \t]*/\*[ \t]*liquibase[ \t]+rollback[ \t\r]*$\n(?P<lines>(?:.*\n)*?.*?)\*/",
    re.MULTILINE | re.IGNORECASE,
)
_NOTHING = re.compile(r"(?:not required|empty)", re.IGNORECASE)
_OF_ANOTHER = re.compile(r"changesetid", re.IGNORECASE)
_PROPERTY = re.compile(
    r"^\s*--\s*property\s+.*?name:\s*(?P<name>\S+)\s+.*?value:\s*(?P<value>\S+)", re.MULTILINE | re.IGNORECASE
)
_IGNORED_LINES = re.compile(r"^--\s*ignoreLines:", re.MULTILINE | re.IGNORECASE)
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
        files = (path for path in folder.files if path.suffix == ".sql")
        found = next((path for path in files if _HEADER.match(folder.peek(path))), None)
        return f"{found.name} begins with --liquibase formatted sql" if found else None

    def read(self, folder: Folder) -> History:
        """Changesets in the order of the files and in them."""
        properties = dict(folder.variables)
        found = (migration for path in _ordered(folder) for migration in _read(path, folder, properties))
        return history_of(self, folder, found)


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


def _read(path: Path, folder: Folder, properties: dict[str, str]) -> Iterator[Migration]:
    """The changesets of a file, which may add to the ``properties`` of those behind it."""
    path, text = folder.read(path)
    for match in _PROPERTY.finditer(text):
        properties.setdefault(match["name"], match["value"])
    text = _PLACEHOLDER.sub(lambda match: properties.get(match["name"], match[0]), text)
    if not _CHANGESET.search(text):
        raise ProjectError(f"{path}: has no line --changeset author:id")
    if ignored := _IGNORED_LINES.search(text):
        line = text.count("\n", 0, ignored.start()) + 1
        raise ProjectError(f"{path}:{line}: --ignoreLines is not read by Confiture; take the lines out")
    for marker, span in parts(text, _CHANGESET):
        values = {
            match["name"].lower(): match["value"].strip('"') for match in _ATTRIBUTE.finditer(marker["attributes"])
        }
        if values.get("ignore", "").lower() == "true" or not _is_for_postgresql(values.get("dbms", "all")):
            continue
        yield _migration(f"{marker['author']}:{marker['id']}", values, path=path, text=text, span=span)


def _is_for_postgresql(dbms: str) -> bool:
    names = {name.strip().lower() for name in dbms.split(",")}
    if "all" in names or "none" in names:
        return "all" in names
    wanted = {name for name in names if not name.startswith("!")}
    return "!postgresql" not in names and (not wanted or "postgresql" in wanted)


def _migration(identity: str, values: Mapping[str, str], *, path: Path, text: str, span: Span) -> Migration:
    undo = _rollback(path, text, span)
    return Migration(
        version=identity.replace('"', ""),
        name="",
        up=_script(path, text, (span,), delimiter=values.get("enddelimiter", ";")),
        down=_script(path, text, undo, delimiter=values.get("rollbackenddelimiter", ";")) if undo else None,
        delivery=Delivery.SPLIT if values.get("runintransaction", "").lower() == "false" else Delivery.TRANSACTION,
    )


def _rollback(path: Path, text: str, changeset: Span) -> tuple[Span, ...]:
    """The parts of a changeset that undo it; none where nothing is needed."""
    spans = tuple(
        Span(*match.span("line" if match["line"] is not None else "lines"))
        for match in _ROLLBACK.finditer(text, changeset.start, changeset.end)
    )
    said = "".join(span.of(text) for span in spans)
    if _NOTHING.match(said.strip()):
        return ()
    if _OF_ANOTHER.search(said):
        line = text.count("\n", 0, spans[0].start) + 1
        raise ProjectError(f"{path}:{line}: a rollback that names another changeset is not read; write its SQL here")
    return spans


def _script(path: Path, text: str, keep: tuple[Span, ...], *, delimiter: str) -> Script:
    lines = [] if delimiter == ";" else [re.escape(delimiter)]
    places = [
        Span(*match.span())
        for span in keep
        for pattern in lines
        for match in re.compile(rf"{pattern}(?=[ \t]*\r?$)", re.MULTILINE).finditer(text, span.start, span.end)
        if not text[: match.start()].rpartition("\n")[2].lstrip().startswith("--")
    ]
    return with_separators(path, text, separators=places, keep=keep)
