"""What was written is read as what it was, and what is no report is refused in words."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reports import REPORTS

from confiture.engine.outcome import Outcome
from confiture.errors import ConfigError
from confiture.model.migration import Role
from confiture.model.shard import Shard
from confiture.model.verdict import Judgement
from confiture.operators import find_operator
from confiture.report.formats import FORMATS, Format, Sheet, format_named
from confiture.report.from_json import read_report
from confiture.report.mutation_json import document, render
from confiture.report.report import Report


def written(report: Report) -> str:
    return render(report, version="1.2.3")


def read(text: str, *, root: Path | None = None) -> Report:
    return read_report(text, name="some.json", root=root).report


@pytest.mark.parametrize("name", REPORTS)
def test_what_is_read_is_written_as_it_was(name: str) -> None:
    text = written(REPORTS[name]())
    assert written(read(text)) == text


def as_read(judgement: Judgement) -> Judgement:
    """Of the severity that its operator has; hand-made ones have any."""
    operator = find_operator(judgement.mutant.operator)
    assert operator
    return replace(judgement, mutant=replace(judgement.mutant, severity=operator.severity))


def in_order(outcome: Outcome) -> Outcome:
    """``outcome`` with its judgements in the order of the text, up before down."""
    judgements = map(as_read, outcome.judgements)
    ordered = sorted(judgements, key=lambda each: (each.mutant.role is Role.DOWN, each.mutant.span))
    return replace(outcome, judgements=tuple(ordered))


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
@pytest.mark.parametrize("name", REPORTS)
def test_every_format_says_the_same_of_what_was_read(name: str, each: Format) -> None:
    def told(report: Report) -> str:
        stream = io.StringIO()
        each.write(report, stream, Sheet(version="1.2.3", detail=2, width=100))
        return stream.getvalue()

    report = REPORTS[name]()
    report = replace(report, outcomes=tuple(map(in_order, report.outcomes)))
    assert told(read(written(report))) == told(report)


def test_mutants_keep_all_that_decides_about_them() -> None:
    report = REPORTS["everything"]()
    again = read(written(report))
    assert again.score == report.score
    for before, after in zip(report.outcomes, again.outcomes, strict=True):
        mutants = {judgement.mutant.id: judgement.mutant for judgement in after.judgements}
        for mutant in (judgement.mutant for judgement in before.judgements):
            same = mutants[mutant.id]
            assert (same.role, same.statement, same.span) == (mutant.role, mutant.statement, mutant.span)
            assert (same.operator, same.category) == (mutant.operator, mutant.category)


def test_the_file_tells_version_and_shard() -> None:
    data: Any = document(REPORTS["everything"](), version="1.2.3")
    data["config"]["confiture"]["shard"] = "2/3"
    found = read_report(json.dumps(data), name="some.json")
    assert (found.name, found.version, found.report.shard) == ("some.json", "1.2.3", Shard(2, 3))


@pytest.mark.parametrize("shard", ["4/3", "two", 2, ""])
def test_a_shard_that_is_none_is_refused(shard: object) -> None:
    data: Any = document(REPORTS["nothing"](), version="1.2.3")
    data["config"]["confiture"]["shard"] = shard
    with pytest.raises(ConfigError, match="cannot be read as a report of Confiture"):
        read(json.dumps(data))


def test_the_project_can_be_elsewhere_than_where_the_report_was_made() -> None:
    report = read(written(REPORTS["everything"]()), root=Path("/elsewhere"))
    assert report.root == Path("/elsewhere")
    assert report.outcomes[0].migration.up.path == Path("/elsewhere/migrations/0004_orders.up.sql")
    assert report.outcomes[0].findings[0].path == Path("/elsewhere/migrations/0004_orders.down.sql")


def test_the_repository_around_the_project_goes_with_it() -> None:
    before = replace(REPORTS["elsewhere"](), root=Path("/checkout/apps/shop"), repository=Path("/checkout"))
    after = read(written(before), root=Path("/runner/work/apps/shop"))
    assert after.repository == Path("/runner/work")
    assert after.repository_path(after.root / "migrations/1.sql") == "apps/shop/migrations/1.sql"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "some.json: is no JSON"),
        ("<testsuites/>", "some.json: is no JSON"),
        ("[" * 100_000, "some.json: is no JSON"),
        ("[]", "some.json: is no report of Confiture; `confiture check --format json -o FILE` writes one"),
        ("null", "some.json: is no report of Confiture"),
        ('{"0004": []}', "some.json: is no report of Confiture"),
        ('{"schemaVersion": "2", "thresholds": {"high": 80, "low": 60}, "files": {}}', "is no report of Confiture"),
        (
            '{"schemaVersion": "2", "framework": {"name": "StrykerJS", "version": "9"}, "config": {"confiture": {}}}',
            "was written by StrykerJS with version 2 of the report schema, not by Confiture with version 2",
        ),
        (
            '{"schemaVersion": "3", "framework": {"name": "Confiture", "version": "9"}, "config": {"confiture": {}}}',
            "was written by Confiture with version 3 of the report schema, not by Confiture with version 2",
        ),
        (
            '{"schemaVersion": "2", "framework": {"name": "Confiture", "version": "9"}, "config": {"confiture": {}}}',
            "some.json: cannot be read as a report of Confiture (KeyError: 'projectRoot'); version 9 wrote it",
        ),
    ],
)
def test_what_is_no_report_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert words in str(caught.value)


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every kind of place in ``data``, of a list only the first: what holds it, and its key or index there."""
    for key in list(data) if isinstance(data, dict) else range(len(data[:1])) if isinstance(data, list) else ():
        yield data, key
        yield from places(data[key])


@pytest.mark.parametrize("damage", [None, "x", -7, [None]], ids=repr)
def test_a_damaged_file_is_refused_or_can_be_drawn(damage: object) -> None:
    data: Any = document(REPORTS["everything"](), version="1.2.3")
    sheet = Sheet(version="1.2.3", detail=2, width=100)
    refused = 0
    for holder, key in list(places(data)):
        kept, holder[key] = holder[key], damage
        text, holder[key] = json.dumps(data), kept
        try:
            report = read(text)
        except ConfigError:
            refused += 1
        else:
            format_named("terminal").write(report, io.StringIO(), sheet)
    assert refused > 60
