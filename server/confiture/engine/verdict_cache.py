"""The file of verdicts that are already known. Nothing depends on it but time: it may be deleted or damaged at will."""

import hashlib
import json
import logging
import sqlite3
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from confiture.model.verdict import Status, Verdict

logger = logging.getLogger(__name__)

_KEPT = 100_000
"""Verdicts kept; those that were not asked for longest go first. One takes some 300 bytes."""
_AT_A_TIME = 500
_PATIENCE_SECONDS = 1.0
_SCHEMA = "CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, verdict TEXT, digest TEXT, used INTEGER)"


class VerdictCache:
    """Verdicts by their key, in one file that any number of processes use at once."""

    def __init__(self, root: Path) -> None:
        """Of the project in ``root``; its folder tells version control to ignore it."""
        self.path = root / ".confiture" / "cache" / "verdicts.sqlite3"

    def find(self, keys: Iterable[str]) -> dict[str, Verdict]:
        """What is known of ``keys``; nothing when the file cannot be read."""
        found: dict[str, Verdict] = {}
        wanted = list(keys)
        if not self.path.exists():
            return found
        with self._forgiving(), closing(self._connect()) as connection:
            for start in range(0, len(wanted), _AT_A_TIME):
                some = wanted[start : start + _AT_A_TIME]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, verdict, digest FROM verdicts WHERE key IN ({marks})"  # noqa: S608 - only marks
                for key, written, digest in connection.execute(query, some):
                    if digest == _digest(key, written):
                        found[key] = _read(written)
        return found

    def keep(self, verdicts: Mapping[str, Verdict], *, used: Iterable[str] = ()) -> None:
        """Adds ``verdicts``; they and the keys in ``used`` are the last to be forgotten."""
        if not verdicts:
            return
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            (self.path.parent / ".gitignore").write_text("*\n", "utf-8")
        with self._forgiving(), closing(self._connect()) as connection, connection:
            connection.execute(_SCHEMA)
            [(latest,)] = connection.execute("SELECT coalesce(max(used), 0) + 1 FROM verdicts")
            connection.executemany("UPDATE verdicts SET used = ? WHERE key = ?", [(latest, key) for key in used])
            rows = [(key, _written(verdict)) for key, verdict in verdicts.items()]
            connection.executemany(
                "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?)",
                [(key, written, _digest(key, written), latest) for key, written in rows],
            )
            connection.execute(
                "DELETE FROM verdicts WHERE key IN (SELECT key FROM verdicts ORDER BY used DESC LIMIT -1 OFFSET ?)",
                [_KEPT],
            )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_PATIENCE_SECONDS)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    @contextmanager
    def _forgiving(self) -> Generator[None]:
        """What goes wrong with the file ends its use for now; a file that is no database is removed."""
        try:
            yield
        except sqlite3.OperationalError as error:
            logger.info("verdicts are not remembered: %s", error)
        except sqlite3.DatabaseError as error:
            logger.info("verdicts are forgotten: %s", error)
            with suppress(OSError):
                self.path.unlink()


def _written(verdict: Verdict) -> str:
    return json.dumps({**asdict(verdict), "status": verdict.status.value})


def _read(written: str) -> Verdict:
    data = json.loads(written)
    status = Status(data.pop("status"))
    return Verdict(status, **data)


def _digest(key: str, written: str) -> str:
    return hashlib.sha256(f"{key} {written}".encode()).hexdigest()
