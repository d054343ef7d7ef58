"""What the environment sets, and numbers that callers hand over."""

import math
import os
from pathlib import Path

from confiture.config import Config, find_root, load_config
from confiture.config.settings import Settings
from confiture.config.sources import from_environment


def environment_settings() -> Settings:
    """The settings among the variables of the process."""
    found = from_environment(os.environ)
    return Settings(Path.cwd(), {setting.key: setting for setting in found})


def project_config(near: Path | None = None) -> Config:
    """The settings of the project that ``near``, by default the working directory, belongs to.

    Raises:
        ConfigError: a setting is wrong.
    """
    return load_config(find_root(near or Path.cwd()), environment=os.environ)


def positive(number: float, name: str) -> float:
    """``number``, which must be finite and above 0.

    Raises:
        ValueError: it is not.
    """
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be a number above 0, and is {number}")
    return float(number)


def not_negative(number: float, name: str) -> float:
    """``number``, which must be finite and at least 0.

    Raises:
        ValueError: it is not.
    """
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(f"{name} must be a number from 0, and is {number}")
    return float(number)
