"""How migration tools name, order and deliver their files. To add one: a file, a line in `LAYOUTS`, its cases."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from confiture.config import Config
from confiture.errors import ConfigError, ProjectError
from confiture.layouts.atlas import Atlas
from confiture.layouts.dbmate import Dbmate
from confiture.layouts.diesel import Diesel
from confiture.layouts.discovery import discover, recognise
from confiture.layouts.drizzle import Drizzle
from confiture.layouts.flyway import Flyway
from confiture.layouts.golang_migrate import GolangMigrate
from confiture.layouts.goose import Goose
from confiture.layouts.layout import NO_TEXTS, Folder, Layout, files_of
from confiture.layouts.liquibase import Liquibase
from confiture.layouts.own import Own
from confiture.layouts.plain import Plain
from confiture.layouts.pop import Pop
from confiture.layouts.prisma import Prisma
from confiture.layouts.refinery import Refinery
from confiture.layouts.sqitch import Sqitch
from confiture.layouts.sqlx import Sqlx
from confiture.layouts.supabase import Supabase
from confiture.layouts.tern import Tern
from confiture.model.migration import History

__all__ = ["LAYOUTS", "Layout", "find_history"]

LAYOUTS: tuple[Layout, ...] = (
    Supabase(),
    Sqitch(),
    Liquibase(),
    Goose(),
    Dbmate(),
    Tern(),
    Drizzle(),
    Pop(),
    Sqlx(),
    Refinery(),
    GolangMigrate(),
    Flyway(),
    Atlas(),
    Diesel(),
    Prisma(),
    Own(),
    Plain(),
)
"""In the order in which they are asked; the names that a layout wants grow weaker from first to last."""


def find_history(config: Config, *, near: Path | None = None, texts: Mapping[Path, str] = NO_TEXTS) -> History:
    """The history of a project.

    Args:
        config: says where it is and of which layout, or leaves that to be found out.
        near: a file or directory that is worked on; of several histories, the nearest counts.
        texts: by resolved path, what an editor holds instead of a file.

    Raises:
        ConfigError: the layout is unknown.
        ProjectError: there is no history, there are several, or it cannot be read.
    """
    layouts = _layouts(config)
    if config.migrations is None:
        found = discover(config, layouts, near=near)
        folder = _folder(found.directory.resolve(), config, texts)
        return found.layout.read(folder if texts else replace(folder, seen=found.folder.seen))
    directory = config.migrations.resolve()
    if not directory.is_dir():
        raise ProjectError(f"{directory}: not a directory; the setting migrations names it")
    folder = _folder(directory, config, texts)
    layout = layouts[0] if config.layout else _recognised(folder, layouts)
    return layout.read(folder)


def _folder(directory: Path, config: Config, texts: Mapping[Path, str]) -> Folder:
    return Folder(directory, files_of(directory, texts), texts, config.variables)


def _layouts(config: Config) -> tuple[Layout, ...]:
    if config.layout is None:
        return LAYOUTS
    chosen = tuple(layout for layout in LAYOUTS if layout.name == config.layout)
    if not chosen:
        names = [layout.name for layout in LAYOUTS]
        near = get_close_matches(config.layout, names, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
        raise ConfigError(f"layout: {config.layout!r} is not known; {hint}")
    return chosen


def _recognised(folder: Folder, layouts: Sequence[Layout]) -> Layout:
    found = recognise(layouts, folder)
    if found:
        return found.layout
    looked_for = "".join(f"\n  {layout.name}: {layout.example}" for layout in layouts)
    raise ProjectError(
        f"{folder.path}: no migrations found; looked for{looked_for}\nThe setting migrations names this place."
    )
