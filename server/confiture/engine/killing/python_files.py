"""Where tests in Python go, in projects whose tests pytest runs: beside those that reach the database."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from confiture.engine.killing.new_files import name_for
from confiture.engine.killing.styles import python
from confiture.engine.test_kinds import pytest_files, python_files
from confiture.sql import read_source


def python_place(root: Path, arguments: Sequence[str], title: str) -> tuple[Path, Path | None]:
    """The file for tests of one migration, and one that it is to be like.

    Args:
        root: of the project.
        arguments: of pytest; files and folders of the project among them are where it looks for tests.
        title: of the migration, for a new file.
    """
    places = [root / argument.partition("::")[0] for argument in arguments]
    named = [path for path in places if path.is_relative_to(root) and ".." not in path.parts and path.exists()]
    like = _usual([*_tests(root, named)])
    if named and all(path.is_file() for path in named):
        return (like or named[0]), like
    folder = like.parent if like else next((path for path in named if path.is_dir()), root / "tests")
    return folder / name_for(PurePosixPath("test_*.py"), title, suffix=".py"), like


def _tests(root: Path, named: Sequence[Path]) -> Iterator[Path]:
    """The files of tests below ``named``, or anywhere without these; those that name a database come first."""
    found = dict.fromkeys((*pytest_files(root), *python_files(root)))
    for path in found:
        if path.name != "conftest.py" and (not named or any(path.is_relative_to(place) for place in named)):
            yield path


def _usual(files: Sequence[Path]) -> Path | None:
    """The first of ``files`` whose fixture for the database is that of most; without any, the first of all."""
    fixtures = [python.access_in(read_source(path)) for path in files]
    usual = max(filter(None, fixtures), key=fixtures.count, default="")
    return files[fixtures.index(usual)] if usual in fixtures else next(iter(files), None)
