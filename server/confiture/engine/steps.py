"""A history as the scripts that are run one after the other: migrations, each followed by its seed rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from confiture.engine.project import Project, Seed
from confiture.model.migration import Delivery, Migration
from confiture.model.script import Script

_ROWS_MADE_UP = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One script of the way to a state of the database.

    Attributes:
        title: what people call it: ``migration 0004 add_status`` or ``seed 0004_rows.sql``.
    """

    title: str
    script: Script
    delivery: Delivery


def steps_before(project: Project, index: int) -> Iterator[Step]:
    """What makes the state that migration ``index`` finds; seeds without a version come last."""
    if project.prerequisites:
        yield Step("prerequisites", project.prerequisites, Delivery.SPLIT)
    for migration in project.history.migrations[:index]:
        yield from steps_of(project, migration)
    yield from (_seed(seed) for seed in project.seeds if seed.version is None)


def steps_after(project: Project, index: int) -> Iterator[Step]:
    """What follows migration ``index`` and its own seeds, up to the head of the history."""
    for migration in project.history.migrations[index + 1 :]:
        yield from steps_of(project, migration)


def steps_of(project: Project, migration: Migration) -> Iterator[Step]:
    """``migration`` and its own seeds."""
    yield Step(f"migration {migration.title}", migration.up, migration.delivery)
    yield from seeds_of(project, migration)


def seeds_of(project: Project, migration: Migration) -> Iterator[Step]:
    """The seed rows that are written right after ``migration``."""
    return (_seed(seed) for seed in project.seeds if seed.version == migration.version)


def made_up_rows(project: Project, index: int) -> int:
    """How many rows of ours each empty table gets before migration ``index``; none where a seed of the project ran."""
    before = {migration.version for migration in project.history.migrations[:index]}
    seeds = [seed for seed in project.seeds if seed.script.statements]
    return 0 if any(seed.version is None or seed.version in before for seed in seeds) else _ROWS_MADE_UP


def _seed(seed: Seed) -> Step:
    return Step(f"seed {seed.script.path.name}", seed.script, Delivery.TRANSACTION)
