"""When a statement counts as slower: suspicion, then proof. Numbers in, a decision out.

Times of one statement vary by a third and more between identical runs, so that no two numbers prove anything. A
suspicion only says that proof is worth its time. The proof runs the remembered and the new text in turn, on the same
state, a few times per clone of it. What disturbs a run only makes it longer, so the fastest run of each text in a clone
stands for it: the ratio of these varied by 1 to 4% where that of single runs varied by 4 to 30%. More clones are taken
until the confidence interval of their ratios lies on one side of the threshold: that of Wilcoxon's signed ranks around
the Hodges–Lehmann estimate, which one odd clone moves hardly, and for which no shape of the noise is taken for granted.
Source: M. Hollander, D. A. Wolfe, *Nonparametric Statistical Methods*, sections 3.2 and 3.3.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations_with_replacement
from math import exp, log, sqrt
from statistics import NormalDist, median

from confiture.model.profile import Baseline, Profile, Timing
from confiture.sql.content import content_key

LOOKS = (6, 8, 11, 15, 20, 27, 36)
"""After how many rounds the rule looks at the interval; the last one is the cap."""
CONFIDENCE = 0.95
"""Of each interval. Several looks make the whole a little less sure."""
_CLEARLY_FASTER = 0.75
"""A changed text that took no more than this part of its baseline's time is not put to the proof."""
_BORNE_OUT_PART = 0.5
"""Part of the threshold that times have to prove where a counter proves the whole of it."""
_COUNTER_FLOORS = {"rows": 0, "blocks": 64}
"""Growth of a counter that says nothing: a little bookkeeping of PostgreSQL's own."""

Pair = tuple[Timing, Timing]
"""The remembered text and the new text, run one after the other."""
Round = Sequence[Pair]
"""Pairs in the same clone."""


class Decision(Enum):
    """What runs in turn say."""

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
        ratio: of the measure that decided; None without runs.
        measure: which one that was: time on the clock or on the processor.
        runs: how many there were of each text.
    """

    decision: Decision
    ratio: Ratio | None
    measure: str
    runs: int


def is_suspicious(
    profile: Profile, baseline: Baseline, *, threshold_pct: float, floor_seconds: float, pace: float = 1.0
) -> bool:
    """Whether ``profile`` looks slower than ``baseline``, by the clock or by the processor.

    A changed text is suspected unless it is clearly faster, because a proof follows; the same text has to exceed the
    threshold.

    Args:
        profile: measured now.
        baseline: remembered.
        threshold_pct: slowdown that counts.
        floor_seconds: slowdown that is too short to count.
        pace: how many times as long as then this machine takes now for the same work.
    """
    old, new = baseline.profile, profile
    times = ((old.seconds, new.seconds), (old.cpu_seconds or 0.0, new.cpu_seconds or 0.0))
    if not same_text(new.sql, old.sql):  # A proof runs on one machine at one time: no pace is needed.
        return any(after > floor_seconds and after > before * _CLEARLY_FASTER for before, after in times)
    return any(
        before > 0 and after - before * pace > floor_seconds and after > before * pace * (1 + threshold_pct / 100)
        for before, after in times
    )


def same_text(one: str, other: str) -> bool:
    """Whether both say the same to PostgreSQL: comments and layout cost nothing."""
    return content_key(one) == content_key(other)


def weigh(
    rounds: Sequence[Round], *, threshold_pct: float, floor_seconds: float = 0.0, borne_out: bool = False
) -> Proof:
    """What ``rounds`` say of a slowdown beyond ``threshold_pct`` and beyond ``floor_seconds``.

    Time on the processor is hardly disturbed by other programs, so it decides sooner. But only the clock knows of
    waiting: where it says that nothing became slower, nothing did.

    Args:
        rounds: one for each clone.
        threshold_pct: slowdown that counts.
        floor_seconds: slowdown that is too short to count.
        borne_out: counters prove that the new text does more work, by the whole threshold.
    """
    runs = sum(map(len, rounds))
    clock = _ratio(rounds, lambda timing: timing.undisturbed)
    if clock is None or len(rounds) < LOOKS[0]:
        return Proof(Decision.OPEN, clock, "time", runs)
    processor = _ratio(rounds, lambda timing: timing.cpu or 0.0)
    floor = floor_seconds / median(min(old.undisturbed for old, _ in each) for each in rounds)
    some = 1 + max(threshold_pct / 100 * _BORNE_OUT_PART, floor)
    limit = some if borne_out else 1 + max(threshold_pct / 100, floor)
    if clock.high < some or (clock.high < limit and (processor is None or processor.high < limit)):
        return Proof(Decision.NOT_SLOWER, clock, "time", runs)
    if clock.low > limit:
        return Proof(Decision.SLOWER, clock, "time", runs)
    if processor and processor.low > limit:
        return Proof(Decision.SLOWER, processor, "processor time", runs)
    return Proof(Decision.OPEN, clock, "time", runs)


def _ratio(rounds: Sequence[Round], measure: Callable[[Timing], float]) -> Ratio | None:
    """Of the fastest runs of each round; None where there are none, or the system does not tell."""
    fastest = [(min(measure(old) for old, _ in each), min(measure(new) for _, new in each)) for each in rounds]
    if not fastest or not all(old > 0 and new > 0 for old, new in fastest):
        return None
    low, estimate, high = signed_rank_interval([log(new / old) for old, new in fastest])
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
