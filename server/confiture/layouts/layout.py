"""What a layout is, and what all of them share."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from confiture.errors import ProjectError
from confiture.model.migration import History, Migration
from confiture.model.script import Script
from confiture.model.span import Span
from confiture.sql import parse_script, read_source

NO_TEXTS: Mapping[Path, str] = MappingProxyType({})


class Layout(Protocol):
    """How one migration tool names, orders and delivers its files."""

    @property
    def name(self) -> str:
        """As users write it in the setting ``layout``."""
        ...

    @property
    def example(self) -> str:
        """What its files look like, for people."""
        ...

    def recognise(self, files: Sequence[Path]) -> str | None:
        """Why the files of one directory look like this tool's, for people; None when they do not."""
        ...

    def read(self, directory: Path, *, texts: Mapping[Path, str] = NO_TEXTS) -> History:
        """The history in ``directory``.

        Args:
            directory: a resolved path.
            texts: by resolved path, what an editor holds instead of the file or before there is one.

        Raises:
            ProjectError: the files contradict each other or one cannot be read.
        """
        ...


def files_of(directory: Path, texts: Mapping[Path, str] = NO_TEXTS) -> tuple[Path, ...]:
    """The files directly in ``directory``, on disk or only in an editor, by name.

    Raises:
        ProjectError: the directory cannot be read.
    """
    try:
        found = {path for path in directory.iterdir() if path.is_file()}
    except OSError as error:
        raise ProjectError(f"{directory}: cannot be read: {error.strerror}") from error
    return tuple(sorted(found | {path for path in texts if path.parent == directory}))


def source_of(path: Path, texts: Mapping[Path, str]) -> str:
    """What the editor or else the file says.

    Raises:
        ProjectError: the file cannot be read or is not UTF-8.
    """
    resolved = path.resolve()
    text = texts.get(path, texts.get(resolved))
    return read_source(resolved) if text is None else text


def script_of(path: Path, texts: Mapping[Path, str]) -> Script:
    """The script that fills a whole file.

    Raises:
        ProjectError: the file cannot be read or is not UTF-8.
    """
    return cached_script(path.resolve(), source_of(path, texts))


@lru_cache(maxsize=2048)
def cached_script(path: Path, source: str, keep: tuple[Span, ...] | None = None) -> Script:
    """As `parse_script`; a history is read at every save, and most of it has not changed."""
    return parse_script(path, source, keep=keep)


def refuse_twins(migrations: Iterable[tuple[object, Path]]) -> None:
    """Makes sure that each version, the first of each pair, has one file.

    Raises:
        ProjectError: names two files of one version.
    """
    seen: dict[object, Path] = {}
    for version, path in migrations:
        other = seen.setdefault(version, path)
        if other != path:
            raise ProjectError(
                f"{path.parent}: {other.name} and {path.name} have the same version; give one another version"
            )


def history_of(layout: Layout, directory: Path, *, files: Sequence[Path], migrations: Iterable[Migration]) -> History:
    """The history that ``layout`` read from ``files``.

    Raises:
        ProjectError: it has no migrations.
    """
    found = tuple(migrations)
    if not found:
        raise ProjectError(f"{directory}: there is no migration of {layout.name}; its files look like {layout.example}")
    return History(directory, layout.name, layout.recognise(files) or f"layout = {layout.name!r}", found)


def counted(matching: Sequence[Path], files: Sequence[Path], *, named_as: str) -> str:
    """A reason in words, which also tells how many SQL files do not count."""
    others = sum(path.suffix == ".sql" for path in files) - len(matching)
    shown = f"{len(matching)} {'file is' if len(matching) == 1 else 'files are'} named as {named_as}"
    return f"{shown}, for instance {matching[0].name}" + (f"; {others} other .sql files do not count" if others else "")
