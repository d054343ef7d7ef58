"""Words and marks that lenses, hovers and messages share."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from confiture.model.finding import Level
from confiture.model.profile import Comparison
from confiture.model.verdict import DETECTED, UNDETECTED, Judgement, Status, Verdict

if TYPE_CHECKING:
    from confiture.engine.outcome import Outcome

_MARKS = {
    Status.KILLED: "✓",
    Status.TIMEOUT: "✓",
    Status.SURVIVED: "✗",
    Status.NO_COVERAGE: "○",
    Status.COMPILE_ERROR: "–",
    Status.RUNTIME_ERROR: "?",
    Status.IGNORED: "–",
    Status.PENDING: "…",
}


def outcome_in_short(outcome: "Outcome", *, running: bool) -> str:
    """``83% · 5 survivors · 40 mutants``, or why there is no score."""
    if running:
        return f"judging {len(outcome.judgements)}/{len(outcome.mutants)} mutants …"
    if not outcome.finished:
        return f"stopped after {len(outcome.judgements)} of {len(outcome.mutants)} mutants"
    errors = sum(finding.level is Level.ERROR for finding in outcome.findings)
    if errors and not outcome.judgements:
        return f"{errors} error{'' if errors == 1 else 's'} · no mutant was judged"
    if not outcome.mutants:
        return "no mutants"
    score = outcome.score
    survivors = sum(j.verdict.status in UNDETECTED for j in outcome.judgements)
    parts = ["no valid mutant" if score is None else f"{score:.0f}%"]
    parts += [f"{survivors} survivor{'' if survivors == 1 else 's'}", f"{len(outcome.mutants)} mutants"]
    return " · ".join(parts)


def kills_in_short(judgements: Sequence[Judgement]) -> str | None:
    """``7/9 killed``; None when no mutant counts."""
    detected = sum(judgement.verdict.status in DETECTED for judgement in judgements)
    valid = detected + sum(judgement.verdict.status in UNDETECTED for judgement in judgements)
    return f"{detected}/{valid} killed" if valid else None


def cost_in_short(comparison: Comparison) -> str:
    """``12.4 ms · baseline 10.1 ms · ACCESS EXCLUSIVE on orders``."""
    profile, baseline = comparison.profile, comparison.baseline
    parts = [milliseconds(profile.seconds)]
    parts += [f"baseline {milliseconds(baseline.profile.seconds)}"] if baseline else []
    parts += [f"{lock.mode.label} on {lock.table}" for lock in profile.locks]
    parts += [f"rewrites {table}" for table in profile.rewrites]
    parts += [f"reads all of {table}" for table in profile.scans]
    return " · ".join(parts)


def milliseconds(seconds: float) -> str:
    """``0.8 ms``, ``12 ms``."""
    value = seconds * 1000
    return f"{value:.1f} ms" if value < 10 else f"{value:.0f} ms"


def verdict_in_short(verdict: Verdict) -> str:
    """``✓ Killed by tests/orders.sql``, ``– Equivalent``."""
    name = "Equivalent" if verdict.equivalent else verdict.status.value
    by = f" by {verdict.killed_by}" if verdict.killed_by else ""
    return f"{_MARKS[verdict.status]} {name}{by}"
