"""sqitch: changes in the order of ``sqitch.plan``, in ``deploy/``, ``revert/`` and ``verify/``, run by psql.

Verify scripts become tests of their change. The earlier form of a reworked change is in ``name@tag.sql``.
Source: https://github.com/sqitchers/sqitch, lib/App/Sqitch: Plan.pm (_parse: the plan, rework tags), Plan/Change.pm
(_path_segments: files of reworked changes), Target.pm (directories) and Engine/pg.pm (psql).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, history_of
from confiture.model.migration import Delivery, History, Migration

_CHANGE = re.compile(r"\s*\+?\s*(?P<name>[^\s@#\[%+-][^\s\[#]*)")
_TAG = re.compile(r"\s*@(?P<tag>[^\s#]+)")
_CONTENTS = re.compile(r"^\s*(?P<key>top_dir|plan_file)\s*=\s*(?P<value>\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sqitch:
    """The layout of sqitch."""

    name: str = "sqitch"
    example: str = "sqitch.plan with deploy/name.sql, revert/name.sql and verify/name.sql"
    nested: bool = True

    def recognise(self, folder: Folder) -> str | None:
        """There is a plan."""
        plan = _plan(folder)
        return f"{plan.name} lists {len(list(_changes(folder.text(plan))))} changes" if plan else None

    def read(self, folder: Folder) -> History:
        """Changes in the order of the plan."""
        plan = _plan(folder)
        if plan is None:
            raise ProjectError(f"{folder.path}: there is no sqitch.plan")
        top = _top(folder)
        changes = list(_changes(folder.text(plan)))
        return history_of(self, folder, (_migration(name, files, top, folder, plan) for name, files in changes))


def _conf(folder: Folder, key: str) -> str | None:
    path = folder.path / "sqitch.conf"
    found = _CONTENTS.finditer(folder.text(path)) if folder.exists(path) else ()
    return next((match["value"] for match in found if match["key"] == key), None)


def _top(folder: Folder) -> Path:
    return (folder.path / (_conf(folder, "top_dir") or ".")).resolve()


def _plan(folder: Folder) -> Path | None:
    named = _conf(folder, "plan_file")
    path = folder.path / named if named else _top(folder) / "sqitch.plan"
    return path if folder.exists(path) else None


def _changes(plan: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each change with the names its files may have: of one that is reworked later, with a tag between, newest first."""
    lines = [line for line in plan.splitlines() if line.strip() and not line.lstrip().startswith(("#", "%"))]
    for index, line in enumerate(lines):
        match = _CHANGE.match(line)
        if not match or line.lstrip().startswith(("@", "-")):
            continue
        name = match["name"]
        tags: list[str] = []
        for later in lines[index + 1 :]:
            if tag := _TAG.match(later):
                tags.insert(0, f"{name}@{tag['tag']}")
            elif (again := _CHANGE.match(later)) and again["name"] == name:
                yield name, tuple(tags) or (name,)
                break
        else:
            yield name, (name,)


def _migration(name: str, files: Sequence[str], top: Path, folder: Folder, plan: Path) -> Migration:
    deploys = {file: top / "deploy" / f"{file}.sql" for file in files}
    file = next((file for file, path in deploys.items() if folder.exists(path)), files[0])
    deploy = deploys[file]
    if not folder.exists(deploy):
        raise ProjectError(f"{plan}: names the change {name}, but there is no {deploy.relative_to(top).as_posix()}")
    return Migration(
        version=file,
        name="",
        up=folder.script(deploy),
        down=folder.optional(top / "revert" / f"{file}.sql"),
        delivery=Delivery.SPLIT,
        verify=folder.optional(top / "verify" / f"{file}.sql"),
    )
