"""What statements cost, beside their baselines, as JSON, and the way back."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from confiture.model.growth import Estimate, Growth
from confiture.model.profile import Baseline, Comparison, Environment, Lock, LockMode, Profile
from confiture.report.json_value import Json, expect

_ELSEWHERE = Environment(server="", machine="", rows=0)
"""Where the baselines of a report were measured, which it does not say."""


def costs(comparisons: Iterable[Comparison]) -> list[Json]:
    """``comparisons`` as JSON."""
    return [_comparison(comparison) for comparison in comparisons]


def comparisons_in(data: Any) -> tuple[Comparison, ...]:
    """What `costs` wrote, but for how costs grow, which only ``confiture profile --scale`` measures.

    Raises:
        LookupError, TypeError, ValueError: `costs` did not write ``data``.
    """
    return tuple(
        Comparison(
            profile=_profile_in(each),
            baseline=_baseline_in(each["baseline"]) if each["baseline"] else None,
            ratio=None if each["ratio"] is None else expect(float, each["ratio"]),
            regressed=bool(each["regressed"]),
            reason=expect(str, each["reason"]),
            history=tuple(milliseconds / 1000 for milliseconds in each["history"]),
        )
        for each in data
    )


def _baseline_in(data: Any) -> Baseline:
    return Baseline(_profile_in(data), _ELSEWHERE, expect(str, data["accepted"]))


def _profile_in(data: Any) -> Profile:
    """The profile, without the text of its statement and with the best of its samples alone."""
    cpu = data["cpuMilliseconds"]
    return Profile(
        operation=expect(str, data["operation"]),
        statement=expect(int, data["statement"]),
        sql="",
        samples=(data["milliseconds"] / 1000,),
        rows=expect(int, data["rows"]),
        locks=tuple(
            Lock(expect(str, lock["table"]), LockMode[lock["mode"].replace(" ", "_")], lock["heldMilliseconds"] / 1000)
            for lock in data["locks"]
        ),
        rewrites=tuple(expect(str, table) for table in data["rewrites"]),
        scans=tuple(expect(str, table) for table in data["scans"]),
        wal_bytes=data["walBytes"],
        cpu_seconds=None if cpu is None else cpu / 1000,
        blocks=data["blocks"],
        rewrite_reason=data["rewriteReason"],
        plan=json.dumps(data["plan"]) if data["plan"] else "",
        disk_before=data["diskBytes"]["before"],
        disk_after=data["diskBytes"]["after"],
        memory_bytes=data["memoryBytes"],
    )


def _comparison(comparison: Comparison) -> dict[str, Json]:
    baseline: Mapping[str, Json] | None = None
    if comparison.baseline:
        baseline = {**_profile(comparison.baseline.profile), "accepted": comparison.baseline.accepted}
    return {
        **_profile(comparison.profile),
        "baseline": dict(baseline) if baseline else None,
        "ratio": comparison.ratio,
        "regressed": comparison.regressed,
        "reason": comparison.reason,
        "growth": _growth(comparison.growth) if comparison.growth else None,
        "history": [round(seconds * 1000, 4) for seconds in comparison.history],
    }


def _growth(growth: Growth) -> dict[str, Json]:
    expected = growth.production
    return {
        "table": growth.table,
        "shape": growth.shape.value,
        "error": round(growth.error, 4),
        "planned": growth.planned,
        "points": [
            {"rows": point.rows, "milliseconds": [round(seconds * 1000, 4) for seconds in point.seconds]}
            for point in growth.points
        ],
        "production": {
            "rows": expected.rows,
            "milliseconds": _estimate(expected.seconds, 1000),
            "heldMilliseconds": _estimate(expected.held, 1000),
            "walBytes": _estimate(expected.wal_bytes, 1),
        }
        if expected
        else None,
    }


def _estimate(estimate: Estimate, factor: float) -> dict[str, Json]:
    values = {"low": estimate.low, "middle": estimate.middle, "high": estimate.high}
    return {name: round(value * factor, 1) for name, value in values.items()}


def _profile(profile: Profile) -> dict[str, Json]:
    return {
        "operation": profile.operation,
        "statement": profile.statement,
        "milliseconds": round(profile.seconds * 1000, 4),
        "rows": profile.rows,
        "locks": [
            {
                "table": lock.table,
                "mode": lock.mode.label,
                "blocks": list(lock.mode.blocks),
                "heldMilliseconds": round(lock.held_seconds * 1000, 4),
            }
            for lock in profile.locks
        ],
        "rewrites": list(profile.rewrites),
        "scans": list(profile.scans),
        "walBytes": profile.wal_bytes,
        "blocks": profile.blocks,
        "cpuMilliseconds": None if profile.cpu_seconds is None else round(profile.cpu_seconds * 1000, 4),
        "rewriteReason": profile.rewrite_reason,
        "diskBytes": {"before": profile.disk_before, "after": profile.disk_after},
        "memoryBytes": profile.memory_bytes,
        "plan": json.loads(profile.plan) if profile.plan else None,
    }
