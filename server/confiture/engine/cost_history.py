"""What statements took in earlier runs on this machine: a private file that only pictures are made from."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from confiture.config import Config
from confiture.model.profile import Environment
from confiture.postgres.filelock import Guard

_KEPT = 30
"""Runs of each operation."""
_LONGEST_BYTES = 1_000_000
"""A file that grew longer is written anew with the newer half of its runs."""


class CostHistory:
    """One line per run, appended. Nothing depends on it: what cannot be read or written is left out."""

    def __init__(self, config: Config) -> None:
        self._path = config.root / ".confiture" / "cache" / "costs.jsonl"

    def load(self, environment: Environment) -> Mapping[str, tuple[float, ...]]:
        """By key of the operation, the seconds of the newest runs in ``environment``, oldest first."""
        found: dict[str, list[float]] = defaultdict(list)
        for line in self._lines():
            if line["where"] == _where(environment):
                for key, seconds in line["seconds"].items():
                    found[key].append(float(seconds))
        return {key: tuple(values[-_KEPT:]) for key, values in found.items()}

    def append(self, environment: Environment, seconds: Mapping[str, float]) -> None:
        """Adds one run."""
        line = {"where": _where(environment), "seconds": {key: round(value, 7) for key, value in seconds.items()}}
        lock = self._path.with_name(f"{self._path.name}.lock")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with Guard(lock):
                lock.unlink()
                lines = [line]
                if self._path.exists() and self._path.stat().st_size > _LONGEST_BYTES:
                    lines = [*_newer_half(self._lines()), line]
                    self._path.unlink()
                with self._path.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in lines)

    def _lines(self) -> Sequence[dict[str, Any]]:
        """All whole lines of ours; a killed process may have left half of one."""
        try:
            texts = self._path.read_text("utf-8").splitlines()
        except (OSError, ValueError):
            return []
        found: list[dict[str, Any]] = []
        for text in texts:
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                line = json.loads(text)
                {key: float(value) for key, value in line["seconds"].items()}
                found.append({"where": str(line["where"]), "seconds": line["seconds"]})
        return found


def _newer_half(lines: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    return lines[len(lines) // 2 :]


def _where(environment: Environment) -> str:
    return f"{environment.server} {environment.machine} {environment.rows}"
