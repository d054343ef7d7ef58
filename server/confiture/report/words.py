"""Numbers, verdicts and costs in words, the same in every report and in the editor."""

import json
from collections.abc import Sequence
from typing import Any

from confiture.model.growth import Growth, Shape, rows_in_words
from confiture.model.profile import Lock, LockMode
from confiture.model.verdict import Status, Verdict

_BARS = "▁▂▃▄▅▆▇█"
_MUCH_WAL = 100_000_000
"""Bytes that replicas and archives notice."""


def score_text(score: float | None) -> str:
    """``83 %``, or a dash where nothing was valid; never rounded up to a hundred."""
    if score is None:
        return "–"
    return f"{int(score)} %" if score >= 99.5 else f"{score:.0f} %"


def duration(seconds: float) -> str:
    """``12.4 ms``, ``3.21 s`` or ``2 min 5 s``."""
    if seconds < 0.1:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60} s"


def plural(number: int, noun: str) -> str:
    """``1 mutant``, ``2 mutants``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def because(verdict: Verdict) -> str:
    """What decided ``verdict``, in short: the test that noticed, or the reason; may be empty for a survivor."""
    return verdict.killed_by or verdict.reason or ("equivalent" if verdict.equivalent else "")


def unnoticed_because(verdict: Verdict) -> str:
    """Why a mutant was not noticed, as far as that is known: ``not covered: the seed rows do not exercise it``."""
    return f"not covered: {verdict.reason}" if verdict.status is Status.NO_COVERAGE else verdict.reason


def sparkline(values: Sequence[float]) -> str:
    """``▁▂▇▁``: a bar for each value, from 0 to the largest."""
    most = max(values, default=0.0) or 1.0
    return "".join(_BARS[min(int(value / most * len(_BARS)), len(_BARS) - 1)] for value in values)


def lock_words(mode: LockMode, locks: Sequence[Lock]) -> str:
    """Who waits for ``locks``, which have one ``mode``: ``SHARE: blocks INSERT, UPDATE, DELETE on orders for 41 ms``.

    They are held to the end of their transaction. A lock that stops no query is only named.
    """
    tables = ", ".join(sorted(lock.table for lock in locks))
    if not mode.blocks:
        return f"{mode.label} {tables}"
    held = max(lock.held_seconds for lock in locks)
    time = f" for {duration(held)}" if held else ""
    return f"{mode.label}: blocks {', '.join(mode.blocks)} on {tables}{time}"


def plan_in_short(plan: str) -> str:
    """The nodes of a plan as EXPLAIN prints it in JSON, outermost first: ``Update on orders ← Seq Scan on orders``."""
    nodes: list[str] = []
    waiting: list[Any] = [json.loads(plan)[0]["Plan"]]
    while waiting:
        node = waiting.pop(0)
        name = node.get("Operation") or node["Node Type"]
        where = node.get("Relation Name") or node.get("Index Name")
        nodes.append(f"{name} on {where}" if where else str(name))
        waiting += node.get("Plans", [])
    return " ← ".join(nodes)


def growth_words(growth: Growth) -> str:
    """``grows as n while its plan stays; at 40 M rows 3 min (2–5), 5.8 GB (5–11) of WAL``."""
    words = "does not grow with its table" if growth.shape is Shape.CONSTANT else f"grows as {growth.shape.value}"
    words += " while its plan stays" if growth.planned and growth.shape is not Shape.CONSTANT else ""
    if expected := growth.production:
        words += f"; at {rows_in_words(expected.rows)} {expected.seconds.in_seconds()}"
        if expected.wal_bytes.middle >= _MUCH_WAL:
            words += f", {expected.wal_bytes.in_bytes()} of WAL"
    return words
