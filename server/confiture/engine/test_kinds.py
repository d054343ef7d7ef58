"""Which kinds of tests a project has, and where."""

import os
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path

from confiture.engine.project import Project
from confiture.layouts.discovery import is_own_folder
from confiture.oracles.pgtap import PgtapOracle

_NAMES = ("test_*.py", "*_test.py", "conftest.py")
_SIGNS = (b"DATABASE_URL", b"test_db_connection")
_LARGEST_BYTES = 1_000_000


class Kind(Enum):
    """How a project's tests are written."""

    SQL = "SQL"
    PGTAP = "pgTAP"
    VERIFY = "sqitch verify"
    PYTEST = "pytest"


def kinds_of_tests(project: Project) -> Mapping[Kind, tuple[Path, ...]]:
    """The files of each kind; kinds that the project does not have are left out.

    Those of pytest are the files that name a database, whether or not the settings say that they are asked.
    """
    verify = project.verify_files
    found: dict[Kind, list[Path]] = {}
    for test in project.tests:
        path = test.script.path
        kind = Kind.PGTAP if isinstance(test, PgtapOracle) else Kind.VERIFY if path in verify else Kind.SQL
        found.setdefault(kind, []).append(path)
    if files := list(pytest_files(project.config.root)):
        found[Kind.PYTEST] = files
    return {kind: tuple(paths) for kind, paths in found.items()}


def pytest_files(root: Path) -> Iterator[Path]:
    """The files below ``root`` of which pytest reads tests or fixtures, and which name a database."""
    for directory, names, files in os.walk(root):
        here = Path(directory)
        names[:] = sorted(name for name in names if is_own_folder(here / name))
        for path in (here / name for name in sorted(files)):
            if any(path.match(name) for name in _NAMES) and _names_a_database(path):
                yield path


def pytest_folders(root: Path) -> tuple[str, ...]:
    """The uppermost folders of `pytest_files`, relative to ``root``, as arguments of pytest."""
    folders = sorted({path.parent.relative_to(root) for path in pytest_files(root)})
    return tuple(one.as_posix() for one in folders if not any(above in one.parents for above in folders))


def _names_a_database(path: Path) -> bool:
    try:
        return path.stat().st_size <= _LARGEST_BYTES and any(sign in path.read_bytes() for sign in _SIGNS)
    except OSError:
        return False
