"""Everything that the mutants of one migration are judged against."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from confiture.config import Config
from confiture.engine.base_state import BaseState
from confiture.engine.steps import Step
from confiture.model.difference import Difference
from confiture.model.migration import Migration
from confiture.oracles.sql_test import SqlTest
from confiture.postgres.fingerprint import Fingerprint

_FACTOR, _GRACE_SECONDS = 5, 2
"""A mutant may take this many times as long as the original, and so much more."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the original did, and who judges.

    Attributes:
        seeds: rows that are written right after the migration.
        later: what follows, up to the head of the history.
        bound: tests that run right after the migration.
        head: tests that run at the head of the history.
        before: the base state.
        after_up: the state that the original up script leads to.
        after_down: the state that the original down script leads to; None without one.
        volatile: columns that differ in each run, by the key of their table's rows; states are read without them.
        residue: what the original down script gets wrong.
        breaches: budgets that the original breaks, by operation.
        config: has the limits of statements without a budget of their own.
        timeout_seconds: the longest that a mutant may take.
        programs: what the answers of the tests that are programs depend on, by their names.
    """

    migration: Migration
    base: BaseState
    seeds: tuple[Step, ...]
    later: tuple[Step, ...]
    bound: tuple[SqlTest, ...]
    head: tuple[SqlTest, ...]
    before: Fingerprint
    after_up: Fingerprint
    after_down: Fingerprint | None
    residue: tuple[Difference, ...]
    breaches: Mapping[str, Collection[str]]
    config: Config
    timeout_seconds: float
    volatile: Mapping[str, frozenset[str]]
    programs: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def tests(self) -> tuple[SqlTest, ...]:
        """All tests, in the order in which they run."""
        return self.bound + self.head


def limit_for(seconds: float, *, most: float) -> float:
    """How long something may take about a mutant that took ``seconds`` about the original."""
    return min(most, _FACTOR * seconds + _GRACE_SECONDS)
