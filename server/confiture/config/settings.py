"""From what stands in a file to values of the right type."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard, TypeVar, cast

from confiture.errors import ConfigError
from confiture.model.profile import LockMode, parse_seconds

_URL = re.compile(r"postgres(?:ql)?(?:\+\w+)?://")
_DRIVER = re.compile(r"^(postgres(?:ql)?)\+\w+(?=://)")
_T = TypeVar("_T")
_FEWEST_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """A key with its value and where that stands."""

    key: str
    value: object
    origin: str

    def error(self, expected: str) -> ConfigError:
        """What to raise when the value is not what was ``expected``."""
        value = "a table" if is_table(self.value) else repr(self.value)
        return ConfigError(f"{self.origin}: {self.key} must be {expected}, not {value}")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings by key; each method returns its default where the key is not set, or raises `ConfigError`."""

    root: Path
    by_key: Mapping[str, Setting]

    def text(self, key: str) -> str | None:
        """A text with something in it."""
        setting = self.by_key.get(key)
        if setting is None:
            return None
        if not isinstance(setting.value, str) or not setting.value.strip():
            raise setting.error("a text")
        return setting.value.strip()

    def path(self, key: str) -> Path | None:
        """A path, made absolute."""
        setting = self.by_key.get(key)
        if setting is None:
            return None
        if not isinstance(setting.value, str | Path) or not str(setting.value).strip():
            raise setting.error("a path")
        return (self.root / Path(setting.value).expanduser()).resolve()

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of texts."""
        setting = self.by_key.get(key)
        if setting is None:
            return default
        if not is_texts(setting.value):
            raise setting.error('a list of texts such as ["…"]')
        return tuple(text.strip() for text in setting.value)

    def mapping(self, key: str) -> Mapping[str, str]:
        """A table of texts."""
        setting = self.by_key.get(key)
        if setting is None:
            return {}
        if not is_table(setting.value) or not all(isinstance(value, str) for value in setting.value.values()):
            raise setting.error('a table of texts such as schema = "app"')
        return {name: str(value) for name, value in setting.value.items()}

    def globs(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of patterns for files below the root."""
        globs = self.texts(key, default)
        for glob in globs:
            if not glob or Path(glob).is_absolute() or ".." in Path(glob).parts:
                raise self.by_key[key].error('a list of globs relative to the project such as ["tests/**/*.sql"]')
        return globs

    def integer(self, key: str, default: _T) -> int | _T:
        """A whole number of at least 1."""
        setting = self.by_key.get(key)
        if setting is None:
            return default
        if isinstance(setting.value, bool) or not isinstance(setting.value, int) or setting.value < 1:
            raise setting.error("a whole number from 1")
        return setting.value

    def number(self, key: str, default: _T, *, most: float = math.inf) -> float | _T:
        """A finite number from 0 to ``most``."""
        setting = self.by_key.get(key)
        if setting is None:
            return default
        expected = f"a number from 0 to {most:g}" if math.isfinite(most) else "a number from 0"
        if isinstance(setting.value, bool) or not isinstance(setting.value, int | float):
            raise setting.error(expected)
        number = float(setting.value)
        if not (math.isfinite(number) and 0 <= number <= most):
            raise setting.error(expected)
        return number

    def positive(self, key: str, default: _T) -> float | _T:
        """A finite number above 0."""
        number = self.number(key, default)
        if number == 0 and key in self.by_key:
            raise self.by_key[key].error("a number above 0")
        return number

    def boolean(self, key: str, *, default: bool) -> bool:
        """A truth value; ``"yes"`` and ``"no"``, as in directives, count."""
        setting = self.by_key.get(key)
        if setting is None:
            return default
        match setting.value:
            case bool(value):
                return value
            case "yes":
                return True
            case "no":
                return False
            case _:
                raise setting.error("true or false")

    def growing(self, key: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """At least three whole numbers from 1, each greater than the one before."""
        setting = self.by_key.get(key)
        if setting is None:
            return default
        numbers = setting.value
        if not _is_growing(numbers) or len(numbers) < _FEWEST_NUMBERS:
            raise setting.error("at least three growing whole numbers such as [1, 4, 16]")
        return tuple(numbers)

    def counts(self, key: str) -> Mapping[str, int]:
        """A table of whole numbers from 0."""
        setting = self.by_key.get(key)
        if setting is None:
            return {}
        counts = setting.value
        if not is_table(counts) or not all(type(count) is int and count >= 0 for count in counts.values()):
            raise setting.error("a table of whole numbers such as orders = 40_000_000")
        return {name: int(str(count)) for name, count in counts.items()}

    def time(self, key: str) -> float | None:
        """A time such as ``"200ms"``, in seconds."""
        setting = self.by_key.get(key)
        if setting is None:
            return None
        seconds = parse_seconds(setting.value) if isinstance(setting.value, str) else None
        if seconds is None:
            raise setting.error('a time such as "200ms", "2s" or "1min"')
        return seconds

    def lock_mode(self, key: str) -> LockMode | None:
        """A lock mode, as the manual or a directive writes it."""
        setting = self.by_key.get(key)
        if setting is None:
            return None
        mode = LockMode.named(setting.value) if isinstance(setting.value, str) else None
        if mode:
            return mode
        known = ", ".join(mode.name.title().replace("_", "") for mode in LockMode)
        raise setting.error(f"one of the lock modes {known}")

    def url(self, key: str) -> str | None:
        """A connection string that libpq reads; the ``+driver`` that Python libraries add is taken off."""
        text = self.text(key)
        if text is None or (_URL.match(text) is None and re.match(r"\w+\s*=", text)):
            return text
        if _URL.match(text):
            return _DRIVER.sub(r"\1", text)
        # The value stays out of the message: it may hold a password.
        setting = self.by_key[key]
        raise ConfigError(f"{setting.origin}: {key} must begin with postgresql:// or be a list such as host=… dbname=…")


def is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether ``value`` is a TOML table or a JSON object."""
    return isinstance(value, Mapping)


def _is_growing(value: object) -> TypeGuard[list[int] | tuple[int, ...]]:
    if not isinstance(value, list | tuple):
        return False
    items = cast("list[object]", value)
    numbers = [item for item in items if type(item) is int and item >= 1]
    return len(numbers) == len(items) and numbers == sorted(set(numbers))


def is_texts(value: object) -> TypeGuard[list[str] | tuple[str, ...]]:
    """Whether ``value`` is a list of texts."""
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in cast("list[object]", value))
