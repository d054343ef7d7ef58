"""Flyway: ``V1_2__name.sql``, undone by ``U1_2__name.sql``, repeatables ``R__name.sql``, baselines ``B1__name.sql``.

Directories below belong to it. A new database starts from the newest baseline; repeatables come last, by description.
Source: https://documentation.red-gate.com/fd (Versioned, Undo, Repeatable and Baseline Migrations; Script Config Files;
Placeholders; executeInTransaction).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import (
    OTHER_DATABASES,
    Folder,
    cached_script,
    counted,
    expand,
    history_of,
    refuse_twins,
)
from confiture.layouts.numbered import named
from confiture.model.migration import Delivery, History, Migration
from confiture.model.script import Script

_VERSIONED = re.compile(r"(?P<kind>[VUB])(?P<version>[0-9]+(?:[._][0-9]+)*)__(?P<name>.*)\.sql")
_REPEATABLE = re.compile(r"(?P<kind>R)(?P<version>)__(?P<name>.*)\.sql")
_PLACEHOLDER = re.compile(r"\$\{(?P<name>[^}\s]+)\}")
_SETTING = re.compile(r"^\s*flyway\.placeholders\.(?P<name>[^=\s]+)\s*=[ \t]*(?P<value>.*?)\s*$", re.MULTILINE)
_NOT_IN_TRANSACTION = re.compile(r"^\s*executeInTransaction\s*=\s*false\s*$", re.MULTILINE | re.IGNORECASE)
_ALONE = frozenset({"VACUUM", "CREATE DATABASE", "DROP DATABASE", "CREATE TABLESPACE", "DROP TABLESPACE"})
_ROOTS = frozenset({"migration", "migrations"})


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    kind: str
    version: str
    name: str

    @property
    def number(self) -> tuple[int, ...]:
        """``1.0`` is ``1``."""
        parts = [int(part) for part in re.split(r"[._]", self.version)] if self.version else []
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
        return tuple(parts)


@dataclass(frozen=True, slots=True)
class Flyway:
    """The layout of Flyway."""

    name: str = "flyway"
    example: str = "V1__name.sql, to undo it U1__name.sql, repeatable R__name.sql"
    nested: bool = True

    def recognise(self, folder: Folder) -> str | None:
        """Some file here, or below a directory that is named as Flyway's default, is versioned."""
        here = any(path.name.startswith(("V", "B")) for path in named(folder, _VERSIONED))
        if not here and not (folder.path.name in _ROOTS and any(file.kind == "V" for file in _files(folder))):
            return None
        found = [file.path for file in _files(folder)]
        return counted(found, [*folder.below("**/*.sql")], named_as="Flyway names them")

    def read(self, folder: Folder) -> History:
        """Versions by value, then repeatables by description."""
        files = _files(folder)
        versions, undos, baselines, repeatables = ([f for f in files if f.kind == kind] for kind in "VUBR")
        for kind in (versions, undos, baselines):
            refuse_twins((file.number, file.path) for file in kind)
        refuse_twins((file.name, file.path) for file in repeatables)
        if orphan := next((f for f in undos if f.number not in {v.number for v in versions}), None):
            raise ProjectError(f"{orphan.path}: there is no V{orphan.version}__….sql that this would undo")
        newest = max(baselines, key=lambda file: file.number, default=None)
        if newest:
            versions = [newest, *(file for file in versions if file.number > newest.number)]
        ordered = sorted(versions, key=lambda f: f.number) + sorted(repeatables, key=lambda f: f.name)
        undo = {file.number: file.path for file in undos}
        values = _placeholders(folder)
        migrations = (_migration(f, undo.get(f.number) if f.kind == "V" else None, folder, values) for f in ordered)
        return history_of(self, folder, migrations)


def _files(folder: Folder) -> list[_File]:
    found: list[_File] = []
    for path in dict.fromkeys((*folder.files, *folder.below("**/*.sql"))):
        inside = path.relative_to(folder.path).parts[:-1] if path.is_relative_to(folder.path) else ()
        match = _VERSIONED.fullmatch(path.name) or _REPEATABLE.fullmatch(path.name)
        if match and not OTHER_DATABASES.intersection(inside):
            found.append(_File(path, match["kind"], match["version"].replace("_", "."), match["name"]))
    return found


def _placeholders(folder: Folder) -> Mapping[str, str]:
    """The values of ``flyway.conf``, which the settings beat."""
    conf = next(folder.above("flyway.conf"), None)
    text = conf.read_text("utf-8", errors="replace") if conf else ""
    from_file = {match["name"]: match["value"] for match in _SETTING.finditer(text)}
    return {"flyway:defaultSchema": "public", **from_file, **folder.variables}


def _migration(file: _File, undo: Path | None, folder: Folder, values: Mapping[str, str]) -> Migration:
    up, delivery = _script(file.path, folder, values)
    down, down_delivery = _script(undo, folder, values) if undo else (None, None)
    title = file.name.replace("_", " ")
    return Migration(
        version=file.version or f"R {title}",
        name=title if file.version else "",
        up=up,
        down=down,
        delivery=delivery,
        down_delivery=down_delivery,
    )


def _script(path: Path, folder: Folder, values: Mapping[str, str]) -> tuple[Script, Delivery]:
    text = expand(path, folder.text(path), placeholder=_PLACEHOLDER, variables=values)
    script = cached_script(path.resolve(), text)
    conf = path.with_name(path.name + ".conf")
    alone = folder.exists(conf) and _NOT_IN_TRANSACTION.search(folder.text(conf)) is not None
    return script, Delivery.SPLIT if alone or _cannot_share(script) else Delivery.TRANSACTION


def _cannot_share(script: Script) -> bool:
    """Whether no statement can run in a transaction: Flyway then uses none; a mixture fails there as here."""
    statements = script.statements
    return bool(statements) and all("CONCURRENTLY" in one.words or one.kind in _ALONE for one in statements)
