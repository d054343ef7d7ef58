"""Where a new file of the project goes, so that the setting with its pattern finds it."""

import re
from pathlib import Path, PurePosixPath

_WORD = re.compile(r"[^0-9A-Za-z]+")
_WILDCARD = re.compile(r"[*?[]")


def name_for(pattern: PurePosixPath, words: str, *, suffix: str) -> str:
    """A file name made of ``words`` that fits ``pattern``; with this ``suffix`` where the pattern leaves it open."""
    name = _WORD.sub("_", words).strip("_")
    return pattern.name.replace("*", name, 1) if pattern.name.count("*") == 1 else f"{name}{suffix}"


def folder_of(pattern: PurePosixPath, root: Path) -> Path:
    """The folders of ``pattern`` without wildcards."""
    return root.joinpath(*(part for part in pattern.parts[:-1] if not _WILDCARD.search(part)))
