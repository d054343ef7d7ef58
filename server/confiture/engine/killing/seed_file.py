"""Which file gets new seed rows, and what is in it then."""

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from confiture.engine.killing.new_files import folder_of, name_for
from confiture.engine.project import Project, Seed
from confiture.engine.test_files import short, version_in_name
from confiture.model.lines import line_end_of
from confiture.model.migration import Migration
from confiture.model.span import Edit, Span
from confiture.sql import parse_script, read_source


@dataclass(frozen=True, slots=True)
class SeedFile:
    """Seed rows that a migration finds, because they are written right after the one before it.

    Attributes:
        version: of the migration before.
        text: all of it; empty when it is still to be made.
        start: what a new file begins with.
        exists: whether it is on disk.
    """

    path: Path
    version: str
    text: str = ""
    start: str = ""
    exists: bool = False

    def edit(self, inserts: str) -> Edit:
        """Puts ``inserts`` at the end of the file."""
        newline = line_end_of(self.text)
        joint = (newline if self.text.endswith(("\n", "\r")) else newline * 2) if self.text else self.start
        return Edit(Span(len(self.text), len(self.text)), joint + inserts.replace("\n", newline))

    def with_rows(self, inserts: str) -> str:
        """The file's text as it will be."""
        return self.text + self.edit(inserts).replacement

    def added_to(self, project: Project, inserts: str) -> Project:
        """``project`` as it will be."""
        seed = Seed(parse_script(self.path, self.with_rows(inserts)), self.version)
        others = [each for each in project.seeds if each.script.path != self.path]
        return replace(project, seeds=tuple(sorted([*others, seed], key=lambda each: each.script.path)))

    def with_text(self, text: str) -> "SeedFile":
        """The file with another text, for instance that of an editor."""
        return replace(self, text=text)


def seed_file_for(project: Project, migration: Migration) -> SeedFile | None:
    """The file of rows that ``migration`` finds; None for the first migration, which finds nothing."""
    index = project.history.migrations.index(migration)
    if not index:
        return None
    before = project.history.migrations[index - 1]
    pattern, root = PurePosixPath(project.config.seeds[0]), project.config.root
    parents = [path.parent for path in root.glob(str(pattern))]
    folder = max(sorted(set(parents)), key=parents.count, default=folder_of(pattern, root))
    path = folder / name_for(pattern, f"{before.version} rows for {migration.title}", suffix=".sql")
    if path.exists():
        return SeedFile(path, before.version, read_source(path), exists=True)
    bound_by_name = short(version_in_name(path)) == short(before.version)
    directive = "" if bound_by_name else f"-- confiture: migration {before.version}\n"
    said = f"-- Rows that show mistakes in {migration.title}; they are written right after the migration before it.\n"
    return SeedFile(path, before.version, start=f"{directive}{said}")
