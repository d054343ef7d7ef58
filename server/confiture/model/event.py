"""What a run tells its consumers, in order. A run is a stream of these."""

from dataclasses import dataclass
from typing import TypeAlias

from confiture.model.difference import Difference
from confiture.model.finding import Finding
from confiture.model.migration import Migration
from confiture.model.mutant import Mutant
from confiture.model.profile import Comparison
from confiture.model.verdict import Judgement


@dataclass(frozen=True, slots=True)
class Started:
    """The run of one migration began."""

    migration: Migration


@dataclass(frozen=True, slots=True)
class Progress:
    """What the run does now, for people; ``done`` of ``total`` when it can be counted."""

    message: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Applied:
    """The original up script ran on the base state."""

    migration: Migration
    duration_seconds: float


@dataclass(frozen=True, slots=True)
class Undone:
    """The original down script ran; ``residue`` is what it left behind or lost."""

    migration: Migration
    residue: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Profiled:
    """One statement's cost is known."""

    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Planned:
    """All mutants that will be judged, before any is; ``elsewhere`` counts those that fall to other shards."""

    mutants: tuple[Mutant, ...]
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """One mutant has its verdict."""

    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Found:
    """Something to tell the user that is not a mutant: errors, residue, regressions."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Finished:
    """The run of one migration ended by itself; a cancelled run never finishes."""

    migration: Migration
    duration_seconds: float


Event: TypeAlias = Started | Progress | Applied | Undone | Profiled | Planned | Judged | Found | Finished
