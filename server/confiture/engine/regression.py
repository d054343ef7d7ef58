"""When a statement counts as slower: a suspicion first, then a proof from runs of old and new side by side.

Wall times of one statement vary by a third and more between identical runs, so that no single pair of numbers proves
anything. The rule here asks for a difference that shows in nearly every interleaved pair.
"""

from collections.abc import Sequence
from statistics import median

from confiture.model.profile import Baseline, Profile

PAIRS = 9
"""Interleaved runs of the old and the new text."""
NEEDED = 8
"""Pairs that must agree; by chance eight or more of nine do so once in fifty times (sign test, 10/512)."""


def is_suspicious(profile: Profile, baseline: Baseline, *, threshold_pct: float, floor_seconds: float) -> bool:
    """Whether ``profile`` is slower than ``baseline`` beyond the threshold and beyond an absolute floor."""
    old, new = baseline.profile.seconds, profile.seconds
    return new - old > floor_seconds and new > old * (1 + threshold_pct / 100)


def is_proved(pairs: Sequence[tuple[float, float]], *, threshold_pct: float) -> bool:
    """Whether interleaved ``pairs`` of old and new seconds show a slowdown beyond the threshold."""
    beyond = sum(new > old * (1 + threshold_pct / 100) for old, new in pairs)
    return len(pairs) >= PAIRS and beyond >= NEEDED


def ratio_of(pairs: Sequence[tuple[float, float]]) -> float:
    """The median of new over old."""
    return median(new / old for old, new in pairs)


def counters_grew(profile: Profile, baseline: Baseline, *, threshold_pct: float) -> str:
    """Which counter confirms that the same text does more work than it did; empty when none does.

    Counters hardly vary between identical runs, unlike times.
    """
    old = baseline.profile
    for name, before, after in (("rows", old.rows, profile.rows), ("bytes of WAL", old.wal_bytes, profile.wal_bytes)):
        if after > before * (1 + threshold_pct / 100) and after - before > 8192 * (name != "rows"):
            return f"{before} → {after} {name}"
    for name, before, after in (
        ("rewrites", old.rewrites, profile.rewrites),
        ("reads all of", old.scans, profile.scans),
    ):
        if new := set(after) - set(before):
            return f"now {name} {', '.join(sorted(new))}"
    return ""
