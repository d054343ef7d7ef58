"""What a run found, folded from its events, and which of it is shown."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from confiture.model.difference import Difference
from confiture.model.event import Applied, Event, Finished, Found, Judged, Planned, Profiled, Progress, Started, Undone
from confiture.model.finding import Finding, Level
from confiture.model.migration import Migration, Role
from confiture.model.mutant import Category, Mutant, Severity
from confiture.model.profile import Comparison
from confiture.model.verdict import AT_ONCE, UNDETECTED, Judgement, Status, score
from confiture.oracles import budgets, round_trip, validity

Line: TypeAlias = tuple[Role, int]
"""A line of the up or down script, from 0."""

_NO_TESTS = AT_ONCE | {budgets.NAME, round_trip.NAME, validity.NAME}
"""What kills mutants without a test of the project."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state of one migration's run, complete or not.

    Attributes:
        mutants: all that were to be judged.
        judgements: in the order judged, the ignored and equivalent ones too.
        elsewhere: how many mutants more were planned, but fall to other shards.
        comparisons: costs of the up script's statements.
        findings: everything that is not a mutant.
        residue: what the down script gets wrong.
        applied_seconds: None when the up script did not apply.
        undone: the down script ran.
        finished: the run came to its own end.
    """

    migration: Migration
    mutants: tuple[Mutant, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    elsewhere: int = 0
    comparisons: tuple[Comparison, ...] = ()
    findings: tuple[Finding, ...] = ()
    residue: tuple[Difference, ...] = ()
    applied_seconds: float | None = None
    undone: bool = False
    duration_seconds: float = 0.0
    finished: bool = False

    @property
    def planned(self) -> int:
        """How many mutants there are, with those of other shards; 0 where the run ended before they were made."""
        return len(self.mutants) + self.elsewhere

    @property
    def score(self) -> float | None:
        """Percentage of valid mutants that were detected; None when there is none."""
        return score(self.judgements)


def begin(event: Started) -> Outcome:
    """The outcome of a run that has only started."""
    return Outcome(event.migration)


def fold(outcome: Outcome, event: Event) -> Outcome:
    """``outcome`` with one more event."""
    match event:
        case Started(migration):
            return Outcome(migration)
        case Progress():
            return outcome
        case Applied(duration_seconds=seconds):
            return replace(outcome, applied_seconds=seconds)
        case Undone(residue=residue):
            return replace(outcome, undone=True, residue=residue)
        case Profiled(comparison):
            return replace(outcome, comparisons=(*outcome.comparisons, comparison))
        case Planned(mutants, elsewhere):
            return replace(outcome, mutants=mutants, elsewhere=elsewhere)
        case Judged(judgement):
            return replace(outcome, judgements=(*outcome.judgements, judgement))
        case Found(finding):
            return replace(outcome, findings=(*outcome.findings, finding))
        case Finished(duration_seconds=seconds):
            return replace(outcome, finished=True, duration_seconds=seconds)
        case _:
            assert_never(event)


def collect(events: Iterable[Event]) -> Outcome:
    """The outcome of a whole run.

    Raises:
        ValueError: the run was closed before it started.
    """
    outcome: Outcome | None = None
    for event in events:
        outcome = begin(event) if isinstance(event, Started) else outcome and fold(outcome, event)
    if outcome is None:
        raise ValueError("the run was closed before it started")
    return outcome


def shown(
    judgements: Collection[Judgement], migration: Migration, *, per_line: int, per_file: int
) -> tuple[Judgement, ...]:
    """The undetected mutants worth showing, most severe first: ``per_line`` and ``per_file`` at most.

    Among equally severe ones those come first that concern tables with rows of others, then those to which a test came
    near: it noticed another mistake on the same line, or else in the same statement. Then comes one of each operator.
    """
    lines: Counter[Line] = Counter()
    files: Counter[Role] = Counter()
    chosen: list[Judgement] = []
    starts = {role: _line_starts(migration, role) for role in {judgement.mutant.role for judgement in judgements}}
    line_of = {each.mutant.id: _line(each.mutant, starts[each.mutant.role]) for each in judgements}
    for judgement in _ranked(judgements, migration, line_of=line_of):
        role, line = judgement.mutant.role, line_of[judgement.mutant.id]
        if lines[line] < per_line and files[role] < per_file:
            lines[line] += 1
            files[role] += 1
            chosen.append(judgement)
    return tuple(chosen)


def _line_starts(migration: Migration, role: Role) -> list[int]:
    return [match.end() for match in re.finditer("\n", migration.script(role).source)]


def _line(mutant: Mutant, starts: Sequence[int]) -> Line:
    return mutant.role, bisect_right(starts, mutant.span.start)


def _ranked(judgements: Collection[Judgement], migration: Migration, *, line_of: Mapping[str, Line]) -> list[Judgement]:
    undetected = (judgement for judgement in judgements if judgement.verdict.status in UNDETECTED)
    new_tables = {role: _new_tables(migration, role) for role in Role}
    noticed = [each.mutant for each in judgements if each.verdict.killed_by and each.verdict.killed_by not in _NO_TESTS]
    lines = {line_of[mutant.id] for mutant in noticed}
    statements = {(mutant.role, mutant.statement) for mutant in noticed}
    seen: Counter[tuple[Role, str]] = Counter()

    def rank(judgement: Judgement) -> tuple[bool, bool, int, bool, bool, bool, int]:
        mutant = judgement.mutant
        table = migration.script(mutant.role).statements[mutant.statement].table
        seen[mutant.role, mutant.operator] += 1
        return (
            judgement.verdict.status is Status.NO_COVERAGE,
            mutant.category is Category.PERFORMANCE,
            -mutant.severity,
            table in new_tables[mutant.role],
            line_of[mutant.id] not in lines,
            (mutant.role, mutant.statement) not in statements,
            seen[mutant.role, mutant.operator],
        )

    return sorted(sorted(undetected, key=lambda judgement: judgement.mutant.span.start), key=rank)


def _new_tables(migration: Migration, role: Role) -> frozenset[str]:
    """The tables that the script creates itself, so that no row is at stake yet."""
    script = migration.up if role is Role.UP else migration.down
    created = (statement.table for statement in script.statements if statement.kind == "CREATE TABLE") if script else ()
    return frozenset(table for table in created if table)


def finding_of(judgement: Judgement, migration: Migration) -> Finding:
    """What the user is told of an undetected mutant."""
    mutant, verdict = judgement.mutant, judgement.verdict
    if verdict.status is Status.NO_COVERAGE:
        level, message = Level.HINT, f"Not covered: {mutant.description} ({verdict.reason})"
    else:
        level = Level.WARNING if mutant.severity >= Severity.HIGH else Level.INFORMATION
        message = f"No test would notice: {mutant.description}"
    return Finding(
        mutant.operator, level, message, migration.script(mutant.role).path, mutant.span, judgement=judgement
    )
