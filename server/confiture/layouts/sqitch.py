"""sqitch: changes in the order of ``sqitch.plan``, in ``deploy/``, ``revert/`` and ``verify/``, run by psql.

Verify scripts become tests of their change. The earlier form of a reworked change is in ``name@tag.sql``.
Source: https://sqitch.org/docs/manual/sqitch-plan/ (the plan) and sqitchtutorial (reworking).
"""

import re
from collections.abc import Iterator
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
        return history_of(self, folder, (_migration(name, file, top, folder, plan) for name, file in changes))


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


def _changes(plan: str) -> Iterator[tuple[str, str]]:
    """Each change with the name of its files: of a name that comes again, the first tag behind it is a part."""
    lines = [line for line in plan.splitlines() if line.strip() and not line.lstrip().startswith(("#", "%"))]
    for index, line in enumerate(lines):
        match = _CHANGE.match(line)
        if not match or line.lstrip().startswith(("@", "-")):
            continue
        name = match["name"]
        later = lines[index + 1 :]
        reworked = any((again := _CHANGE.match(one)) and again["name"] == name for one in later)
        tag = next((found["tag"] for one in later if (found := _TAG.match(one))), "") if reworked else ""
        yield name, f"{name}@{tag}" if tag else name


def _migration(name: str, file: str, top: Path, folder: Folder, plan: Path) -> Migration:
    deploy = top / "deploy" / f"{file}.sql"
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
