"""The file of baselines: what each operation cost when the user last accepted it."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from confiture.errors import ProjectError
from confiture.model.migration import Migration
from confiture.model.profile import Baseline, Environment, Lock, LockMode, Profile

_FORMAT = 1


def key_of(migration: Migration, profile: Profile) -> str:
    """The name of an operation among all of the project."""
    return f"{migration.version} {profile.operation}"


class BaselineStore:
    """Baselines in one JSON file with sorted keys, so that version control can merge it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> dict[str, Baseline]:
        """All baselines by `key_of`; none when there is no file yet.

        Raises:
            ProjectError: the file cannot be read; it is left as it is.
        """
        try:
            data = json.loads(self.path.read_text("utf-8"))
            if data["format"] != _FORMAT:
                raise ValueError(f"format {data['format']} is not {_FORMAT}")
            return {key: _read(value) for key, value in data["operations"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"{self.path}: cannot read the baselines ({error}); mend or remove the file, it was left as it is"
            raise ProjectError(message) from error

    def accept(self, profiles: Mapping[str, Profile], environment: Environment) -> None:
        """Makes ``profiles`` the baselines of their keys.

        Raises:
            ProjectError: the file cannot be read or written.
        """
        today = datetime.now(UTC).date().isoformat()
        self._write({**self.load(), **{key: Baseline(p, environment, today) for key, p in profiles.items()}})

    def record_first(self, profiles: Mapping[str, Profile], environment: Environment) -> None:
        """Like `accept`, but only for keys that have no baseline yet."""
        known = self.load()
        new = {key: profile for key, profile in profiles.items() if key not in known}
        if new:
            self.accept(new, environment)

    def _write(self, baselines: Mapping[str, Baseline]) -> None:
        data = {"format": _FORMAT, "operations": {key: _written(value) for key, value in baselines.items()}}
        text = json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
            temporary.write_text(text, "utf-8")
            temporary.replace(self.path)
        except OSError as error:
            raise ProjectError(f"{self.path}: cannot write the baselines: {error.strerror}") from error


def _written(baseline: Baseline) -> dict[str, Any]:
    data = asdict(baseline)
    data["profile"]["locks"] = {lock.table: lock.mode.name for lock in baseline.profile.locks}
    return data


def _read(data: Mapping[str, Any]) -> Baseline:
    profile = dict(data["profile"])
    locks = profile.pop("locks")
    for name in ("samples", "rewrites", "scans"):
        profile[name] = tuple(profile[name])
    locked = tuple(Lock(table, LockMode[mode]) for table, mode in sorted(locks.items()))
    return Baseline(Profile(**profile, locks=locked), Environment(**data["environment"]), data["accepted"])
