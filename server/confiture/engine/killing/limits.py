"""Budgets that a survivor breaks of which only the cost differs: found by measuring it beside the original."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from confiture.engine.base_state import BaseState
from confiture.engine.deliver import StatementFailed
from confiture.engine.killing.comparison import stage_on
from confiture.engine.setting import Setting
from confiture.model.lines import line_above
from confiture.model.mutant import Mutant
from confiture.model.profile import LockMode, Profile
from confiture.model.script import Script
from confiture.model.span import Edit
from confiture.postgres.costs import CostMeter
from confiture.postgres.errors import SqlError
from confiture.sql.directives import parse_budget


@dataclass(frozen=True, slots=True)
class Limit:
    """Limits that a statement of the up script keeps, and a mutant's does not.

    Attributes:
        statement: its index.
        limits: as a budget directive has them, such as ``scan=no``.
    """

    statement: int
    limits: tuple[str, ...]


class Measured:
    """What the statements of the original cost, to be compared with those of mutants."""

    def __init__(self, setting: Setting, base: BaseState) -> None:
        """Runs the original on a clone of ``base``.

        Raises:
            SqlError: it fails.
        """
        self._setting = setting
        self._base = base
        self._original = self._profiles(())

    def limit_against(self, mutant: Mutant) -> Limit | None:
        """The limits that tell ``mutant`` from the original; None where nothing that limits can say does."""
        try:
            profiles = self._profiles(mutant.edits)
        except (SqlError, StatementFailed):
            return None
        changed = next((profile for text, profile in profiles.items() if text not in self._original), None)
        for index, statement in enumerate(self._setting.migration.up.statements):
            ours = self._original.get(statement.text)
            theirs = profiles.get(statement.text, changed if index == mutant.statement else None)
            if ours and theirs and (limits := tuple(_limits(ours, theirs))):
                return Limit(index, limits)
        return None

    def _profiles(self, edits: tuple[Edit, ...]) -> dict[str, Profile]:
        """The cost of each statement, by its text."""
        found: dict[str, Profile] = {}
        with closing(stage_on(self._setting, self._base)) as stage:
            meter = CostMeter(stage.session)
            with stage.session.deadline(self._setting.config.mutation.timeout_seconds):
                stage.apply_each(edits, lambda each: found.update({each.text: meter.measure(each)}))
        return found


def budget_edits(script: Script, limits: Iterable[Limit]) -> Iterator[Edit]:
    """Writes ``limits`` above their statements, together with the limits that stand there already."""
    wanted: dict[int, list[str]] = {}
    for limit in limits:
        known = wanted.setdefault(limit.statement, [])
        known += [each for each in limit.limits if each not in known]
    for index, added in sorted(wanted.items()):
        statement = script.statements[index]
        own = next((each for each in statement.directives if each.verb == "budget"), None)
        if own is None:
            yield line_above(script.source, statement.span.start, f"-- confiture: budget {' '.join(added)}")
            continue
        kept = [each for each in own.arguments.split() if each.split("=")[0] not in {a.split("=")[0] for a in added}]
        yield Edit(own.span, f"-- confiture: budget {' '.join([*kept, *added])}")


def _limits(ours: Profile, theirs: Profile) -> Iterator[str]:
    """What ``ours`` keeps and ``theirs`` does not."""
    candidates: list[str] = []
    if theirs.scans and not ours.scans:
        candidates.append("scan=no")
    if theirs.rewrites and not ours.rewrites:
        candidates.append("rewrite=no")
    strongest = max((lock.mode for lock in ours.locks), default=LockMode.ACCESS_SHARE)
    candidates.append(f"lock<={strongest.name.title().replace('_', '')}")
    for candidate in candidates:
        budget = parse_budget(candidate)
        if budget.breaches(theirs) and not budget.breaches(ours):
            yield candidate
