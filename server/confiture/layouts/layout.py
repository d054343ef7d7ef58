"""What a layout is, and what all of them share."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from confiture.errors import ProjectError
from confiture.model.migration import History, Migration
from confiture.model.script import Script
from confiture.model.span import Span
from confiture.sql import parse_script, read_source
from confiture.sql.psql import without_appearance

NO_TEXTS: Mapping[Path, str] = MappingProxyType({})

OTHER_DATABASES = frozenset(
    {"mysql", "mariadb", "sqlite", "sqlite3", "mssql", "sqlserver", "oracle", "h2", "clickhouse", "cockroach"}
)
"""Names by which projects tell their scripts for other databases apart."""

_TEXTS = 4
"""Texts of one file whose scripts are remembered."""
_GO_ACTION = re.compile(r"\{\{.*?(?:\}\}|$)", re.MULTILINE)


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

    @property
    def nested(self) -> bool:
        """Whether the directories below belong to the history."""
        ...

    def recognise(self, folder: "Folder") -> str | None:
        """Why the files of ``folder`` look like this tool's, for people; None when they do not."""
        ...

    def read(self, folder: "Folder") -> History:
        """The history in ``folder``.

        Raises:
            ProjectError: the files contradict each other or one cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read of a folder so far.

    Attributes:
        files: by path, where a file is without symbolic links, and its text.
        matches: by glob, the files that match it.
    """

    files: dict[Path, tuple[Path, str]] = field(default_factory=dict[Path, tuple[Path, str]])
    matches: dict[str, tuple[Path, ...]] = field(default_factory=dict[str, tuple[Path, ...]])


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory that may hold a history.

    Attributes:
        path: resolved.
        files: directly in it, on disk or only in an editor, by name; without tests and seeds.
        texts: by resolved path, what an editor holds instead of the file or before there is one.
        variables: values that templates ask for, by name.
        seen: what was read of it; many layouts look at files before one of them reads the history.
    """

    path: Path
    files: tuple[Path, ...]
    texts: Mapping[Path, str] = field(default_factory=dict[Path, str])
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    seen: Seen = field(default_factory=Seen, repr=False, compare=False)

    def below(self, pattern: str) -> tuple[Path, ...]:
        """The files that match a glob, on disk or only in an editor, by path."""
        if pattern not in self.seen.matches:
            unsaved = {path for path in self.texts if path.is_relative_to(self.path)}
            matching = {path for path in unsaved if path.relative_to(self.path).match(pattern)}
            on_disk = {path for path in self.path.glob(pattern) if path.is_file()}
            self.seen.matches[pattern] = tuple(sorted(matching | on_disk))
        return self.seen.matches[pattern]

    def with_below(self) -> tuple[Path, ...]:
        """The files of this directory, and the SQL files of those below."""
        return tuple(dict.fromkeys((*self.files, *self.below("**/*.sql"))))

    def above(self, *names: str) -> Iterator[Path]:
        """Files of these names here or in a directory above, up to the repository's root, the nearest first."""
        for directory in (self.path, *self.path.parents):
            yield from (path for name in names if (path := directory / name).is_file())
            if (directory / ".git").exists():
                return

    def mention(self, word: str, *, of: Sequence[str]) -> Path | None:
        """The nearest manifest of one of these names whose text has ``word``."""
        return next((path for path in self.above(*of) if word in path.read_text("utf-8", errors="replace")), None)

    def text(self, path: Path) -> str:
        """What the editor or else the file says.

        Raises:
            ProjectError: the file cannot be read or is not UTF-8.
        """
        return self.read(path)[1]

    def peek(self, path: Path) -> str:
        """As `text`, to recognise a tool by: as far as the file can be read."""
        try:
            return self.text(path)
        except ProjectError:
            return _legible(path)

    def read(self, path: Path) -> tuple[Path, str]:
        """Where the file is, without symbolic links, and its `text`.

        Raises:
            ProjectError: the file cannot be read or is not UTF-8.
        """
        if path not in self.seen.files:
            resolved = self._resolved(path)
            text = self.texts.get(path, self.texts.get(resolved))
            self.seen.files[path] = (resolved, read_source(resolved) if text is None else text)
        return self.seen.files[path]

    def exists(self, path: Path) -> bool:
        """Whether there is such a file, on disk or in an editor."""
        return path in self.texts or path.is_file()

    def script(self, path: Path) -> Script:
        """The script that fills a whole file.

        Raises:
            ProjectError: the file cannot be read or is not UTF-8.
        """
        return cached_script(*self.read(path))

    def _resolved(self, path: Path) -> Path:
        """``path`` without symbolic links, of which the folder's own has none."""
        if path.is_symlink() or path.name == "..":
            return path.resolve()
        parent = path.parent
        if parent in (self.path, path):
            return path
        resolved = self._resolved(parent)
        return path if resolved == parent else resolved / path.name

    def optional(self, path: Path) -> Script | None:
        """The script of a file that need not be there."""
        return self.script(path) if self.exists(path) else None

    def for_psql(self, path: Path) -> Script:
        """As `script`, for a tool that gives its files to psql."""
        return psql_script(*self.read(path))


