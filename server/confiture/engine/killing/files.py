"""Which file of the project gets a new test, and what is in it then."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from confiture.engine.killing.claim import Claim
from confiture.engine.project import Project
from confiture.engine.test_files import version_in_name
from confiture.model.migration import Migration
from confiture.oracles.sql_file import SqlOracle
from confiture.sql import parse_script, read_source

_WORD = re.compile(r"[^0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class TestFile:
    """A test that runs right after one migration.

    Attributes:
        text: all of it; empty when it is still to be made.
        head: what a new file begins with.
        exists: whether it is on disk.
    """

    __test__ = False  # not a test of ours, whatever pytest may think of the name

    path: Path
    version: str
    text: str = ""
    head: str = ""
    exists: bool = False

    def addition(self, claims: Iterable[Claim]) -> str:
        """What is to be put at the end of the file to make it say ``claims`` too."""
        newline = "\r\n" if "\r\n" in self.text else "\n"
        return self._joint(newline) + newline.join(claim.text.replace("\n", newline) for claim in claims)

    def _joint(self, newline: str) -> str:
        """What stands between the text and its addition: an empty line, and a semicolon if that is missing."""
        if not self.text:
            return self.head
        statements = parse_script(self.path, self.text).statements
        unfinished = bool(statements) and statements[-1].end == statements[-1].span.end
        ended = self.text.endswith(("\n", "\r"))
        return ("" if ended else newline) + (f";{newline}" if unfinished else "") + newline

    def oracle(self, claims: Iterable[Claim] = ()) -> SqlOracle:
        """The test as it will be with ``claims``."""
        chosen = list(claims)
        text = self.text + (self.addition(chosen) if chosen else "")
        return SqlOracle(self.path.name, parse_script(self.path, text), self.version)

    def with_text(self, text: str) -> "TestFile":
        """The file with another text, for instance that of an editor."""
        return replace(self, text=text)


def file_for(project: Project, migration: Migration) -> TestFile:
    """The newest file of tests that are bound to ``migration``; else one that is to be made beside the others."""
    verify = migration.verify.path if migration.verify else None
    bound = [test.script.path for test in project.tests_of(migration) if test.script.path != verify]
    if bound:
        return TestFile(bound[-1], migration.version, read_source(bound[-1]), exists=True)
    path = _new_path(project, migration)
    said = version_in_name(path)
    short = (migration.version.lstrip("0") or migration.version) if said else ""
    head = "" if said and said.lstrip("0") == short else f"-- confiture: migration {migration.version}\n\n"
    return TestFile(path, migration.version, head=head)


def _new_path(project: Project, migration: Migration) -> Path:
    """A path that the setting ``tests`` finds: with the project's other tests, named after the migration."""
    pattern = PurePosixPath(project.config.tests[0])
    name = _WORD.sub("_", migration.title).strip("_")
    file_name = pattern.name.replace("*", name, 1) if pattern.name.count("*") == 1 else f"{name}.sql"
    path = _directory(project, pattern) / file_name
    number = 2
    while path.exists():
        path = path.with_name(file_name.replace(name, f"{name}_{number}", 1))
        number += 1
    return path


def _directory(project: Project, pattern: PurePosixPath) -> Path:
    verify = {migration.verify.path for migration in project.history.migrations if migration.verify}
    paths = [test.script.path for test in project.tests if test.script.path not in verify]
    parents = [path.parent for path in paths if path.match(pattern.name)]
    if parents:
        return max(sorted(set(parents)), key=parents.count)
    fixed = [part for part in pattern.parts[:-1] if "*" not in part and "?" not in part and "[" not in part]
    return project.config.root.joinpath(*fixed)
