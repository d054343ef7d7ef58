"""The file of baselines: what each operation cost when the user last accepted it."""

import json
import os
import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from confiture.errors import ProjectError
from confiture.model.migration import Migration
from confiture.model.profile import Baseline, Environment, Lock, LockMode, Profile
from confiture.postgres.filelock import Guard

_FORMAT = 1


def key_of(migration: Migration, profile: Profile) -> str:
    """The name of an operation among all of the project."""
    return f"{migration.version} {profile.operation}"


def matched(
    migration: Migration, profiles: Sequence[Profile], baselines: Mapping[str, Baseline]
) -> list[Baseline | None]:
    """The baseline of each of ``profiles``: that of the same text, else that of the same name.

    Names of statements that do alike are counted, and a new statement before them moves the count on. A baseline
    whose text still stands in the script belongs to that text alone.
    """
    own = {key: value for key, value in baselines.items() if key.startswith(f"{migration.version} ")}
    by_text = {(_uncounted(value.profile.operation), value.profile.sql): value for value in own.values()}
    texts = {(_uncounted(profile.operation), profile.sql) for profile in profiles}
    found: list[Baseline | None] = []
    for profile in profiles:
        same_text = by_text.get((_uncounted(profile.operation), profile.sql))
        named = own.get(key_of(migration, profile))
        taken = named is not None and (_uncounted(named.profile.operation), named.profile.sql) in texts
        found.append(same_text or (None if taken else named))
    return found


def _uncounted(operation: str) -> str:
    return re.sub(r" #\d+$", "", operation)


class BaselineStore:
    """Baselines in one JSON file with sorted keys, so that version control can merge it.

    Any number of processes may share it. What `accept` returned from is in the file, and the file is always whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> dict[str, Baseline]:
        """All baselines by `key_of`; none when there is no file yet.

        Raises:
            ProjectError: the file cannot be read; it is left as it is.
        """
        try:
            text = self.path.read_text("utf-8")
            return _parse(text)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ProjectError(f"{self.path}: cannot read the baselines: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"{self.path}: cannot read the baselines ({error}); mend or remove the file, it was left as it is"
            raise ProjectError(message) from error

    def accept(self, profiles: Mapping[str, Profile], environment: Environment) -> None:
        """Makes ``profiles`` the baselines of their keys.

        Raises:
            ProjectError: the file cannot be read or written.
        """
        with self.alone():
            self.put(profiles, environment)

    def record_first(self, profiles: Mapping[str, Profile], environment: Environment) -> None:
        """Like `accept`, but only for keys that have no baseline yet."""
        if profiles.keys() <= self.load().keys():
            return
        with self.alone():
            known = self.load()
            self.put({key: profile for key, profile in profiles.items() if key not in known}, environment)

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keeps all other writers out.

        Raises:
            ProjectError: the folder cannot be written.
        """
        lock = self.path.with_name(f"{self.path.name}.lock")
        guard = Guard(lock)
        try:
            guard.__enter__()
        except OSError as error:
            raise ProjectError(f"{self.path}: cannot write the baselines: {error.strerror}") from error
        try:
            yield
        finally:
            with suppress(OSError):  # Windows keeps it, for nobody may remove what another process waits for there.
                lock.unlink()
            guard.__exit__(None, None, None)

    def put(self, profiles: Mapping[str, Profile], environment: Environment) -> None:
        """What `accept` does, to be called `alone`."""
        today = datetime.now(UTC).date().isoformat()
        self._write({**self.load(), **{key: Baseline(p, environment, today) for key, p in profiles.items()}})

    def _write(self, baselines: Mapping[str, Baseline]) -> None:
        data = {"format": _FORMAT, "operations": {key: _written(value) for key, value in baselines.items()}}
        text = json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        temporary = self.path.with_name(f"{self.path.name}.new")  # a killed process leaves one, the next takes it over
        try:
            with temporary.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise ProjectError(f"{self.path}: cannot write the baselines: {error.strerror}") from error


def _parse(text: str) -> dict[str, Baseline]:
    conflict = next((number for number, line in enumerate(text.splitlines(), 1) if line.startswith("<<<<<<< ")), None)
    if conflict:
        raise ValueError(f"line {conflict} begins a merge conflict; keep either side of each, or both")
    data = json.loads(text)
    if data["format"] != _FORMAT:
        newer = isinstance(data["format"], int) and data["format"] > _FORMAT
        advice = "; a newer Confiture wrote it, use that one" if newer else ""
        raise ValueError(f"format {data['format']} is not {_FORMAT}{advice}")
    return {key: _read(value) for key, value in data["operations"].items()}


def _written(baseline: Baseline) -> dict[str, Any]:
    data = asdict(baseline)
    data["profile"]["locks"] = {lock.table: lock.mode.name for lock in baseline.profile.locks}
    return data


def _read(data: Mapping[str, Any]) -> Baseline:
    profile = dict(data["profile"])
    locks = profile.pop("locks")
    for name in ("rewrites", "scans"):
        profile[name] = tuple(map(str, profile[name]))
    profile["samples"] = tuple(map(float, profile["samples"]))
    if not profile["samples"]:
        raise ValueError(f"{profile['operation']} has no samples")
    locked = tuple(Lock(table, LockMode[mode]) for table, mode in sorted(locks.items()))
    return Baseline(Profile(**profile, locks=locked), Environment(**data["environment"]), data["accepted"])
