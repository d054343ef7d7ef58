"""The mutation-testing report schema, which the report viewers and dashboards of that family read.

What the schema has no field for (findings, residue, costs, shards) stands under ``config.confiture``, the one place
that the schema leaves free.

Source: https://github.com/stryker-mutator/mutation-testing-elements, packages/report-schema.
"""

import json
import os
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

from confiture.engine.outcome import Outcome
from confiture.model.difference import Difference
from confiture.model.finding import Finding, Related
from confiture.model.migration import Migration
from confiture.model.mutant import Mutant
from confiture.model.span import Edit, Span, apply_edits
from confiture.model.verdict import Judgement
from confiture.report.cost_json import costs
from confiture.report.json_value import Json
from confiture.report.report import Report
from confiture.report.viewer_place import location_of

NAME = "Confiture"
SCHEMA_VERSION = "2"
HIGH, LOW = 80, 60
BUILT_IN = "confiture"
"""The test file that stands for the oracles which are no file."""


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
        "framework": {"name": NAME, "version": version, "dependencies": {"PostgreSQL": report.server}},
        "files": _files(report),
        "testFiles": _test_files(report),
        "performance": _performance(report),
        "config": {"confiture": _own(report)},
    }


def _own(report: Report) -> dict[str, Json]:
    return {
        "layout": report.layout,
        "shard": str(report.shard) if report.shard else None,
        "inputs": report.inputs,
        "failUnder": report.fail_under,
        "perLine": report.per_line,
        "perFile": report.per_file,
        "repository": _way(report.repository, start=report.root),
        "migrations": [_extra(report, outcome) for outcome in report.outcomes],
        "sources": _other_sources(report),
    }


def _way(path: Path | None, *, start: Path) -> str | None:
    """From ``start`` to ``path``, so that it leads there too where another machine has the project."""
    return None if path is None else Path(os.path.relpath(path, start)).as_posix()


def _thresholds(report: Report) -> dict[str, Json]:
    if report.fail_under is None:
        return {"high": HIGH, "low": LOW}
    low = max(0, min(100, round(report.fail_under)))
    return {"high": max(HIGH, low), "low": low}


def _files(report: Report) -> dict[str, Json]:
    """The files of all scripts, each with its mutants, in the order of the text."""
    sources: dict[Path, str] = {}
    found: dict[Path, list[tuple[Span, str, Json]]] = {}
    for outcome in report.outcomes:
        for script in outcome.migration.scripts.values():
            sources[script.path] = script.source
        for judgement in outcome.judgements:
            mutant, path = judgement.mutant, outcome.migration.script(judgement.mutant.role).path
            found.setdefault(path, []).append((_place(mutant), mutant.id, _mutant(outcome, judgement)))
    return {
        report.shown_path(path): {
            "language": "sql",
            "source": source,
            "mutants": [data for _, _, data in sorted(found.get(path, ()), key=itemgetter(0, 1))],
        }
        for path, source in sources.items()
    }


def _mutant(outcome: Outcome, judgement: Judgement) -> dict[str, Json]:
    mutant, verdict = judgement.mutant, judgement.verdict
    source, place = outcome.migration.script(mutant.role).source, _place(mutant)
    inside = (Edit(edit.span.shift(-place.start), edit.replacement) for edit in mutant.edits)
    result: dict[str, Json] = {
        "id": f"{outcome.migration.version}/{mutant.id}",
        "mutatorName": mutant.operator,
        "description": mutant.description,
        "location": location_of(source, place),
        "replacement": apply_edits(place.of(source), inside),
        "status": verdict.status.value,
        "duration": round(verdict.duration_seconds * 1000, 3),
        "testsCompleted": verdict.oracles,
    }
    if verdict.reason or verdict.equivalent:
        result["statusReason"] = verdict.reason or "equivalent"
    if verdict.killed_by:
        result["killedBy"] = [verdict.killed_by]
    return result


def _place(mutant: Mutant) -> Span:
    """The smallest place that holds what is shown of ``mutant`` and all its edits."""
    spans = (mutant.span, *(edit.span for edit in mutant.edits))
    return Span(min(span.start for span in spans), max(span.end for span in spans))


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
        "delivery": migration.delivery.value,
        "applied": outcome.applied_seconds is not None,
        "appliedMilliseconds": _milliseconds(outcome.applied_seconds),
        "undone": outcome.undone,
        "finished": outcome.finished,
        "milliseconds": _milliseconds(outcome.duration_seconds),
        "planned": outcome.planned,
        "score": outcome.score,
        "statements": [*_statements(report, migration)],
        "shown": {mutant.id: location for mutant, location in _shown(outcome)},
        "findings": [_finding(report, finding) for finding in outcome.findings],
        "residue": [_difference(difference) for difference in outcome.residue],
        "costs": costs(outcome.comparisons),
    }


def _statements(report: Report, migration: Migration) -> Iterator[Json]:
    """What the mutants belong to: each to the last statement of its file that begins at or before it."""
    for role, script in migration.scripts.items():
        for statement in script.statements:
            yield {
                "file": report.shown_path(script.path),
                "role": role.value,
                "statement": statement.index,
                "operation": statement.operation,
                "location": location_of(script.source, statement.span),
            }


def _finding(report: Report, finding: Finding) -> dict[str, Json]:
    return {
        "code": finding.code,
        "level": finding.level.value,
        **_words(report, finding),
        "related": [_words(report, related) for related in finding.related],
    }


def _shown(outcome: Outcome) -> Iterator[tuple[Mutant, Json]]:
    """Where people look for a mutant, if that is not all that it replaces: blanks and commas around it go with it."""
    for mutant in (judgement.mutant for judgement in outcome.judgements):
        if mutant.span != _place(mutant):
            yield mutant, location_of(outcome.migration.script(mutant.role).source, mutant.span)


def _words(report: Report, said: Finding | Related) -> dict[str, Json]:
    """What is said of a place, which is left out where the file is not known."""
    source = report.sources.get(said.path)
    location: dict[str, Json] = {"location": location_of(source, said.span)} if source is not None else {}
    return {"message": said.message, "file": report.shown_path(said.path), **location}


def _other_sources(report: Report) -> dict[str, Json]:
    """The files that findings speak of and that are no scripts of the migrations."""
    scripts = {script.path for outcome in report.outcomes for script in outcome.migration.scripts.values()}
    findings = [finding for outcome in report.outcomes for finding in outcome.findings]
    paths = {said.path for finding in findings for said in (finding, *finding.related)} - scripts
    return {report.shown_path(path): report.sources[path] for path in sorted(paths & report.sources.keys())}


def _difference(difference: Difference) -> dict[str, Json]:
    return {
        "object": difference.object,
        "change": difference.change.value,
        "expected": difference.expected,
        "actual": difference.actual,
    }


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)
