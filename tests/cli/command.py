"""Running ``confiture`` as users do: as a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What a process said."""

    code: int
    stdout: str
    stderr: str


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The tests' environment without what changes output; the package is found from the sources."""
    mine = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    sources = str(Path(__file__).parents[2] / "server")
    return {**mine, "PYTHONPATH": sources, "PYTHONWARNINGS": "error", **(more or {})}


def start(
    arguments: Sequence[str], *, cwd: Path, more: Mapping[str, str] | None = None, stderr: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """Starts ``confiture``; the caller waits for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "confiture", *arguments],
        cwd=cwd,
        env=environment(more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        encoding="utf-8",
    )


def run(*arguments: str, cwd: Path, more: Mapping[str, str] | None = None) -> Answer:
    """Runs ``confiture`` to its end; one that hangs is killed and fails the test."""
    process = start(arguments, cwd=cwd, more=more)
    try:
        stdout, stderr = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        raise
    return Answer(process.returncode, stdout, stderr)


def write_files(files: Mapping[str, str], root: Path) -> None:
    """Writes ``files``, by path relative to ``root``; every project gets a settings file, which marks its root."""
    for name, text in {"confiture.toml": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
