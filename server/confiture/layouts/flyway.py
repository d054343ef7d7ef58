"""Flyway: ``V1_2__name.sql``, undone by ``U1_2__name.sql``, repeatables ``R__name.sql``, baselines ``B1__name.sql``.

Directories below belong to it. A new database starts from the newest baseline; repeatables come last, by description.
Settings stand in ``flyway.toml`` or ``flyway.conf``, those of one script in ``<script>.conf``.
Source: https://github.com/flyway/flyway, flyway-core, org/flywaydb/core: api/MigrationVersion.java (versions by value),
internal/resource/ResourceNameParser.java (names), internal/resolver/ResolvedMigrationComparator.java (order),
internal/sqlscript/ParserSqlScript.java and SqlScriptMetadata.java (transactions) and internal/parser/
PlaceholderReplacingReader.java; flyway-database-postgresql, PostgreSQLParser.java (what needs to stand alone);
https://documentation.red-gate.com/fd (Undo Migrations, Baseline Migrations, Flyway Execute In Transaction Setting).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

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

_VERSIONED = re.compile(r"(?P<kind>[VUB])(?P<version>[0-9]+(?:[._][0-9]+)*)(?:__(?P<name>.*))?\.sql")
_REPEATABLE = re.compile(r"(?P<kind>R)(?P<version>)__(?P<name>.*)\.sql")
_PLACEHOLDER = re.compile(r"\$\{(?P<name>[^}\s]+)\}")
_PROPERTY = re.compile(r"^[ \t]*(?P<name>[^#!=\s]+)[ \t]*=[ \t]*(?P<value>.*?)[ \t\r]*$", re.MULTILINE)
_ALONE = re.compile(
    r"(?:CREATE|DROP) (?:DATABASE|TABLESPACE|SUBSCRIPTION)\b|(?:CREATE|DROP) (?:UNIQUE )?INDEX CONCURRENTLY\b"
    r"|ALTER SYSTEM\b|REINDEX (?:VERBOSE )?(?:SCHEMA|DATABASE|SYSTEM)\b|VACUUM\b|DISCARD ALL\b"
)
_ROOTS = frozenset({"migration", "migrations"})


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    kind: str
    version: str
    name: str

    @property
    def description(self) -> str:
        """The name as Flyway shows and compares it."""
        return self.name.replace("_", " ")

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
        here = any(path.name.startswith(("V", "B")) for path in named(folder.files, _VERSIONED))
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
        ordered = sorted(versions, key=lambda f: f.number) + sorted(repeatables, key=lambda f: f.description)
        undo = {file.number: file.path for file in undos}
        settings = _settings(folder)
        migrations = (_migration(f, undo.get(f.number) if f.kind == "V" else None, folder, settings) for f in ordered)
        return history_of(self, folder, migrations)


def _files(folder: Folder) -> list[_File]:
    found: list[_File] = []
    for path in folder.with_below():
        inside = path.relative_to(folder.path).parts[:-1] if path.is_relative_to(folder.path) else ()
        match = _VERSIONED.fullmatch(path.name) or _REPEATABLE.fullmatch(path.name)
        if match and not OTHER_DATABASES.intersection(inside):
            found.append(_File(path, match["kind"], match["version"].replace("_", "."), match["name"] or ""))
    return found


def _settings(folder: Folder) -> dict[str, str]:
    """The project's settings by lower-case name: ``executeintransaction``, ``placeholders.owner``."""
    path = next(folder.above("flyway.toml", "flyway.conf"), None)
    if path is None:
        return {}
    text = path.read_text("utf-8", errors="replace")
    if path.suffix == ".conf":
        return {name.removeprefix("flyway."): value for name, value in _properties(text).items()}
    try:
        return dict(_flat(tomllib.loads(text).get("flyway", {})))
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"{path}: not valid TOML: {error}") from error


def _properties(text: str) -> dict[str, str]:
    return {match["name"].lower(): match["value"] for match in _PROPERTY.finditer(text)}


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(cast("dict[str, object]", value), f"{prefix}{key.lower()}.")
        else:
            yield prefix + key.lower(), str(value)


def _migration(file: _File, undo: Path | None, folder: Folder, settings: Mapping[str, str]) -> Migration:
    up, delivery = _script(file.path, folder, settings)
    down, down_delivery = _script(undo, folder, settings) if undo else (None, None)
    return Migration(
        version=file.version or f"R {file.description}",
        name=file.description if file.version else "",
        up=up,
        down=down,
        delivery=delivery,
        down_delivery=down_delivery,
    )


def _script(path: Path, folder: Folder, settings: Mapping[str, str]) -> tuple[Script, Delivery]:
    conf = path.with_name(path.name + ".conf")
    own = _properties(folder.text(conf)) if folder.exists(conf) else {}
    resolved, text = folder.read(path)
    if _flag("placeholderreplacement", own, settings):
        text = expand(path, text, placeholder=_PLACEHOLDER, variables=_values(path, text, folder, settings))
    script = cached_script(resolved, text)
    together = _flag("executeintransaction", own, settings)
    if "executeintransaction" not in own and _stands_alone(script, mixed=settings.get("mixed", "").lower() == "true"):
        together = False
    return script, Delivery.TRANSACTION if together else Delivery.SPLIT


def _flag(name: str, *settings: Mapping[str, str]) -> bool:
    """The first that says something decides; without a word it is on."""
    return next((said[name].lower() == "true" for said in settings if name in said), True)


def _values(path: Path, text: str, folder: Folder, settings: Mapping[str, str]) -> dict[str, str]:
    """The value of each placeholder that has one; case does not count, and Confiture's own settings beat Flyway's."""
    known = {"flyway:defaultschema": settings.get("defaultschema", "public"), "flyway:filename": path.name}
    known |= {name.removeprefix("placeholders."): value for name, value in settings.items() if "placeholders." in name}
    known |= {name.lower(): value for name, value in folder.variables.items()}
    names = {match["name"] for match in _PLACEHOLDER.finditer(text)}
    return {name: known[name.lower()] for name in names if name.lower() in known}


def _stands_alone(script: Script, *, mixed: bool) -> bool:
    """Whether statements keep Flyway from using a transaction.

    A script that mixes them with others is refused there, and by PostgreSQL here, unless the setting ``mixed`` is on.
    """
    alone = (_ALONE.match(" ".join(statement.words[:4])) is not None for statement in script.statements)
    return any(alone) if mixed else bool(script.statements) and all(alone)
