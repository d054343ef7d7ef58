"""Everything that the mutants of one migration are judged against."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from confiture.config import Config
from confiture.engine.base_state import BaseState
from confiture.engine.likely import likely_first
from confiture.engine.stage import Stop
from confiture.engine.steps import Step
from confiture.model.difference import Difference
from confiture.model.migration import Migration, Role
from confiture.model.mutant import Mutant
from confiture.oracles.sql_test import SqlTest
from confiture.postgres.deferred import may_defer
from confiture.postgres.fingerprint import Fingerprint
from confiture.postgres.touched import TouchedStates
from confiture.sql.reach import Reach, reach_of

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
        invalid: constraints and indexes that the original leaves without proof.
        residue: what the original down script gets wrong.
        breaches: budgets that the original breaks, by operation.
        config: has the limits of statements without a budget of their own.
        any_order: the tests do not care for each other, as the original has shown.
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
    invalid: frozenset[str]
    residue: tuple[Difference, ...]
    breaches: Mapping[str, Collection[str]]
    config: Config
    timeout_seconds: float
    volatile: Mapping[str, frozenset[str]]
    any_order: bool = False
    programs: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def tests(self) -> tuple[SqlTest, ...]:
        """All tests, in the order in which they run."""
        return self.bound + self.head

    @property
    def way(self) -> tuple[Stop, ...]:
        """What follows the up script, in the order of the project."""
        return (*self.seeds, *self.bound, *self.later, *self.head)

    @property
    def way_to_last_test(self) -> tuple[Stop, ...]:
        """The `way` without what follows the last test; nothing without tests."""
        return self._tests_in_order(self.bound, self.head)

    @property
    def way_back(self) -> tuple[Stop, ...]:
        """The `way_to_last_test` with its tests in the reverse order."""
        return self._tests_in_order(self.bound[::-1], self.head[::-1])

    def _tests_in_order(self, bound: tuple[SqlTest, ...], head: tuple[SqlTest, ...]) -> tuple[Stop, ...]:
        if head:
            return (*self.seeds, *bound, *self.later, *head)
        return (*self.seeds, *bound) if bound else ()

    def way_of_mutant(self, mutant: Mutant) -> tuple[Stop, ...]:
        """What follows the script with ``mutant``; nothing follows a down script."""
        if mutant.role is Role.DOWN:
            return ()
        return self.way_of(self.migration.up.statements[mutant.statement].text)

    def way_of(self, text: str) -> tuple[Stop, ...]:
        """The `way` of a mutant that changes ``text``, with the tests first that are likely to kill it."""
        if not self.any_order:
            return self.way
        return (*self.seeds, *likely_first(self.bound, text), *self.later, *likely_first(self.head, text))

    @property
    def deferring(self) -> bool:
        """Whether there may be deferred constraints, on the original's way at least."""
        states = (state for state in (self.before, self.after_up, self.after_down) if state)
        definitions = (definition for state in states for definition in state.catalog.values())
        scripts = (self.migration.up, self.migration.down, *(stop.script for stop in self.way))
        return may_defer((*definitions, *(script.text for script in scripts if script)))

    @property
    def touches_cluster(self) -> bool:
        """Whether a script may change what all databases share, where one run would meet what the other does."""
        scripts = (self.migration.up, self.migration.down, *(stop.script for stop in self.way))
        return any(reach_of(each) is not Reach.DATABASE for script in scripts if script for each in script.statements)

    def states(self) -> TouchedStates | None:
        """What reads states of transactions; None where the name of a role may change, which shows everywhere."""
        if self.touches_cluster:
            return None
        expected = [state for state in (self.after_up, self.after_down) if state]
        return TouchedStates(self.base.inventory, self.before, expected=expected)

    def without(self, test: SqlTest) -> "Trial":
        """The trial without one of its tests."""
        bound, head = (tuple(each for each in tests if each is not test) for tests in (self.bound, self.head))
        return replace(self, bound=bound, head=head)


def limit_for(seconds: float, *, most: float) -> float:
    """How long something may take about a mutant that took ``seconds`` about the original."""
    return min(most, _FACTOR * seconds + _GRACE_SECONDS)
