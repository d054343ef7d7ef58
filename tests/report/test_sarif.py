"""SARIF as code scanning and viewers take it: of the right shape, at the right places, explained, recognised again."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from reports import REPORTS, ROOT

from confiture.operators import ALL_OPERATORS
from confiture.report.documentation import page_of
from confiture.report.notice import notices
from confiture.report.sarif import FINGERPRINT, document, render
from confiture.report.selection import Detail

LINE = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
TYPES = "node_modules/@types/sarif/index.d.ts"
LONGEST_DESCRIPTION = 1024
"""Source: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/
sarif-support-for-code-scanning, reportingDescriptor object."""


def run_of(name: str, detail: Detail = Detail.NORMAL) -> Any:
    log = json.loads(render(REPORTS[name](), version="1.2.3", detail=detail))
    (run,) = log["runs"]
    return run


def complaints(repository: Path, folder: Path, logs: dict[str, object]) -> str:
    """What TypeScript says of ``logs`` as literals of the published type: unknown names and values are errors."""
    assert (repository / TYPES).is_file(), f"{TYPES} is missing: run `npm ci` in {repository}"
    for name, log in logs.items():
        text = json.dumps(log)
        (folder / f"{name}.ts").write_text(f'import type {{ Log }} from "sarif";\nexport const log: Log = {text};\n')
    options = {"strict": True, "noEmit": True, "module": "preserve", "types": [], "lib": ["es2023"]}
    paths = {"paths": {"sarif": [str(repository / TYPES)]}}
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options | paths, "include": ["*.ts"]}))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    checked = subprocess.run(
        [repository / "node_modules/.bin/tsc", "--project", folder],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    return checked.stdout + checked.stderr


def test_logs_are_of_the_published_type(repository: Path, tmp_path: Path) -> None:
    logs = {name: document(make(), version="1.2.3", detail=Detail.VERBOSE) for name, make in REPORTS.items()}
    assert complaints(repository, tmp_path, dict(logs)) == ""


def test_the_published_type_refuses_what_is_wrong(repository: Path, tmp_path: Path) -> None:
    wrong: Any = document(REPORTS["everything"](), version="1.2.3")
    wrong["runs"][0]["results"][0]["level"] = "loud"
    wrong["runs"][0]["results"][1]["partialFingerprint"] = {}
    del wrong["runs"][0]["tool"]["driver"]["name"]
    said = complaints(repository, tmp_path, {"wrong": wrong})
    for part in ('"loud"', "partialFingerprint", "Property 'name' is missing"):
        assert part in said


@pytest.mark.parametrize("name", REPORTS)
def test_every_result_has_its_rule(name: str) -> None:
    run = run_of(name, Detail.VERBOSE)
    rules = run["tool"]["driver"]["rules"]
    ids = [rule["id"] for rule in rules]
    assert len(ids) == len(set(ids))
    told = notices(REPORTS[name](), detail=Detail.VERBOSE)
    for result, notice in zip(run["results"], told, strict=True):
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"] == notice.finding.code
        assert rule["helpUri"] == page_of(notice.finding)
        assert result["message"]["text"] == notice.finding.message
        assert len(rule["shortDescription"]["text"]) <= LONGEST_DESCRIPTION
        assert len(rule["fullDescription"]["text"]) <= LONGEST_DESCRIPTION
        assert rule["help"]["text"]
    assert {result["ruleId"] for result in run["results"]} == set(ids)


@pytest.mark.parametrize("name", REPORTS)
def test_regions_count_code_points_and_lines_as_the_log_says(name: str) -> None:
    """Source: SARIF 2.1.0, 3.14.26 newlineSequences, 3.14.27 columnKind, 3.30.7 and 3.30.8 (the end is behind)."""
    report, run = REPORTS[name](), run_of(name)
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["newlineSequences"] == ["\r\n", "\r", "\n"]
    for result, notice in zip(run["results"], notices(report, detail=Detail.NORMAL), strict=True):
        (location,) = result["locations"]
        region, source = location["physicalLocation"].get("region"), report.sources.get(notice.finding.path)
        assert (region is None) == (source is None)
        if region and source is not None:
            lines = LINE.split(source)
            start = sum(map(len, lines[: region["startLine"] - 1])) + region["startColumn"] - 1
            end = sum(map(len, lines[: region["endLine"] - 1])) + region["endColumn"] - 1
            assert source[start:end] == notice.finding.span.of(source)


def test_addresses_are_relative_to_the_checkout_or_whole() -> None:
    """Source: SARIF 2.1.0, 3.4.3 and 3.4.4."""
    run = run_of("elsewhere")
    artifacts = [each["locations"][0]["physicalLocation"]["artifactLocation"] for each in run["results"]]
    assert {"uri": "file:///seeds/a%20b.sql"} in artifacts
    relative = {unquote(each["uri"]) for each in artifacts if each.get("uriBaseId") == "SRCROOT"}
    assert relative == {"db/migrations/1 größe, 100%.sql", "db/migrations/2 größe, 100%.sql"}
    assert all(each["uri"].isascii() and " " not in each["uri"] for each in artifacts)
    assert run["originalUriBaseIds"].keys() == {"SRCROOT"}


def test_projects_of_one_repository_have_categories_of_their_own() -> None:
    """Source: SARIF 2.1.0, 3.17.3: what is before the last slash is the category."""
    assert run_of("elsewhere")["automationDetails"]["id"] == "confiture/db/"
    assert run_of("everything")["automationDetails"]["id"] == "confiture/"
    inside: Any = document(replace(REPORTS["everything"](), repository=ROOT), version="1")
    assert inside["runs"][0]["automationDetails"]["id"] == "confiture/"


def test_a_run_that_stopped_early_was_not_successful() -> None:
    successful = {name: run_of(name)["invocations"][0]["executionSuccessful"] for name in ("everything", "elsewhere")}
    assert successful == {"everything": True, "elsewhere": False}


def test_fingerprints_are_those_of_the_notices() -> None:
    results = run_of("everything")["results"]
    wanted = [notice.fingerprint for notice in notices(REPORTS["everything"](), detail=Detail.NORMAL)]
    assert [result["partialFingerprints"] for result in results] == [{FINGERPRINT: each} for each in wanted]


def test_survivors_name_their_mutants_and_the_run_its_score() -> None:
    run, report = run_of("everything", Detail.VERBOSE), REPORTS["everything"]()
    named = {result["properties"]["mutant"] for result in run["results"] if "properties" in result}
    undetected = {"Survived", "NoCoverage"}
    assert named == {each.mutant.id for each in report.judgements if each.verdict.status.value in undetected}
    assert run["properties"]["score"] == report.score == 37.5


def test_ignored_mutants_are_not_told() -> None:
    text = render(REPORTS["everything"](), version="1", detail=Detail.VERBOSE)
    assert "NOT becomes nothing" not in text
    assert "suppressions" not in text


def test_related_places_have_their_words() -> None:
    (result,) = run_of("broken")["results"]
    (related,) = result["relatedLocations"]
    assert related["id"] == 0
    assert related["message"] == {"text": "orders is made here"}
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "migrations/0004_orders.up.sql"


@pytest.mark.parametrize("operator", ALL_OPERATORS, ids=lambda operator: operator.id)
def test_descriptions_of_operators_are_short_enough(operator) -> None:
    assert len(operator.summary) <= LONGEST_DESCRIPTION
