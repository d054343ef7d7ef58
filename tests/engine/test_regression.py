"""The rule that tells slower from noise, on numbers alone."""

from dataclasses import replace

import pytest

from confiture.engine.regression import counters_grew, is_proved, is_suspicious, ratio_of
from confiture.model.profile import Baseline, Environment, Profile

PROFILE = Profile("UPDATE orders", 0, "UPDATE orders SET a = 1", (0.010,), rows=100, wal_bytes=20_000)
BASELINE = Baseline(PROFILE, Environment("15", "here", 100), "2026-01-01")


@pytest.mark.parametrize(
    ("samples", "suspicious"),
    [
        ((0.010,), False),
        ((0.0119,), False),
        ((0.0121,), False),  # beyond 20%, but not beyond the floor
        ((0.016,), True),
        ((0.016, 0.010), False),  # the fastest sample counts
    ],
)
def test_suspicion_needs_the_threshold_and_the_floor(samples: tuple[float, ...], *, suspicious: bool) -> None:
    profile = replace(PROFILE, samples=samples)
    assert is_suspicious(profile, BASELINE, threshold_pct=20, floor_seconds=0.005) == suspicious


@pytest.mark.parametrize(
    ("slower", "as_fast", "proved"), [(9, 0, True), (8, 1, True), (7, 2, False), (0, 9, False), (8, 0, False)]
)
def test_proof_needs_eight_of_nine_pairs(slower: int, as_fast: int, *, proved: bool) -> None:
    pairs = [(1.0, 1.5)] * slower + [(1.0, 1.1)] * as_fast
    assert is_proved(pairs, threshold_pct=20) == proved


def test_ratio_is_the_median_of_the_pairs() -> None:
    assert ratio_of([(1.0, 1.0), (1.0, 2.0), (1.0, 9.0)]) == 2.0


@pytest.mark.parametrize(
    ("change", "grown"),
    [
        ({}, ""),
        ({"samples": (9.0,)}, ""),
        ({"rows": 120}, ""),
        ({"rows": 121}, "100 → 121 rows"),
        ({"wal_bytes": 28_000}, ""),  # beyond 20%, but within a page of 8 kB
        ({"wal_bytes": 30_000}, "20000 → 30000 bytes of WAL"),
        ({"rewrites": ("orders",)}, "now rewrites orders"),
        ({"scans": ("orders", "users")}, "now reads all of orders, users"),
    ],
)
def test_counters_say_what_grew(change: dict[str, object], grown: str) -> None:
    assert counters_grew(replace(PROFILE, **change), BASELINE, threshold_pct=20) == grown
