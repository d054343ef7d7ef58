"""The files of a project that programs can read: what their answers depend on, beside the database."""

import hashlib
import os
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

from confiture.layouts.discovery import is_own_folder

_LARGEST_BYTES = 10_000_000
"""Of larger files only size and time count."""


def digest_of_files(root: Path, *, without: Collection[Path]) -> str:
    """Changes with the name or content of any file of the project.

    Folders that are hidden, or hold packages, environments and what builds make, are left out.

    Args:
        root: of the project.
        without: resolved paths of files that do not count.
    """
    digest = hashlib.sha256()
    for path in _files(root):
        if path in without:
            continue
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        try:
            status = path.stat()
            digest.update(_digest(path, status.st_size, status.st_mtime_ns))
        except OSError:
            digest.update(b"unreadable")
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for directory, names, files in os.walk(root):
        here = Path(directory)
        names[:] = sorted(name for name in names if is_own_folder(here / name))
        yield from (here / name for name in sorted(files) if not name.endswith(".pyc"))


@lru_cache(maxsize=50_000)
def _digest(path: Path, size: int, changed: int) -> bytes:
    if size > _LARGEST_BYTES:
        return f"{size} {changed}".encode()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
