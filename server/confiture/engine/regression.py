"""When a statement counts as slower: suspicion, then proof. Numbers in, a decision out.

Times of one statement vary by a third and more between identical runs, so that no two numbers prove anything. A
suspicion only says that proof is worth its time. The proof runs the remembered and the new text in turn, on the same
state, until the confidence interval of their ratio lies on one side of the threshold. The interval is that of
Wilcoxon's signed ranks around the Hodges–Lehmann estimate: a run that something else disturbed moves it hardly, and
no shape of the noise is taken for granted.
Source: M. Hollander, D. A. Wolfe, *Nonparametric Statistical Methods*, sections 3.2 and 3.3.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations_with_replacement
from math import exp, log, sqrt
from statistics import NormalDist, median

from confiture.model.profile import Baseline, Profile, Timing

LOOKS = (10, 14, 20, 28, 40, 56, 80, 112, 160)
"""After how many pairs the rule looks at the interval; the last one is the cap."""
CONFIDENCE = 0.95
"""Of each interval. Several looks make the whole a little less sure."""
_SUSPECTED_PART = 0.5
"""Part of the threshold and of the floor from which on a changed text is worth a proof."""
_COUNTER_FLOORS = {"rows": 0, "blocks": 64}
"""Growth of a counter that says nothing: a little bookkeeping of PostgreSQL's own."""

Pair = tuple[Timing, Timing]
"""The remembered text and the new text, run one after the other."""


class Decision(Enum):
    """What pairs of runs say."""

    SLOWER = "slower"
    NOT_SLOWER = "not slower"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Ratio:
    """New time over old time, with its confidence interval."""

    low: float
    estimate: float
    high: float

    def __str__(self) -> str:
        """As people read it: ``1.53× (1.48–1.60)``."""
        return f"{self.estimate:.2f}× ({self.low:.2f}–{self.high:.2f})"


@dataclass(frozen=True, slots=True)
class Proof:
    """What runs side by side showed.

    Attributes:
        ratio: of the measure that decided; None without pairs.
        measure: which one that was: time on the clock or on the processor.
        pairs: how many there were.
    """

    decision: Decision
    ratio: Ratio | None
    measure: str
    pairs: int


def is_suspicious(
    profile: Profile, baseline: Baseline, *, threshold_pct: float, floor_seconds: float, pace: float = 1.0
) -> bool:
    """Whether ``profile`` looks slower than ``baseline``, by the clock or by the processor.

    A changed text is suspected early, because a proof follows; the same text has to exceed the threshold.

    Args:
        profile: measured now.
        baseline: remembered.
        threshold_pct: slowdown that counts.
        floor_seconds: slowdown that is too short to count.
        pace: how many times as long as then this machine takes now for the same work.
    """
    part = 1.0
    if profile.sql != baseline.profile.sql:  # A proof runs on one machine at one time: no pace is needed.
        part, pace = _SUSPECTED_PART, 1.0
    return any(
        new - old > floor_seconds * part and new > old * (1 + threshold_pct / 100 * part)
        for old, new in (
            (baseline.profile.seconds * pace, profile.seconds),
            ((baseline.profile.cpu_seconds or 0.0) * pace, profile.cpu_seconds or 0.0),
        )
        if old > 0 and new > 0
    )


def weigh(pairs: Sequence[Pair], *, threshold_pct: float, floor_seconds: float = 0.0) -> Proof:
    """What ``pairs`` say of a slowdown beyond ``threshold_pct`` and beyond ``floor_seconds``.

    Time on the processor is not disturbed by other programs, so it decides sooner. But only the clock knows of
    waiting: where it says that nothing became slower, nothing did.
    """
    wall = _ratio(pairs, lambda timing: timing.wall)
    cpu = _ratio(pairs, lambda timing: timing.cpu or 0.0) if all(old.cpu and new.cpu for old, new in pairs) else None
    if wall is None or len(pairs) < LOOKS[0]:
        return Proof(Decision.OPEN, wall, "time", len(pairs))
    limit = 1 + max(threshold_pct / 100, floor_seconds / median(old.wall for old, _ in pairs))
    if wall.high < limit:
        return Proof(Decision.NOT_SLOWER, wall, "time", len(pairs))
    if wall.low > limit:
        return Proof(Decision.SLOWER, wall, "time", len(pairs))
    if cpu and cpu.low > limit:
        return Proof(Decision.SLOWER, cpu, "processor time", len(pairs))
    return Proof(Decision.OPEN, wall, "time", len(pairs))


def _ratio(pairs: Sequence[Pair], measure: Callable[[Timing], float]) -> Ratio | None:
    if not pairs:
        return None
    low, estimate, high = signed_rank_interval([log(measure(new) / measure(old)) for old, new in pairs])
    return Ratio(exp(low), exp(estimate), exp(high))


def signed_rank_interval(differences: Sequence[float], *, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Lower end, Hodges–Lehmann estimate and upper end of the centre of ``differences``, which are at least one.

    The ends are order statistics of the averages of all pairs, picked by the normal approximation.
    """
    averages = sorted((a + b) / 2 for a, b in combinations_with_replacement(differences, 2))
    n, count = len(differences), len(averages)
    spread = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(n * (n + 1) * (2 * n + 1) / 24)
    cut = max(int(count / 2 - spread), 0)
    middle = (averages[(count - 1) // 2] + averages[count // 2]) / 2
    return averages[cut], middle, averages[count - 1 - cut]


def counters_grew(profile: Profile, baseline: Baseline, *, threshold_pct: float) -> str:
    """Which counter says that the statement does more work than it did; empty when none does.

    Counters hardly vary between identical runs, unlike times. WAL is none of them: the server writes it too.
    """
    old = baseline.profile
    for name, before, after in (("rows", old.rows, profile.rows), ("blocks", old.blocks, profile.blocks)):
        if before and after > before * (1 + threshold_pct / 100) and after - before > _COUNTER_FLOORS[name]:
            return f"{before} → {after} {name}"
    return ""


def became_heavier(profile: Profile, baseline: Baseline) -> str:
    """What the statement does to others now and did not do before; empty when there is nothing.

    That is a fact of its text, not a measurement: it holds on every machine and for any number of rows.
    """
    old = baseline.profile
    for name, before, after in (
        ("rewrites", old.rewrites, profile.rewrites),
        ("reads all of", old.scans, profile.scans),
    ):
        if new := set(after) - set(before):
            return f"now {name} {', '.join(sorted(new))}"
    modes = {lock.table: lock.mode for lock in old.locks}
    for lock in profile.locks:
        mode = modes.get(lock.table)
        if set(lock.mode.blocks) - set(mode.blocks if mode else ()):
            instead = f"instead of {mode.label}" if mode else "where it took no lock"
            return f"now blocks {', '.join(lock.mode.blocks)} on {lock.table}: {lock.mode.label} {instead}"
    return ""
