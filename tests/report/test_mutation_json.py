"""The JSON report keeps to the published schema, and a viewer that follows it shows the right places."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from reports import REPORTS, judged, survived
from reports import report as made
from snapshots import check_snapshot

from confiture.engine.outcome import Outcome
from confiture.model.migration import Delivery, Migration
from confiture.report.mutation_json import document, render
from confiture.sql import parse_script

PACKAGE = "node_modules/mutation-testing-report-schema"


@pytest.fixture(scope="module")
def schema(repository: Path) -> dict[str, Any]:
    path = repository / PACKAGE / "dist" / "src" / "mutation-testing-report-schema.json"
    assert path.is_file(), f"{PACKAGE} is missing: run `npm ci` in {repository}"
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("name", REPORTS)
def test_report_is_valid(name: str, schema: dict[str, Any]) -> None:
    validator = jsonschema.Draft7Validator(schema)
    assert not list(validator.iter_errors(json.loads(render(REPORTS[name](), version="1.2.3"))))


def test_schema_refuses_what_is_wrong(schema: dict[str, Any]) -> None:
    wrong: Any = document(REPORTS["everything"](), version="1.2.3")
    next(iter(wrong["files"].values()))["mutants"][0]["status"] = "Vanished"
    assert list(jsonschema.Draft7Validator(schema).iter_errors(wrong))


@pytest.mark.parametrize("name", REPORTS)
def test_report_looks_as_it_should(name: str) -> None:
    check_snapshot(f"{name}.json", render(REPORTS[name](), version="1.2.3"))


def test_a_viewer_that_counts_as_javascript_does_rebuilds_each_mutant() -> None:
    report = REPORTS["everything"]()
    files: Any = document(report, version="1.2.3")["files"]
    outcome = report.outcomes[0]
    seen = 0
    for judgement in outcome.judgements:
        script = outcome.migration.down if judgement.mutant.role.value == "down" else outcome.migration.up
        assert script
        file = files[report.shown_path(script.path)]
        mutant = next(one for one in file["mutants"] if one["id"].endswith(judgement.mutant.id))
        assert _mutated(file["source"], mutant) == judgement.mutant.apply_to_source(script)
        seen += 1
    assert seen == 11


def _mutated(source: str, mutant: dict[str, Any]) -> str:
    """What the viewer shows: UTF-16 units cut at lines and columns from 1."""
    units = source.encode("utf-16-le")
    starts = [0] + [index + 2 for index in range(0, len(units), 2) if units[index : index + 2] == b"\n\0"]
    start, end = (
        starts[place["line"] - 1] + 2 * (place["column"] - 1)
        for place in (mutant["location"]["start"], mutant["location"]["end"])
    )
    return (units[:start] + mutant["replacement"].encode("utf-16-le") + units[end:]).decode("utf-16-le")


def test_a_file_with_several_migrations_has_the_mutants_of_all() -> None:
    source = "CREATE TABLE a (id int UNIQUE);\nCREATE TABLE b (id int UNIQUE);\n"
    both = parse_script(Path("/shop/both.sql"), source)
    outcomes: list[Outcome] = []
    for version in ("b", "a"):
        mutant = judged(both, "SCH_001", f"{version} (id int UNIQUE)", f"{version} (id int)", verdict=survived())
        migration = Migration(version, "", both, None, Delivery.TRANSACTION)
        outcomes.append(Outcome(migration, judgements=(mutant,)))
    files: Any = document(made(*outcomes), version="1.2.3")["files"]
    assert list(files) == ["both.sql"]
    assert [mutant["id"].partition("/")[0] for mutant in files["both.sql"]["mutants"]] == ["a", "b"]


def test_ids_are_unique_in_the_report() -> None:
    report = REPORTS["everything"]()
    files: Any = document(report, version="1.2.3")["files"]
    ids = [mutant["id"] for file in files.values() for mutant in file["mutants"]]
    assert len(ids) == len(set(ids)) == 11
