"""Which file of the project gets a new test, and what is in it then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path, PurePosixPath

from confiture.engine.killing.claim import Claim
from confiture.engine.killing.new_files import folder_of, name_for
from confiture.engine.killing.styles import sql, style_of
from confiture.engine.killing.styles.style import Style
from confiture.engine.project import Project
from confiture.engine.test_files import short, version_in_name
from confiture.model.migration import Migration
from confiture.model.span import Edit, Span, apply_edits, merged
from confiture.oracles.sql_file import SqlOracle
from confiture.sql import parse_script, read_source


@dataclass(frozen=True, slots=True)
class TestFile:
    """A test that runs right after one migration.

    Attributes:
        text: all of it; empty when it is still to be made.
        start: what a new file begins with.
        exists: whether it is on disk.
        style: that it is written in.
    """

    __test__ = False  # not a test of ours, whatever pytest may think of the name

    path: Path
    version: str
    text: str = ""
    start: str = ""
    exists: bool = False
    style: Style = sql.STYLE

    def edit(self, claims: Sequence[Claim]) -> Edit:
        """Makes the file's text say ``claims`` too."""
        if not self.text:
            return Edit(Span(0, 0), apply_edits(self.start, self.style.insert(self.start, claims)))
        return merged(self.text, self.style.insert(self.text, claims))

    def with_claims(self, claims: Sequence[Claim]) -> str:
        """The file's text as it will be."""
        return apply_edits(self.text, [self.edit(claims)]) if claims else self.text

    def said(self, claims: Sequence[Claim]) -> str:
        """Only what is new in it."""
        return self.style.say(claims, self.text or self.start)

    def oracle(self, claims: Sequence[Claim] = ()) -> SqlOracle:
        """The test as it will be with ``claims``; only these where we cannot ask a whole file of its style."""
        if self.style.oracle:
            return self.style.oracle(self.path, self.with_claims(claims), self.version)
        return SqlOracle(self.path.name, parse_script(self.path, sql.say(claims, "")), self.version)

    def with_text(self, text: str) -> "TestFile":
        """The file with another text, for instance that of an editor."""
        return replace(self, text=text)


def file_for(project: Project, migration: Migration) -> TestFile:
    """The newest file of tests that are bound to ``migration``; else one that is to be made beside the others."""
    verify = migration.verify.path if migration.verify else None
    bound = [test.script.path for test in project.tests_of(migration) if test.script.path != verify]
    if bound:
        text = read_source(bound[-1])
        return TestFile(bound[-1], migration.version, text, exists=True, style=style_of(bound[-1], text))
    example = _example(project)
    text = read_source(example) if example else ""
    style = style_of(example, text) if example else sql.STYLE
    path = _new_path(project, migration, example, style)
    bound_by_name = short(version_in_name(path)) == short(migration.version)
    head = "" if bound_by_name else f"-- confiture: migration {migration.version}\n\n"
    return TestFile(path, migration.version, start=style.begin(head, text), style=style)


def _example(project: Project) -> Path | None:
    """A test in the style, and the directory, of most of the project's tests."""
    paths = [test.script.path for test in project.tests if test.script.path not in project.verify_files]
    kinds = [(style_of(path, read_source(path)).name, path.parent) for path in paths]
    usual = max(sorted(set(kinds)), key=kinds.count, default=None)
    return next((path for path, kind in zip(paths, kinds, strict=True) if kind == usual), None)


def _new_path(project: Project, migration: Migration, example: Path | None, style: Style) -> Path:
    """A path that the setting ``tests`` finds: with the project's other tests, named after the migration."""
    patterns = [PurePosixPath(pattern) for pattern in project.config.tests]
    pattern = next((each for each in patterns if example and example.match(each.name)), patterns[0])
    folder = example.parent if example else folder_of(pattern, project.config.root)
    titles = (f"{migration.title}{f' {number}' if number > 1 else ''}" for number in count(1))
    paths = (folder / name_for(pattern, title, suffix=style.suffix) for title in titles)
    return next(path for path in paths if not path.exists())
