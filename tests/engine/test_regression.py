"""The rule that tells slower from noise, on numbers alone."""

from dataclasses import replace
from random import Random

import pytest

from confiture.engine.regression import (
    LOOKS,
    Decision,
    Pair,
    became_heavier,
    counters_grew,
    is_suspicious,
    signed_rank_interval,
    weigh,
)
from confiture.model.profile import Baseline, Environment, Lock, LockMode, Profile, Timing

PROFILE = Profile("UPDATE orders", 0, "UPDATE orders SET a = 1", (0.100,), rows=100, wal_bytes=20_000, blocks=1_000)
BASELINE = Baseline(PROFILE, Environment("15", "here", 100), "2026-01-01")


@pytest.mark.parametrize(
    ("change", "suspicious"),
    [
        ({}, False),
        ({"samples": (0.119,)}, False),
        ({"samples": (0.121,)}, True),
        ({"samples": (0.190, 0.100)}, False),  # the fastest sample counts
        ({"samples": (0.121,), "sql": "UPDATE orders /* now */ SET a = 1"}, True),
        ({"samples": (0.111,), "sql": "UPDATE orders /* now */ SET a = 1"}, False),  # a comment costs nothing
        ({"samples": (0.076,), "sql": "other"}, True),  # a changed text that is not clearly faster: a proof follows
        ({"samples": (0.074,), "sql": "other"}, False),
    ],
)
def test_suspicion_needs_the_threshold(change: dict[str, object], *, suspicious: bool) -> None:
    profile = replace(PROFILE, **change)
    assert is_suspicious(profile, BASELINE, threshold_pct=20, floor_seconds=0.005) == suspicious


@pytest.mark.parametrize(("floor", "suspicious"), [(0.029, True), (0.031, False)])
def test_suspicion_needs_the_floor(floor: float, *, suspicious: bool) -> None:
    profile = replace(PROFILE, samples=(0.130,))
    assert is_suspicious(profile, BASELINE, threshold_pct=20, floor_seconds=floor) == suspicious


def test_a_machine_that_is_slower_today_is_no_suspicion() -> None:
    profile = replace(PROFILE, samples=(0.150,))
    assert is_suspicious(profile, BASELINE, threshold_pct=20, floor_seconds=0)
    assert not is_suspicious(profile, BASELINE, threshold_pct=20, floor_seconds=0, pace=1.5)


def test_time_on_the_processor_is_suspicious_too() -> None:
    baseline = replace(BASELINE, profile=replace(PROFILE, cpu_seconds=0.05))
    assert is_suspicious(replace(PROFILE, cpu_seconds=0.08), baseline, threshold_pct=20, floor_seconds=0.005)


def noisy_rounds(ratio: float, *, count: int, seed: int, cpu: bool = False) -> list[list[Pair]]:
    """Times with the noise of a busy machine: some runs take three times as long."""
    random = Random(seed)

    def timing(seconds: float) -> Timing:
        wall = seconds * random.lognormvariate(0, 0.08) * random.choices((1, 3), (9, 1))[0]
        return Timing(wall, seconds * random.lognormvariate(0, 0.02) if cpu else None)

    return [[(timing(0.05), timing(0.05 * ratio)) for _ in range(4)] for _ in range(count)]


def steady_rounds(old: Timing, new: Timing, *, count: int = LOOKS[0]) -> list[list[Pair]]:
    return [[(old, new)]] * count


@pytest.mark.parametrize("cpu", [False, True])
def test_noise_alone_never_proves_a_slowdown(*, cpu: bool) -> None:
    decisions = [
        weigh(noisy_rounds(1.0, count=look, seed=seed, cpu=cpu), threshold_pct=20, borne_out=True).decision
        for seed in range(100)
        for look in LOOKS[:4]
    ]
    assert Decision.SLOWER not in decisions


@pytest.mark.parametrize(("ratio", "count"), [(1.25, LOOKS[-1]), (1.5, 15), (2.0, 8), (5.0, 6)])
def test_a_real_slowdown_is_proved_through_noise(ratio: float, count: int) -> None:
    decisions = [weigh(noisy_rounds(ratio, count=count, seed=s, cpu=True), threshold_pct=20).decision for s in range(9)]
    assert set(decisions) == {Decision.SLOWER}


def test_nothing_is_decided_before_the_first_look() -> None:
    rounds = steady_rounds(Timing(1.0), Timing(5.0), count=LOOKS[0] - 1)
    assert weigh(rounds, threshold_pct=20).decision is Decision.OPEN
    assert weigh([*rounds, rounds[0]], threshold_pct=20).decision is Decision.SLOWER


