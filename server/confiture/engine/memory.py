"""What a run knows of its mutants from earlier runs, and what it learns for later ones."""

from collections.abc import Iterable

from confiture.engine.recent import Recent
from confiture.engine.rehearse import Rehearsal
from confiture.engine.verdict_cache import VerdictCache
from confiture.engine.verdict_key import LASTING, Part, key_to_keep, keys_of, parts_of
from confiture.model.migration import Role
from confiture.model.mutant import Category, Mutant
from confiture.model.verdict import Judgement, Verdict
from confiture.oracles.budgets import budget_of
from confiture.postgres.server import Server


class Memory:
    """The verdicts of one migration's mutants, by all that decides about them."""

    def __init__(self, cache: VerdictCache, server: Server, rehearsal: Rehearsal, *, measured: Recent[Verdict]) -> None:
        """Of one run.

        Args:
            cache: what all processes learned.
            server: where mutants are judged.
            rehearsal: what they are judged against.
            measured: what this process learned by measuring, which other processes would measure differently.
        """
        self._cache = cache
        self._measured = measured
        self._trial = rehearsal.trial
        self._rehearsal = rehearsal
        self._server = server
        self._parts: dict[tuple[Role, int], tuple[Part, ...]] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._known: dict[str, Verdict] = {}
        self._learned: dict[str, Verdict] = {}

    def recall(self, mutants: Iterable[Mutant]) -> None:
        """Looks up what is known of ``mutants``."""
        self._keys = {mutant.id: keys_of(self._parts_of(mutant), self._trial, mutant) for mutant in mutants}
        self._known = self._cache.find(key for keys in self._keys.values() for key in keys)

    def verdict_of(self, mutant: Mutant) -> Verdict | None:
        """The verdict that another run would give it again, if one is known."""
        if mutant.category is Category.PERFORMANCE:
            return self._measured.find(self._key_of_measured(mutant))
        return next((self._known[key] for key in self._keys[mutant.id] if key in self._known), None)

    def learn(self, judgement: Judgement) -> None:
        """Takes a new verdict down, if it will be good another time."""
        mutant, verdict = judgement.mutant, judgement.verdict
        if mutant.category is Category.PERFORMANCE and verdict.status in LASTING:
            self._measured.keep(self._key_of_measured(mutant), verdict)
        key = key_to_keep(self._parts_of(mutant), self._keys[mutant.id], mutant, verdict)
        if key is not None:
            self._learned[key] = verdict

    def keep(self) -> None:
        """Writes what was learned."""
        self._cache.keep(self._learned, used=self._known)

    def _parts_of(self, mutant: Mutant) -> tuple[Part, ...]:
        place = mutant.role, mutant.statement
        if place not in self._parts:
            way = self._trial.way_of_mutant(mutant)
            self._parts[place] = parts_of(self._rehearsal, self._server, mutant.role, way=way)
        return self._parts[place]

    def _key_of_measured(self, mutant: Mutant) -> str:
        """Budgets are comments, which other keys do not know."""
        limits = [budget_of(statement, self._trial.config) for statement in self._trial.migration.up.statements]
        return f"{self._keys[mutant.id][-1]} {limits} {sorted(self._trial.breaches.items())}"
