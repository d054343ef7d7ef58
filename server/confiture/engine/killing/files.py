"""Which file of the project gets a new test, and what is in it then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path, PurePosixPath

from confiture.engine.killing.claim import Claim
from confiture.engine.killing.new_files import folder_of, name_for
from confiture.engine.killing.python_files import python_place
from confiture.engine.killing.styles import python, sql, style_of
from confiture.engine.killing.styles.style import Style
from confiture.engine.project import Project, test_in
from confiture.engine.test_files import FileTest, short, version_in_name, with_source
from confiture.model.migration import Migration
from confiture.model.span import Edit, Span, apply_edits, merged
from confiture.sql import read_source


@dataclass(frozen=True, slots=True)
class TestFile:
    """A file of tests of one migration.

    Attributes:
        text: all of it; empty when it is still to be made.
        start: what a new file begins with.
        like: the text of a file that its tests are to be like; its own when it has one.
        exists: whether it is on disk.
        style: that it is written in.
        test: what asks it right after the migration; None when pytest does so, at the head of the history.
    """

    __test__ = False  # not a test of ours, whatever pytest may think of the name

    path: Path
    text: str = ""
    start: str = ""
    like: str = ""
    exists: bool = False
    style: Style = sql.STYLE
    test: FileTest | None = None

    def edit(self, claims: Sequence[Claim]) -> Edit:
        """Makes the file's text say ``claims`` too."""
        if not self.text:
            return Edit(Span(0, 0), apply_edits(self.start, self.style.insert(self.start, claims, self.like)))
        return merged(self.text, self.style.insert(self.text, claims, self.like))

    def with_claims(self, claims: Sequence[Claim]) -> str:
        """The file's text as it will be."""
        return apply_edits(self.text, [self.edit(claims)]) if claims else self.text

    def said(self, claims: Sequence[Claim]) -> str:
        """Only what is new in it."""
        return self.style.say(claims, self.text or self.start, self.like)

    def test_with(self, claims: Sequence[Claim]) -> FileTest | None:
        """The `test` as it will be."""
        return with_source(self.test, self.with_claims(claims)) if self.test else None

    def with_text(self, text: str) -> "TestFile":
        """The file with another text, for instance that of an editor."""
        return replace(self, text=text)


def file_for(project: Project, migration: Migration) -> TestFile:
    """The newest file of tests that are bound to ``migration``; else one that is to be made beside the others.

    In Python, where pytest runs all of the project's tests.

    Raises:
        ProjectError: a file of tests cannot be read.
    """
    own = _own_tests(project)
    if project.config.pytest and not own:
        return _python_file(project, migration)
    bound = [path for path, version in own.items() if version == migration.version]
    if bound:
        text = read_source(bound[-1])
        test = test_in(project, bound[-1], text)
        return TestFile(bound[-1], text, like=text, exists=True, style=style_of(bound[-1], text), test=test)
    example = _example([*own])
    text = read_source(example) if example else ""
    style = style_of(example, text) if example else sql.STYLE
    path = _new_path(project, migration, example, style)
    bound_by_name = short(version_in_name(path)) == short(migration.version)
    head = "" if bound_by_name else f"-- confiture: migration {migration.version}\n\n"
    start = style.begin(head, text)
    return TestFile(path, start=start, like=text, style=style, test=test_in(project, path, start))


def _python_file(project: Project, migration: Migration) -> TestFile:
    path, example = python_place(project.config.root, project.config.pytest, migration.title)
    if path.exists():
        text = read_source(path)
        return TestFile(path, text, like=text, exists=True, style=python.STYLE)
    like = read_source(example) if example else ""
    return TestFile(path, start=python.begin("", like), like=like, style=python.STYLE)


def _own_tests(project: Project) -> dict[Path, str | None]:
    """The files of tests in SQL that are not the migration tool's, with the versions that they are bound to."""
    tests = (test for test in project.tests if test.script.path not in project.verify_files)
    return {test.script.path: test.version for test in tests}


def _example(paths: Sequence[Path]) -> Path | None:
    """A test in the style, and the directory, of most of the tests in ``paths``."""
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
