"""The mutation-testing report schema, which the report viewers and dashboards of that family read.

What the schema has no field for (findings, residue, costs) stands under ``config.confiture``, the one place
that the schema leaves free.

Source: https://github.com/stryker-mutator/mutation-testing-elements, packages/report-schema.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from confiture.engine.outcome import Outcome
from confiture.model.difference import Difference
from confiture.model.finding import Finding
from confiture.model.growth import Estimate, Growth
from confiture.model.migration import Migration, Role
from confiture.model.profile import Comparison, Profile
from confiture.model.span import Edit, Span, apply_edits
from confiture.model.verdict import Judgement
from confiture.report.report import Report

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

SCHEMA_VERSION = "2"
HIGH, LOW = 80, 60
BUILT_IN = "confiture"
"""The test file that stands for the oracles which are no file."""

# The schema names no unit for columns. Its viewer cuts the source with JavaScript's `substring`, so
# they are UTF-16 code units, and it also breaks lines at the two Unicode separators.
_VIEWER_LINE_BREAK = re.compile("\r\n|[\r\n\u2028\u2029]")


def render(report: Report, *, version: str) -> str:
    """``report`` as JSON text that ends in a line break.

    Args:
        report: what to write.
        version: of Confiture.
    """
    return json.dumps(document(report, version=version), indent=2, ensure_ascii=False) + "\n"


def document(report: Report, *, version: str) -> dict[str, Json]:
    """``report`` as the schema's object."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "thresholds": _thresholds(report),
        "projectRoot": report.root.as_posix(),
        "framework": {"name": "Confiture", "version": version, "dependencies": {"PostgreSQL": report.server}},
        "files": _files(report),
        "testFiles": _test_files(report),
        "performance": _performance(report),
        "config": {"confiture": {"layout": report.layout, "migrations": [_extra(report, o) for o in report.outcomes]}},
    }


def _thresholds(report: Report) -> dict[str, Json]:
    if report.fail_under is None:
        return {"high": HIGH, "low": LOW}
    low = max(0, min(100, round(report.fail_under)))
    return {"high": max(HIGH, low), "low": low}


def _files(report: Report) -> dict[str, Json]:
    files: dict[str, Json] = {}
    for outcome in report.outcomes:
        migration = outcome.migration
        by_path: dict[Path, list[Json]] = {migration.up.path: []}
        sources = {migration.up.path: migration.up.source}
        if migration.down:
            by_path.setdefault(migration.down.path, [])
            sources[migration.down.path] = migration.down.source
        for judgement in outcome.judgements:
            by_path[migration.script(judgement.mutant.role).path].append(_mutant(outcome, judgement))
        for path, mutants in by_path.items():
            files[report.shown_path(path)] = {"language": "sql", "source": sources[path], "mutants": mutants}
    return files


def _mutant(outcome: Outcome, judgement: Judgement) -> dict[str, Json]:
    mutant, verdict = judgement.mutant, judgement.verdict
    source = outcome.migration.script(mutant.role).source
    place, replacement = _replaced(source, mutant.span, mutant.edits)
    result: dict[str, Json] = {
        "id": f"{outcome.migration.version}/{mutant.id}",
        "mutatorName": mutant.operator,
        "description": mutant.description,
        "location": _location(source, place),
        "replacement": replacement,
        "status": verdict.status.value,
        "duration": round(verdict.duration_seconds * 1000, 3),
        "testsCompleted": verdict.oracles,
    }
    if verdict.reason or verdict.equivalent:
        result["statusReason"] = verdict.reason or "equivalent"
    if verdict.killed_by:
        result["killedBy"] = [verdict.killed_by]
    return result


def _replaced(source: str, span: Span, edits: tuple[Edit, ...]) -> tuple[Span, str]:
    """The smallest place that holds ``span`` and all ``edits``, and what stands there afterwards."""
    place = Span(
        min(span.start, *(edit.span.start for edit in edits)), max(span.end, *(edit.span.end for edit in edits))
    )
    inside = (Edit(edit.span.shift(-place.start), edit.replacement) for edit in edits)
    return place, apply_edits(place.of(source), inside)


def _location(source: str, span: Span) -> dict[str, Json]:
    return {"start": _position(source, span.start), "end": _position(source, span.end)}


def _position(source: str, offset: int) -> dict[str, Json]:
    starts = _viewer_line_starts(source)
    line = bisect_right(starts, offset)
    before = source[starts[line - 1] : offset]
    return {"line": line, "column": len(before) + sum(char > "\uffff" for char in before) + 1}


@lru_cache(maxsize=64)
def _viewer_line_starts(source: str) -> tuple[int, ...]:
    return (0, *(match.end() for match in _VIEWER_LINE_BREAK.finditer(source)))


def _test_files(report: Report) -> dict[str, Json]:
    """The oracles that killed something, each a test of its own file."""
    texts = {report.shown_path(path): text for path, text in report.sources.items()}
    killers = {judgement.verdict.killed_by for judgement in report.judgements} - {None}
    files: dict[str, Json] = {}
    built_in: list[Json] = []
    for name in sorted(str(killer) for killer in killers):
        test: dict[str, Json] = {"id": name, "name": name}
        if name in texts:
            files[name] = {"source": texts[name], "tests": [test]}
        else:
            built_in.append(test)
    if built_in:
        files[BUILT_IN] = {"tests": built_in}
    return files


def _performance(report: Report) -> dict[str, Json]:
    mutation = sum(judgement.verdict.duration_seconds for judgement in report.judgements)
    initial = sum(outcome.applied_seconds or 0.0 for outcome in report.outcomes)
    setup = max(0.0, report.duration_seconds - mutation - initial)
    return {
        name: round(seconds * 1000, 3)
        for name, seconds in (("setup", setup), ("initialRun", initial), ("mutation", mutation))
    }


def _extra(report: Report, outcome: Outcome) -> dict[str, Json]:
    migration = outcome.migration
    return {
        "version": migration.version,
        "name": migration.name,
        "up": report.shown_path(migration.up.path),
        "down": report.shown_path(migration.down.path) if migration.down else None,
        "applied": outcome.applied_seconds is not None,
        "finished": outcome.finished,
        "score": outcome.score,
        "statements": [*_statements(report, migration)],
        "findings": [_finding(report, finding) for finding in outcome.findings],
        "residue": [_difference(difference) for difference in outcome.residue],
        "costs": costs(outcome.comparisons),
    }


def _statements(report: Report, migration: Migration) -> Iterator[Json]:
    """What the mutants belong to: each to the last statement of its file that begins at or before it."""
    both = ((Role.UP, migration.up), (Role.DOWN, migration.down))
    for role, script in ((role, script) for role, script in both if script):
        for statement in script.statements:
            yield {
                "file": report.shown_path(script.path),
                "role": role.value,
                "statement": statement.index,
                "operation": statement.operation,
                "location": _location(script.source, statement.span),
            }


def _finding(report: Report, finding: Finding) -> dict[str, Json]:
    source = report.sources.get(finding.path)
    result: dict[str, Json] = {
        "code": finding.code,
        "level": finding.level.value,
        "message": finding.message,
        "file": report.shown_path(finding.path),
    }
    if source is not None:
        result["location"] = _location(source, finding.span)
    return result


def _difference(difference: Difference) -> dict[str, Json]:
    return {
        "object": difference.object,
        "change": difference.change.value,
        "expected": difference.expected,
        "actual": difference.actual,
    }


def costs(comparisons: Iterable[Comparison]) -> list[Json]:
    """Costs beside their baselines, also for ``confiture profile --json``."""
    return [_comparison(comparison) for comparison in comparisons]


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
