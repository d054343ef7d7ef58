"""Repositories of git for tests, whatever the settings of git are where they run."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from command import write_files

GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@b",
}
ENVIRONMENT = {**{key: value for key, value in os.environ.items() if not key.startswith("GIT_")}, **GIT}


def git(*arguments: str, cwd: Path) -> str:
    finished = subprocess.run(
        ["git", *arguments], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return finished.stdout


def commit(repository: Path) -> None:
    git("add", "--all", cwd=repository)
    git("commit", "--quiet", "--allow-empty", "--message", "…", cwd=repository)


def begin(repository: Path, files: Mapping[str, str], *, project: str = ".") -> Path:
    """A repository with ``files`` of ``project`` on the branch main, on another branch now; returns the project."""
    root = repository / project
    write_files(files, root)
    git("init", "--quiet", "--initial-branch", "main", cwd=repository)
    commit(repository)
    git("switch", "--quiet", "--create", "work", cwd=repository)
    return root


def change(root: Path, files: Mapping[str, str | bool]) -> None:
    for name, text in files.items():
        path = root / name
        if isinstance(text, str):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        else:
            path.unlink()
