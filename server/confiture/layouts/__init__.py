"""How migration tools name, order and deliver their files. To add one: a file, a line in `LAYOUTS`, its cases."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from confiture.config import Config
from confiture.errors import ConfigError, ProjectError
from confiture.layouts.dbmate import Dbmate
from confiture.layouts.discovery import discover, recognise
from confiture.layouts.golang_migrate import GolangMigrate
from confiture.layouts.layout import NO_TEXTS, Layout, files_of
from confiture.layouts.plain import Plain
from confiture.model.migration import History

__all__ = ["LAYOUTS", "Layout", "find_history"]

LAYOUTS: tuple[Layout, ...] = (GolangMigrate(), Dbmate(), Plain())
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
        return found.layout.read(found.directory, texts=texts)
    directory = config.migrations.resolve()
    if not directory.is_dir():
        raise ProjectError(f"{directory}: not a directory; the setting migrations names it")
    layout = layouts[0] if config.layout else _recognised(directory, layouts, texts)
    return layout.read(directory, texts=texts)


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


def _recognised(directory: Path, layouts: Sequence[Layout], texts: Mapping[Path, str]) -> Layout:
    found = recognise(layouts, directory, files=files_of(directory, texts))
    if found:
        return found.layout
    looked_for = "".join(f"\n  {layout.name}: {layout.example}" for layout in layouts)
    raise ProjectError(
        f"{directory}: no migrations found; looked for{looked_for}\nThe setting migrations names this place."
    )
