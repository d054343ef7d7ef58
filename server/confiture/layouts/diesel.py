"""diesel: a directory per migration with ``up.sql``, ``down.sql`` and perhaps ``metadata.toml``.

The version is the name up to the first ``_`` without its ``-``; versions are compared as texts. A ``metadata.toml``
that does not say ``run_in_transaction = true`` means false.
Source: https://github.com/diesel-rs/diesel, diesel_migrations: migrations_internals/src/lib.rs (version_from_string,
TomlMetadata), src/file_based_migrations.rs (batch_execute) and src/migration_harness.rs (pending_migrations: order).
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, history_of, refuse_twins
from confiture.model.migration import Delivery, History, Migration


@dataclass(frozen=True, slots=True)
class Diesel:
    """The layout of diesel."""

    name: str = "diesel"
    example: str = "2024-01-01-000000_name/up.sql and down.sql"
    nested: bool = True

    def recognise(self, folder: Folder) -> str | None:
        """Some directory with a version has an up script."""
        found = [path for path in _directories(folder) if path.name[:1].isdigit()]
        if not found:
            return None
        have = "directory has" if len(found) == 1 else "directories have"
        return f"{len(found)} {have} an up.sql as diesel wants it, for instance {found[0].name}"

    def read(self, folder: Folder) -> History:
        """Migrations by version, compared as text."""
        found = [(_version(path), path) for path in _directories(folder)]
        refuse_twins(found)
        return history_of(self, folder, (_migration(version, path, folder) for version, path in sorted(found)))


def _directories(folder: Folder) -> list[Path]:
    return [path.parent for path in folder.below("*/up.sql") if not path.parent.name.startswith(".")]


def _version(path: Path) -> str:
    return path.name.split("_")[0].replace("-", "")


def _migration(version: str, path: Path, folder: Folder) -> Migration:
    return Migration(
        version=version,
        name=path.name.partition("_")[2],
        up=folder.script(path / "up.sql"),
        down=folder.optional(path / "down.sql"),
        delivery=Delivery.TRANSACTION if _in_transaction(path / "metadata.toml", folder) else Delivery.ONE_STRING,
    )


def _in_transaction(metadata: Path, folder: Folder) -> bool:
    if not folder.exists(metadata):
        return True
    try:
        return tomllib.loads(folder.text(metadata)).get("run_in_transaction", False) is True
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"{metadata}: not valid TOML: {error}") from error
