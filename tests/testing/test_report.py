"""What a report of mutations counts, says and writes as JSON."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from confiture.testing.frameworks.mutation import (
    MutantResult,
    Mutation,
    MutationRegistry,
    MutationReport,
    MutationResult,
    MutationTestResult,
)

REGISTRY = MutationRegistry()


def test_the_result_has_two_names() -> None:
    assert MutationTestResult is MutationResult


def result(severity: str, status: str, *mutants: MutantResult) -> MutationResult:
    mutation = REGISTRY.get_mutations_by_severity(severity)[0]
    return MutationResult(mutation, status, mutants=mutants)


def test_what_went_unnoticed_comes_most_severe_first() -> None:
    ordered = ["CRITICAL", "HIGH", "MEDIUM", "LOW"]
    made = {one: Mutation(one.lower(), "breaks it", "DATA", one, str.upper) for one in ordered}
    report = MutationReport([MutationResult(made[one], "Survived") for one in ("LOW", "HIGH", "CRITICAL", "MEDIUM")])
    assert [mutation.severity for mutation in report.get_survived_mutations()] == ordered
    assert report.get_summary().splitlines()[2:] == [f"  {one.lower()} {one}: breaks it" for one in ordered]


def test_a_report_without_survivors_has_no_weak_areas() -> None:
    report = MutationReport([result("HIGH", "Killed")])
    assert report.get_summary() == (
        "Kill rate 100.0%: 1 of 1 mutations killed, 0 survived, 0 errors, 0 ignored or not judged (0.0 s)"
    )


def test_a_report_counts_mutations_and_their_places() -> None:
    places = [
        MutantResult("a", "drops it", "Survived", "1.sql", 3),
        MutantResult("b", "keeps it", "Killed", "1.sql", 4),
        MutantResult("c", "bends it", "NoCoverage", "2.sql", 5),
        MutantResult("d", "halves it", "Timeout", "2.sql", 6),
        MutantResult("e", "breaks it", "CompileError", "2.sql", 7),
        MutantResult("f", "doubles it", "Killed", "2.sql", 8),
    ]
    results = [
        result("CRITICAL", "Survived", *places),
        result("HIGH", "Ignored"),
        result("HIGH", "CompileError"),
        result("HIGH", "Timeout"),
        result("HIGH", "Killed"),
    ]
    report = MutationReport(results, duration_seconds=1.5, problems=["002: no such table"])
    high = {"total": 4, "killed": 2, "survived": 0, "errors": 1, "others": 1, "kill_rate": 100.0}
    statistics = report.get_statistics()
    assert statistics["by_severity"]["HIGH"] == high
    assert {*statistics["by_severity"]} == {"CRITICAL", "HIGH"}
    categories = Counter(result.mutation.category for result in results)
    assert {name: found["total"] for name, found in statistics["by_category"].items()} == categories
    counts = {"total": 5, "killed": 2, "survived": 1, "errors": 1, "others": 1, "kill_rate": pytest.approx(200 / 3)}
    more = {"mutants": 6, "mutant_score": 60.0, "duration_seconds": 1.5}
    assert {key: statistics[key] for key in {**counts, **more}} == {**counts, **more}
    assert report.get_summary().splitlines() == [
        "Kill rate 66.7%: 2 of 5 mutations killed, 1 survived, 1 errors, 1 ignored or not judged (1.5 s)",
        "Weak areas:",
        f"  {results[0].mutation.id} CRITICAL: {results[0].mutation.description}",
        "    1.sql:3: drops it",
        "    2.sql:5: bends it",
        "Problem: 002: no such table",
    ]
    assert results[2].error == "CompileError"
    assert MutationReport.from_json(report.to_json()) == report


def test_an_unknown_mutation_of_a_report_cannot_be_applied() -> None:
    written = MutationReport([result("HIGH", "Killed")]).to_json()
    [read] = MutationReport.from_json(written).results
    assert read.mutation.apply_function("SELECT 1;") == "SELECT 1;"
    [unknown] = MutationReport.from_json(written.replace(read.mutation.id, "SCH_999")).results
    with pytest.raises(LookupError, match=f"is no built-in one cannot be applied to '{'x' * 40}'$"):
        unknown.mutation.apply_function("x" * 100)


def test_a_report_is_json_that_people_can_read() -> None:
    mutation = Mutation("OWN_1", "forgets it", "DATA", "HIGH", str.upper, ["INSERT"], "forget")
    place = MutantResult("a", "forgets users", "Killed", "1.sql", 3, "one row less", "tests/users.sql", 0.25)
    undecided = MutantResult("b", "forgets posts", "Timeout", "2.sql", 4)
    report = MutationReport(
        [MutationResult(mutation, "Survived", "nobody looked", 0.5, (place, undecided))],
        datetime(2026, 1, 2, tzinfo=UTC),
        duration_seconds=1.5,
        problems=["migraci\u00f3n"],
    )
    assert '  "problems": [\n    "migraci\u00f3n"' in report.to_json()
    assert json.loads(report.to_json()) == {
        "format": 1,
        "timestamp": "2026-01-02T00:00:00+00:00",
        "duration_seconds": 1.5,
        "kill_rate": 0.0,
        "mutant_score": 100.0,
        "results": [
            {
                "mutation": {
                    "id": "OWN_1",
                    "name": "forget",
                    "description": "forgets it",
                    "category": "DATA",
                    "severity": "HIGH",
                    "keywords": ["INSERT"],
                },
                "status": "Survived",
                "reason": "nobody looked",
                "duration_seconds": 0.5,
                "mutants": [
                    {
                        "id": "a",
                        "description": "forgets users",
                        "status": "Killed",
                        "path": "1.sql",
                        "line": 3,
                        "reason": "one row less",
                        "killed_by": "tests/users.sql",
                        "duration_seconds": 0.25,
                    },
                    {
                        "id": "b",
                        "description": "forgets posts",
                        "status": "Timeout",
                        "path": "2.sql",
                        "line": 4,
                        "reason": "",
                        "killed_by": None,
                        "duration_seconds": 0.0,
                    },
                ],
            }
        ],
        "problems": ["migraci\u00f3n"],
    }
    assert MutationReport.from_json(report.to_json()) == report


NO_REPORTS = {
    "": "Expecting value",
    "{}": r"^not a report of mutations: KeyError\('format'\)$",
    "[]": "^not a report of mutations: TypeError",
    '{"format": 2}': "^format 2 is not 1$",
    '{"format": 1, "results": [{}]}': r"^not a report of mutations: KeyError\('mutation'\)$",
}


@pytest.mark.parametrize("text", NO_REPORTS)
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=NO_REPORTS[text]):
        MutationReport.from_json(text)
