"""From the paths of a command line to the migrations they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from confiture.errors import ProjectError

if TYPE_CHECKING:
    from confiture.engine.project import Project
    from confiture.model.migration import History, Migration


@dataclass(frozen=True, slots=True)
class Scope:
    """A project and those of its migrations that are meant, in the order of the history."""

    project: "Project"
    migrations: "tuple[Migration, ...]"


def scope_of(paths: Sequence[Path], *, environment: Mapping[str, str], overrides: Mapping[str, object]) -> Scope:
    """The project that ``paths`` (by default the working directory) lie in, and which of its migrations they mean.

    A file means its migration. A directory means all migrations in it; a directory without any, such as the root of
    a project, means all migrations of its project.

    Raises:
        ConfigError: a setting is wrong.
        ProjectError: a path does not exist or is no part of a history, or the paths lie in several.
    """
    from confiture.engine.project import load_project

    meant = [path.resolve() for path in paths or (Path.cwd(),)]
    for path in meant:
        if not path.exists():
            raise ProjectError(f"{path}: there is no such file or directory")
    projects = [load_project(path, environment=environment, overrides=overrides) for path in meant]
    project = projects[0]
    roots = sorted({str(each.history.root) for each in projects})
    if len(roots) > 1:
        raise ProjectError(f"{' and '.join(roots)} are different histories; check one at a time")
    chosen = {index for path in meant for index in _meant(path, project.history)}
    return Scope(project, tuple(project.history.migrations[index] for index in sorted(chosen)))


def _meant(path: Path, history: "History") -> Sequence[int]:
    """Places in ``history`` of the migrations that ``path`` means."""
    everything = range(len(history.migrations))
    if path.is_dir():
        inside = [index for index in everything if history.migrations[index].up.path.resolve().is_relative_to(path)]
        return inside or everything
    index = history.index_of(path)
    if index is None:
        raise ProjectError(
            f"{path}: not part of the history in {history.root} (read as {history.layout}: {history.reason}); "
            "move it there, or name another directory with the setting `migrations`"
        )
    return [index]
