"""Where pgTAP comes from: the server, or a package whose SQL is loaded into our scratch databases.

pgTAP is plain SQL: what one PostgreSQL's package has can be loaded into another one.
"""

import re
import tarfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from confiture.config import PostgresConfig
from confiture.errors import ProjectError
from confiture.postgres.installation import extension_folder, find_installations
from confiture.postgres.session import Session

NPM_PACKAGE = "@electric-sql/pglite-pgtap"
_ARCHIVE = Path("node_modules", *NPM_PACKAGE.split("/"), "dist", "pgtap.tar.gz")
_SCRIPT = re.compile(r"pgtap--(\d+(?:\.\d+)*)\.sql")
_META_COMMAND = re.compile(r"^\\.*$", re.MULTILINE)


def pgtap_script(session: Session, config: PostgresConfig, *, root: Path, schema: str | None) -> tuple[Path, str]:
    """The SQL that makes pgTAP in a database, and the file that it is from.

    Args:
        session: on any database of the server.
        config: says which installations there are.
        root: the project, whose npm packages may have pgTAP.
        schema: that gets pgTAP; public by default.

    Raises:
        ProjectError: there is no pgTAP; the message says what to install.
    """
    where = f"CREATE SCHEMA IF NOT EXISTS {schema};\n" if schema else ""
    if session.query("SELECT 1 FROM pg_catalog.pg_available_extensions WHERE name = 'pgtap'"):
        target = f" SCHEMA {schema}" if schema else ""
        return root / "pgtap.sql", f"{where}CREATE EXTENSION pgtap{target};"
    for path in (*_npm_packages(root), *_installed(config)):
        text = _text(path)
        return path, f"{where}SET search_path = {schema};\n{text}\nRESET search_path;" if schema else text
    raise ProjectError(
        f"pgTAP is missing: {session.server.origin} does not have it, and no package with its SQL was found.\n"
        f"Install it for that server (Debian: postgresql-{session.server.version}-pgtap), or, for any server, "
        f"npm install --save-dev {NPM_PACKAGE} in {root}."
    )


def _npm_packages(root: Path) -> Iterator[Path]:
    return (path for folder in (root, *root.parents) if (path := folder / _ARCHIVE).is_file())


def _installed(config: PostgresConfig) -> Iterator[Path]:
    """The newest pgTAP of each PostgreSQL on this machine."""
    for lead in find_installations(config):
        folder = extension_folder(lead.installation) if lead.installation else None
        scripts = [path for path in folder.glob("pgtap--*.sql") if _SCRIPT.fullmatch(path.name)] if folder else []
        yield from sorted(scripts, key=lambda path: _version(path.name), reverse=True)[:1]


def _version(name: str) -> tuple[int, ...]:
    match = _SCRIPT.fullmatch(name)
    return tuple(map(int, match[1].split("."))) if match else ()


@lru_cache(maxsize=4)
def _text(path: Path) -> str:
    if path.suffix == ".sql":
        return _META_COMMAND.sub("", path.read_text("utf-8"))
    with tarfile.open(path) as archive:
        names = [name for name in archive.getnames() if _SCRIPT.fullmatch(Path(name).name)]
        newest = max(names, key=lambda name: _version(Path(name).name), default=None)
        file = archive.extractfile(newest) if newest else None
        if file is None:
            raise ProjectError(f"{path}: there is no pgtap--….sql in this archive; install {NPM_PACKAGE} anew")
        return _META_COMMAND.sub("", file.read().decode("utf-8"))
