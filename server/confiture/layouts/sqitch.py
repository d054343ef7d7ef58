"""sqitch: changes in the order of ``sqitch.plan``, in ``deploy/``, ``revert/`` and ``verify/``, run by psql.

Verify scripts become tests of their change. The earlier form of a reworked change is in ``name@tag.sql``.
Source: https://github.com/sqitchers/sqitch, lib/App/Sqitch: Plan.pm (_parse: the plan, rework tags), Plan/Change.pm
(_path_segments: files of reworked changes), Target.pm (directories) and Engine/pg.pm (psql).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, history_of
from confiture.model.migration import Delivery, History, Migration
from confiture.model.script import Script

_CHANGE = re.compile(r"\s*\+?\s*(?P<name>[^\s@#\[%+-][^\s\[#]*)")
_TAG = re.compile(r"\s*@(?P<tag>[^\s#]+)")
_CONF_LINE = re.compile(r"^\s*(?:\[(?P<section>[^]]*)\]|(?P<key>\w+)\s*=\s*(?P<value>.*?)\s*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sqitch:
    """The layout of sqitch."""

    name: str = "sqitch"
    example: str = "sqitch.plan with deploy/name.sql, revert/name.sql and verify/name.sql"
    nested: bool = True

    def recognise(self, folder: Folder) -> str | None:
        """There is a plan."""
        plan = _plan(folder)
        return f"{plan.name} lists {len(_changes(folder.text(plan)))} changes" if plan else None

    def read(self, folder: Folder) -> History:
        """Changes in the order of the plan."""
        plan = _plan(folder)
        if plan is None:
            raise ProjectError(f"{folder.path}: there is no sqitch.plan")
        files, changes = _files(folder), _changes(folder.text(plan))
        return history_of(self, folder, (_migration(change, names, files, plan) for change, names in changes))


def _conf(folder: Folder) -> dict[str, str]:
    """The settings of PostgreSQL's engine in ``sqitch.conf``, before those of all engines."""
    path = folder.path / "sqitch.conf"
    found: dict[str, dict[str, str]] = {"core": {}, 'engine "pg"': {}}
    section = ""
    for match in _CONF_LINE.finditer(folder.text(path) if folder.exists(path) else ""):
        section = section if match["section"] is None else match["section"].strip()
        if match["key"] and section in found:
            found[section][match["key"]] = match["value"].strip('"')
    return found["core"] | found['engine "pg"']


def _plan(folder: Folder) -> Path | None:
    conf = _conf(folder)
    path = folder.path / conf.get("plan_file", f"{conf.get('top_dir', '.')}/sqitch.plan")
    return path if folder.exists(path) else None


def _changes(plan: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each change with the names its files may have; of one that is reworked after a tag, with the newest tag first."""
    tags: list[str] = []
    changes: list[tuple[str, int]] = []
    for line in plan.splitlines():
        if tag := _TAG.match(line):
            tags.append(tag["tag"])
        elif change := _CHANGE.match(line):
            changes.append((change["name"], len(tags)))
    found: list[tuple[str, tuple[str, ...]]] = []
    reworked: dict[str, int] = {}
    for name, before in reversed(changes):
        between = tags[before : reworked.get(name, before)]
        found.append((name, tuple(f"{name}@{tag}" for tag in reversed(between)) or (name,)))
        reworked[name] = before
    return found[::-1]


@dataclass(frozen=True, slots=True)
class _Files:
    """Where the scripts of changes are.

    Attributes:
        directories: by what their scripts do.
        suffix: of their names.
    """

    folder: Folder
    directories: Mapping[str, Path]
    suffix: str

    def path(self, way: str, name: str) -> Path:
        """The ``deploy``, ``revert`` or ``verify`` script called ``name``."""
        return self.directories[way] / f"{name}{self.suffix}"

    def optional(self, way: str, name: str) -> Script | None:
        """A script that need not be there."""
        path = self.path(way, name)
        return self.folder.for_psql(path) if self.folder.exists(path) else None


def _files(folder: Folder) -> _Files:
    conf = _conf(folder)
    top = conf.get("top_dir", ".")
    names = {way: conf.get(f"{way}_dir", f"{top}/{way}") for way in ("deploy", "revert", "verify")}
    directories = {way: (folder.path / name).resolve() for way, name in names.items()}
    return _Files(folder, directories, f".{conf.get('extension', 'sql')}")


def _migration(change: str, names: Sequence[str], files: _Files, plan: Path) -> Migration:
    name = next((name for name in names if files.folder.exists(files.path("deploy", name))), names[0])
    deploy = files.optional("deploy", name)
    if deploy is None:
        missing = files.path("deploy", name)
        shown = missing.relative_to(files.folder.path) if missing.is_relative_to(files.folder.path) else missing
        raise ProjectError(f"{plan}: names the change {change}, but there is no {shown.as_posix()}")
    return Migration(
        version=name,
        name="",
        up=deploy,
        down=files.optional("revert", name),
        delivery=Delivery.SPLIT,
        verify=files.optional("verify", name),
    )
