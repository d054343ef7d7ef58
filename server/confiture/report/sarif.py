"""SARIF 2.1.0: what code scanning of GitHub and others, and the viewers of editors, take.

Mutants that are ignored are left out and are no suppressed results: GitHub shows suppressed results as open alerts.
Texts stand as they are, with single braces and brackets. The standard has them doubled or escaped (3.11.5, 3.11.6), but
those who show a message without arguments, GitHub and the viewer of VS Code among them, show it to the letter.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; its sections are named by their numbers.
What GitHub makes of it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from confiture.model.finding import Finding, Level, Related
from confiture.model.verdict import Judgement
from confiture.operators import find_operator
from confiture.operators.operator import Operator
from confiture.report.documentation import DOCUMENTS, operator_page, page_of, with_addresses
from confiture.report.findings_page import explanation_of
from confiture.report.notice import Notice, notices
from confiture.report.place import Region, region_of
from confiture.report.report import Report, count
from confiture.report.selection import Detail

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Object: TypeAlias = "dict[str, Json]"

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "SRCROOT"
FINGERPRINT = "confitureFinding/v1"

_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFORMATION: "note", Level.HINT: "note"}


def render(report: Report, *, version: str, detail: Detail = Detail.NORMAL) -> str:
    """``report`` as JSON text that ends in a line break.

    Args:
        report: what to write.
        version: of Confiture.
        detail: how much is said.
    """
    return json.dumps(document(report, version=version, detail=detail), indent=2, ensure_ascii=False) + "\n"


def document(report: Report, *, version: str, detail: Detail = Detail.NORMAL) -> Object:
    """``report`` as the schema's object: one log of one run."""
    told = tuple(notices(report, detail=detail))
    rules = tuple({notice.finding.code: notice.finding for notice in told}.values())
    driver: Object = {
        "name": "Confiture",
        "version": version,
        "informationUri": DOCUMENTS.partition("/blob/")[0],
        "rules": [_rule(finding) for finding in rules],
    }
    run: Object = {
        "tool": {"driver": driver},
        "automationDetails": {"id": _automation(report)},
        "invocations": [{"executionSuccessful": all(outcome.finished for outcome in report.outcomes)}],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The directory of the checkout."}}},
        # Columns are offsets of Python's text, and lines end as `place` has it (3.14.26, 3.14.27).
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\r", "\n"],
        "results": [*_results(report, told, codes=[finding.code for finding in rules])],
        "properties": _totals(report),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _automation(report: Report) -> str:
    """A category without a run of its own (3.17.3), so that projects of one repository do not replace each other."""
    project = report.repository_path(report.root)
    return "confiture/" if project == "." else f"confiture/{project}/"


def _totals(report: Report) -> Object:
    counts = count(report.judgements)
    return {
        "score": report.score,
        "mutants": counts.total,
        "killed": counts.killed,
        "timeout": counts.timeout,
        "survived": counts.survived,
        "noCoverage": counts.no_coverage,
        "ignored": counts.ignored,
        "postgresql": report.server,
        "layout": report.layout,
    }


def _rule(finding: Finding) -> Object:
    """What the kind of ``finding`` means; GitHub shows ``help`` beside an alert."""
    operator = find_operator(finding.code) if finding.judgement else None
    return _operator_rule(operator) if operator else _finding_rule(finding)


def _operator_rule(operator: Operator) -> Object:
    address = operator_page(operator.id)
    page = with_addresses(operator.page, of=address)
    return {
        "id": operator.id,
        "name": operator.name,
        "shortDescription": {"text": operator.summary},
        "fullDescription": {"text": operator.summary},
        "help": {"text": page, "markdown": page},
        "helpUri": address,
        "properties": {"tags": [operator.category.value.lower()], "severity": operator.severity.name},
    }


def _finding_rule(finding: Finding) -> Object:
    explanation = explanation_of(finding.code)
    first = " ".join(explanation.split()).partition(". ")[0].rstrip(".") + "."
    return {
        "id": finding.code,
        "shortDescription": {"text": first},
        "fullDescription": {"text": explanation},
        "help": {"text": explanation, "markdown": explanation},
        "helpUri": page_of(finding),
        "defaultConfiguration": {"level": _LEVELS[finding.level]},
    }


def _results(report: Report, told: Iterable[Notice], *, codes: Sequence[str]) -> Iterator[Object]:
    for notice in told:
        finding = notice.finding
        result: Object = {
            "ruleId": finding.code,
            "ruleIndex": codes.index(finding.code),
            "level": _LEVELS[finding.level],
            "message": {"text": finding.message},
            "locations": [_location(report, finding.path, notice.region)],
            "partialFingerprints": {FINGERPRINT: notice.fingerprint},
        }
        if finding.related:
            result["relatedLocations"] = [
                _related(report, related, number) for number, related in enumerate(finding.related)
            ]
        if finding.judgement:
            result["properties"] = _mutant(finding.judgement)
        yield result


def _location(report: Report, path: Path, region: Region | None) -> Object:
    place: Object = {"artifactLocation": _artifact(report, path)}
    if region:
        place["region"] = {
            "startLine": region.start.line,
            "startColumn": region.start.column,
            "endLine": region.end.line,
            "endColumn": region.end.column,
        }
    return {"physicalLocation": place}


def _artifact(report: Report, path: Path) -> Object:
    """A relative address with its base, or that of a file elsewhere (3.4.3, 3.4.4)."""
    shown = report.repository_path(path)
    return {"uri": path.as_uri()} if Path(shown).is_absolute() else {"uri": quote(shown), "uriBaseId": ROOT}


def _related(report: Report, related: Related, number: int) -> Object:
    source = report.sources.get(related.path)
    region = None if source is None else region_of(source, related.span)
    return {"id": number, **_location(report, related.path, region), "message": {"text": related.message}}


def _mutant(judgement: Judgement) -> Object:
    mutant, verdict = judgement.mutant, judgement.verdict
    return {
        "mutant": mutant.id,
        "status": verdict.status.value,
        "severity": mutant.severity.name,
        "script": mutant.role.value,
        "oracles": verdict.oracles,
    }
