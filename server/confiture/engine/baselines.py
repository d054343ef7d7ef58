"""The file of baselines: what each operation cost when the user last accepted it."""

import json
import math
import os
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_origin

from confiture.errors import ProjectError
from confiture.model.migration import Migration
from confiture.model.profile import Baseline, Environment, Lock, LockMode, Profile
from confiture.postgres.filelock import Guard

_FORMAT = 1
_OLD_DAYS = 180
"""In half a year a machine, its system and the project's rows have changed."""
_NOT_COMPARED = ("plan", "rewrite_reason", "disk_before", "disk_after", "memory_bytes")
"""Facts of a profile that baselines do not keep: what they say about a change, others say better."""
_T = TypeVar("_T")


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


def outdated(baseline: Baseline, *, today: date, server: str | None = None) -> str:
    """Why ``baseline`` says little about today, in words; empty where nothing speaks against it.

    Args:
        baseline: remembered.
        today: the day.
        server: version of PostgreSQL now; None where it does not matter.
    """
    was = baseline.environment.server
    if server is not None and was.partition(".")[0] != server.partition(".")[0]:
        return f"measured on PostgreSQL {was}"
    days = (today - date.fromisoformat(baseline.accepted)).days
    return f"{days} days old" if days > _OLD_DAYS else ""


def _uncounted(operation: str) -> str:
    return re.sub(r" #\d+$", "", operation)


class BaselineStore:
    """Baselines in one JSON file with sorted keys, so that version control can merge it.

    Any number of processes may share it. What `accept` returned from is in the file, and the file is always whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Mapping[str, Baseline]:
        """All baselines by `key_of`; none when there is no file yet.

        Raises:
            ProjectError: the file cannot be read; it is left as it is.
        """
        try:
            return _parse(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ProjectError(f"{self.path}: cannot read the baselines: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            message = f"{self.path}: cannot read the baselines ({error}); mend or remove the file, it was left as it is"
            raise ProjectError(message) from error

    def accept(self, profiles: Mapping[str, Profile], environment: Environment) -> None:
        """Makes ``profiles`` the baselines of their keys.

        Raises:
            ProjectError: the file cannot be read or written.
        """
        self.update(lambda _: profiles, environment)

    def record_first(self, profiles: Mapping[str, Profile], environment: Environment) -> None:
        """Like `accept`, but only for keys that have no baseline yet."""

        def new(known: Mapping[str, Baseline]) -> dict[str, Profile]:
            return {key: profile for key, profile in profiles.items() if key not in known}

        if new(self.load()):
            self.update(new, environment)

    def update(
        self, profiles_of: Callable[[Mapping[str, Baseline]], Mapping[str, Profile]], environment: Environment
    ) -> None:
        """Accepts the profiles that ``profiles_of`` makes of the baselines so far, which nobody else changes meanwhile.

        Raises:
            ProjectError: the file cannot be read or written.
        """
        today = datetime.now(UTC).date().isoformat()
        with self.alone():
            known = self.load()
            self._write({**known, **{key: Baseline(p, environment, today) for key, p in profiles_of(known).items()}})

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keeps all other writers out, those of other processes too.

        Raises:
            ProjectError: the folder cannot be written to.
        """
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with Guard(lock):
                try:
                    yield
                finally:
                    with suppress(OSError):  # Windows keeps what is open, and so the lock; it is empty and reused.
                        lock.unlink()
        except OSError as error:
            raise ProjectError(f"{self.path}: cannot write the baselines: {error.strerror}") from error

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
        finally:
            temporary.unlink(missing_ok=True)


@lru_cache(maxsize=2)  # a save reads the file twice, and the next save finds the same text
def _parse(text: str) -> Mapping[str, Baseline]:
    conflict = next((number for number, line in enumerate(text.splitlines(), 1) if line.startswith("<<<<<<< ")), None)
    if conflict:
        raise ValueError(f"line {conflict} begins a merge conflict; keep either side of each, or both")
    data = json.loads(text)
    if data["format"] != _FORMAT:
        newer = isinstance(data["format"], int) and data["format"] > _FORMAT
        advice = "; a newer Confiture wrote it, use that one" if newer else ""
        raise ValueError(f"format {data['format']} is not {_FORMAT}{advice}")
    return {key: _read(value) for key, value in _checked(dict[str, Any], data["operations"]).items()}


def _written(baseline: Baseline) -> dict[str, Any]:
    data = asdict(baseline)
    for name in _NOT_COMPARED:
        del data["profile"][name]
    data["profile"]["locks"] = {lock.table: lock.mode.name for lock in baseline.profile.locks}
    return data


def _read(data: Any) -> Baseline:
    """What `_written` wrote; anything else is a ValueError, KeyError or TypeError."""
    profile, environment = data["profile"], data["environment"]
    locks = _checked(dict[str, str], profile["locks"])
    samples = tuple(map(_seconds, _checked(list[Any], profile["samples"])))
    if not samples:
        raise ValueError("there are no samples")
    return Baseline(
        Profile(
            _checked(str, profile["operation"]),
            _checked(int, profile["statement"]),
            _checked(str, profile["sql"]),
            samples,
            rows=_checked(int, profile["rows"]),
            locks=tuple(Lock(table, LockMode[mode]) for table, mode in sorted(locks.items())),
            rewrites=_texts(profile["rewrites"]),
            scans=_texts(profile["scans"]),
            wal_bytes=_checked(int, profile["wal_bytes"]),
            cpu_seconds=None if (cpu := profile.get("cpu_seconds")) is None else _seconds(cpu),
            blocks=_checked(int, profile.get("blocks", 0)),
        ),
        Environment(
            _checked(str, environment["server"]),
            _checked(str, environment["machine"]),
            _checked(int, environment["rows"]),
            _seconds(environment.get("pace", 0.0)),
        ),
        date.fromisoformat(_checked(str, data["accepted"])).isoformat(),
    )


def _checked(kind: type[_T], value: object) -> _T:
    wanted = get_origin(kind) or kind
    if not isinstance(value, wanted):
        raise TypeError(f"{value!r:.40} is no {wanted.__name__}")
    return cast("_T", value)


def _texts(values: object) -> tuple[str, ...]:
    return tuple(_checked(str, value) for value in _checked(list[Any], values))


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not 0 <= value < math.inf:
        raise ValueError(f"{value!r} is no time")
    return float(value)
