"""Finding the directory of migrations, where the settings do not name it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from confiture.config import Config
from confiture.errors import ProjectError
from confiture.layouts.layout import OTHER_DATABASES, Folder, Layout, files_of

_DEPTH = 8
_OF_TOOLS = frozenset(
    {"node_modules", "vendor", "site-packages", "__pycache__", "venv", "env", "target", "dist", "build", "testdata"}
)


@dataclass(frozen=True, slots=True)
class Discovery:
    """A directory whose files some layout recognised."""

    folder: Folder
    layout: Layout
    reason: str

    @property
    def directory(self) -> Path:
        """Where the files are."""
        return self.folder.path


def recognise(layouts: Sequence[Layout], folder: Folder) -> Discovery | None:
    """The first of ``layouts`` that ``folder`` looks like."""
    for layout in layouts:
        if reason := layout.recognise(folder):
            return Discovery(folder, layout, reason)
    return None


def discover(config: Config, layouts: Sequence[Layout], *, near: Path | None) -> Discovery:
    """The one directory of migrations in the project.

    Where there are several, the ones nearest to ``near`` count: those below its directory, else below that one's
    parent, and so on up to the root.

    Raises:
        ProjectError: there is none, or several are equally near.
    """
    root = config.root
    start = _directory_of(near) if near else root
    ignored = _tests_and_seeds(config)
    if start.is_dir() and (here := _recognise_here(start, layouts, ignored=ignored)):
        return here
    found = [*_search(root, layouts, ignored=ignored)]
    if not found:
        raise ProjectError(_nothing_found(config, layouts))
    for ancestor in (start, *start.parents):
        nearest = [one for one in found if one.directory.is_relative_to(ancestor)]
        if nearest:
            return _only(nearest, config)
    return _only(found, config)


def _directory_of(near: Path) -> Path:
    resolved = near.resolve()
    return resolved if resolved.is_dir() else resolved.parent


def _recognise_here(directory: Path, layouts: Sequence[Layout], *, ignored: frozenset[Path]) -> Discovery | None:
    return recognise(layouts, Folder(directory, tuple(path for path in files_of(directory) if path not in ignored)))


def _search(root: Path, layouts: Sequence[Layout], *, ignored: frozenset[Path]) -> Iterator[Discovery]:
    for directory, names, files in os.walk(root):
        here = Path(directory)
        depth = len(here.relative_to(root).parts)
        names[:] = sorted(name for name in names if depth < _DEPTH and _may_hold_ours(here / name))
        paths = tuple(path for name in sorted(files) if (path := here / name) not in ignored)
        if found := recognise(layouts, Folder(here, paths)):
            yield found
            if found.layout.nested:
                names.clear()


def _may_hold_ours(directory: Path) -> bool:
    return directory.name not in OTHER_DATABASES and is_own_folder(directory)


def is_own_folder(directory: Path) -> bool:
    """Whether the project itself fills ``directory``, and no tool does."""
    hidden = directory.name.startswith(".") or directory.name in _OF_TOOLS
    # A data directory of PostgreSQL that a container left in the project cannot be entered.
    return not hidden and os.access(directory, os.R_OK | os.X_OK) and not (directory / "pyvenv.cfg").exists()


def _tests_and_seeds(config: Config) -> frozenset[Path]:
    """Their names may begin with a version, as those of migrations do."""
    return frozenset(path for glob in (*config.tests, *config.seeds) for path in config.root.glob(glob))


def _only(found: Sequence[Discovery], config: Config) -> Discovery:
    if len(found) == 1:
        return found[0]
    listed = "".join(f"\n  {_relative(one.directory, config.root)} ({one.layout.name}: {one.reason})" for one in found)
    example = _relative(found[0].directory, config.root)
    raise ProjectError(
        f"{config.root}: {len(found)} directories may hold the migrations:{listed}\n"
        f'Name one in confiture.toml, for instance migrations = "{example}", or open a file in it.'
    )


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _nothing_found(config: Config, layouts: Sequence[Layout]) -> str:
    looked_for = "".join(f"\n  {layout.name}: {layout.example}" for layout in layouts)
    return (
        f"{config.root}: no migrations found there or in directories {_DEPTH} levels below; looked for{looked_for}\n"
        "Set migrations (the directory) and, where the names do not tell, layout in confiture.toml "
        "or in [tool.confiture] of pyproject.toml."
    )