def _legible(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def files_of(directory: Path, texts: Mapping[Path, str] = NO_TEXTS) -> tuple[Path, ...]:
    """The files directly in ``directory``, on disk or only in an editor, by name.

    Raises:
        ProjectError: the directory cannot be read.
    """
    try:
        with os.scandir(directory) as entries:
            names = {entry.name for entry in entries if entry.is_file()}
    except OSError as error:
        raise ProjectError(f"{directory}: cannot be read: {error.strerror}") from error
    names |= {path.name for path in texts if path.parent == directory}
    return tuple(directory / name for name in sorted(names))


def cached_script(path: Path, source: str, keep: tuple[Span, ...] | None = None, *, of: str | None = None) -> Script:
    """As `parse_script`; a history is read at every save, and most of it has not changed.

    Args:
        path: of the file.
        source: the script's text.
        keep: see `parse_script`.
        of: the file's text, where that of the script is made from it.
    """
    known = _texts_of(path)(source if of is None else of)
    if (source, keep) not in known:
        known[source, keep] = parse_script(path, source, keep=keep)
    return known[source, keep]


@lru_cache(maxsize=8192)
def _texts_of(path: Path) -> Callable[[str], dict[tuple[str, tuple[Span, ...] | None], Script]]:  # noqa: ARG001
    """The scripts of a file by its text, for the last few texts of it: who types all day makes thousands."""

    @lru_cache(maxsize=_TEXTS)
    def scripts_of(_: str) -> dict[tuple[str, tuple[Span, ...] | None], Script]:
        return {}

    return scripts_of


def psql_script(path: Path, source: str) -> Script:
    """The script that psql makes of a file."""
    return replace(cached_script(path, without_appearance(source)), source=source)


def with_separators(script_path: Path, source: str, *, separators: Iterable[Span], keep: tuple[Span, ...]) -> Script:
    """The script whose statements are parted by ``separators``, which count as semicolons."""
    text = source
    for span in separators:
        # Behind the line break of a separator that begins with one: the line above may end in a comment.
        semicolon = "\n;" if source[span.start] == "\n" and span.end - span.start > 1 else ";"
        text = text[: span.start] + semicolon.ljust(span.end - span.start) + text[span.end :]
    return replace(cached_script(script_path, text, keep, of=source), source=source)


def expand(path: Path, text: str, *, placeholder: re.Pattern[str], variables: Mapping[str, str]) -> str:
    """``text`` with each ``placeholder``, whose group ``name`` names it, replaced by its value.

    Values have one line, so that lines stay where they are in the file; columns behind a value do not.

    Raises:
        ProjectError: a variable has no value.
    """

    def value(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in variables:
            line = text.count("\n", 0, match.start()) + 1
            hint = f'set it in confiture.toml: [variables] then {name} = "…"'
            raise ProjectError(f"{path}:{line}: {match[0]} has no value; {hint}")
        return variables[name]

    return placeholder.sub(value, text)


def expand_go_template(path: Path, text: str, *, placeholder: re.Pattern[str], variables: Mapping[str, str]) -> str:
    """As `expand`, of a template of Go, in which two braces always begin an action.

    Args:
        path: of the file.
        text: the template.
        placeholder: the actions that only ask for a value.
        variables: the values.

    Raises:
        ProjectError: a variable has no value, or an action is another one.
    """
    expanded = expand(path, text, placeholder=placeholder, variables=variables)
    other = _GO_ACTION.search(placeholder.sub(lambda match: " " * len(match[0]), text))
    if other:
        line = text.count("\n", 0, other.start()) + 1
        raise ProjectError(f"{path}:{line}: {other[0]} is more than a value; Confiture only fills in values")
    return expanded


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


def history_of(layout: Layout, folder: Folder, migrations: Iterable[Migration]) -> History:
    """The history that ``layout`` read from ``folder``.

    Raises:
        ProjectError: it has no migrations.
    """
    found = tuple(migrations)
    if not found:
        message = f"{folder.path}: there is no migration of {layout.name}; its files look like {layout.example}"
        raise ProjectError(message)
    return History(folder.path, layout.name, layout.recognise(folder) or f"layout = {layout.name!r}", found)


def counted(matching: Sequence[Path], files: Sequence[Path], *, named_as: str) -> str:
    """A reason in words, which also tells how many SQL files do not count."""
    others = sum(path.suffix == ".sql" for path in files) - len(matching)
    shown = f"{len(matching)} {'file is' if len(matching) == 1 else 'files are'} named as {named_as}"
    return f"{shown}, for instance {matching[0].name}" + (f"; {others} other .sql files do not count" if others else "")
