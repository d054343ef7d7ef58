"""The settings as values, and their keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from confiture.model.profile import Budget


@dataclass(frozen=True, slots=True)
class PostgresConfig:
    """Where scratch databases come from."""

    url: str | None = field(default=None, repr=False)  # it may hold a password
    binaries: Path | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class MutationConfig:
    """How mutants are judged and shown."""

    timeout_seconds: float = 300.0
    verbose: bool = False
    skip: tuple[str, ...] = ()
    per_line: int = 1
    per_file: int = 7
    jobs: int | None = None
    fail_under: float | None = None


@dataclass(frozen=True, slots=True)
class PerformanceConfig:
    """What counts as slower, and where costs are remembered."""

    threshold_pct: float = 20.0
    floor_ms: float = 5.0
    baseline: Path = Path(".confiture/baseline.json")
    create_table_seconds: float | None = None
    create_index_seconds: float | None = None
    bulk_insert_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ScaleConfig:
    """On how many rows costs are measured, and for how many they are worked out."""

    rows: int = 5_000
    factors: tuple[int, ...] = (1, 4, 16)
    repeats: int = 5
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    statistics: Path | None = None
    longest_block_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of one project; paths are absolute, globs relative to ``root``."""

    root: Path
    migrations: Path | None = None
    layout: str | None = None
    tests: tuple[str, ...] = ("tests/**/*.sql", "t/**/*.sql", "t/**/*.pg", "supabase/tests/**/*.sql")
    test_commands: tuple[str, ...] = ()
    pytest: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ("seeds/**/*.sql", "supabase/seed.sql")
    prerequisites: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    postgres: PostgresConfig = PostgresConfig()
    mutation: MutationConfig = MutationConfig()
    performance: PerformanceConfig = PerformanceConfig()
    scale: ScaleConfig = field(default_factory=ScaleConfig)
    budget: Budget = field(default_factory=Budget)


SECTIONS: Mapping[str, tuple[str, ...]] = {
    "": ("migrations", "layout", "tests", "test_commands", "pytest", "seeds", "prerequisites", "variables"),
    "postgres": tuple(item.name for item in fields(PostgresConfig)),
    "mutation": tuple(item.name for item in fields(MutationConfig)),
    "performance": tuple(item.name for item in fields(PerformanceConfig)),
    "scale": ("rows", "factors", "repeats", "sizes", "statistics", "longest_block_seconds"),
    "budgets": ("max", "lock", "rewrite", "scan"),
}
"""Names of the settings by section; those without a section stand at the top of the file."""

KEYS = tuple(f"{section}.{name}".removeprefix(".") for section, names in SECTIONS.items() for name in names)
"""Every setting, as the error messages and the documentation write it."""