@pytest.mark.parametrize(("floor", "decision"), [(0.09, Decision.SLOWER), (0.11, Decision.NOT_SLOWER)])
def test_a_proof_needs_the_floor_too(floor: float, decision: Decision) -> None:
    rounds = steady_rounds(Timing(0.1), Timing(0.2))
    assert weigh(rounds, threshold_pct=20, floor_seconds=floor, borne_out=True).decision is decision


def test_where_a_counter_proves_more_work_half_of_the_threshold_in_time_is_enough() -> None:
    rounds = steady_rounds(Timing(0.10), Timing(0.115))
    assert weigh(rounds, threshold_pct=20).decision is Decision.NOT_SLOWER
    assert weigh(rounds, threshold_pct=20, borne_out=True).decision is Decision.SLOWER


def test_the_fastest_run_of_a_round_stands_for_it() -> None:
    disturbed = [(Timing(0.1), Timing(0.9)), (Timing(0.3), Timing(0.1))]
    assert weigh([disturbed] * LOOKS[0], threshold_pct=20).decision is Decision.NOT_SLOWER


def test_more_work_on_the_processor_in_the_same_time_is_no_slowdown() -> None:
    rounds = steady_rounds(Timing(1.0, 0.1), Timing(1.0, 0.5))
    assert weigh(rounds, threshold_pct=20).decision is Decision.NOT_SLOWER


def test_waiting_is_a_slowdown_although_the_processor_does_not_see_it() -> None:
    proof = weigh(steady_rounds(Timing(1.0, 0.1), Timing(2.0, 0.1)), threshold_pct=20)
    assert (proof.decision, proof.measure, str(proof.ratio)) == (Decision.SLOWER, "time", "2.00× (2.00–2.00)")


def test_queueing_for_the_processor_is_no_slowdown() -> None:
    proof = weigh(steady_rounds(Timing(1.0, 0.9), Timing(3.0, 0.9, queued=2.0)), threshold_pct=20)
    assert proof.decision is Decision.NOT_SLOWER


def test_the_interval_is_that_of_the_exact_signed_rank_test() -> None:
    """The exact one, by inverting scipy.stats.wilcoxon, is 0.1665 to 0.8335; ours may only be wider."""
    low, estimate, high = signed_rank_interval(
        [0.204, 0.246, 1.463, 0.241, 0.207, 0.129, 0.222, 1.209, 0.286, 0.041], confidence=0.95
    )
    assert (low, estimate, high) == pytest.approx((0.1635, 0.241, 0.8335))


@pytest.mark.parametrize(
    ("change", "grown"),
    [
        ({}, ""),
        ({"samples": (9.0,)}, ""),
        ({"rows": 120}, ""),
        ({"rows": 121}, "100 → 121 rows"),
        ({"wal_bytes": 30_000}, ""),  # others write it too
        ({"blocks": 1_200}, ""),
        ({"blocks": 1_201}, "1000 → 1201 blocks"),
    ],
)
def test_counters_say_what_grew(change: dict[str, object], grown: str) -> None:
    assert counters_grew(replace(PROFILE, **change), BASELINE, threshold_pct=20) == grown


def test_a_few_blocks_more_are_bookkeeping() -> None:
    baseline = replace(BASELINE, profile=replace(PROFILE, blocks=10))
    assert counters_grew(replace(PROFILE, blocks=70), baseline, threshold_pct=20) == ""
    assert counters_grew(replace(PROFILE, blocks=75), baseline, threshold_pct=20) == "10 → 75 blocks"


@pytest.mark.parametrize(
    ("change", "heavier"),
    [
        ({}, ""),
        ({"samples": (9.0,), "rows": 900, "blocks": 9_000}, ""),
        ({"rewrites": ("orders",)}, "now rewrites orders"),
        ({"scans": ("orders", "users")}, "now reads all of orders, users"),
        (
            {"locks": (Lock("orders", LockMode.SHARE),)},
            "now blocks INSERT, UPDATE, DELETE on orders: SHARE instead of SHARE UPDATE EXCLUSIVE",
        ),
        (
            {"locks": (Lock("users", LockMode.ACCESS_EXCLUSIVE),)},
            "now blocks SELECT, INSERT, UPDATE, DELETE on users: ACCESS EXCLUSIVE where it took no lock",
        ),
        ({"locks": (Lock("users", LockMode.ROW_EXCLUSIVE),)}, ""),  # stops nobody's reads and writes
    ],
)
def test_what_a_statement_newly_does_to_others_is_said(change: dict[str, object], heavier: str) -> None:
    before = replace(PROFILE, locks=(Lock("orders", LockMode.SHARE_UPDATE_EXCLUSIVE),))
    assert became_heavier(replace(before, **change), replace(BASELINE, profile=before)) == heavier
