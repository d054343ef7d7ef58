"""GitLab's Code Quality report has what GitLab asks for, and nothing that it would drop."""

import json
from pathlib import PurePosixPath

import pytest
from reports import REPORTS

from confiture.report.gitlab import render
from confiture.report.selection import Detail

FIELDS = {"description", "check_name", "fingerprint", "severity", "location"}
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


@pytest.mark.parametrize("name", REPORTS)
def test_every_issue_has_its_fields(name: str) -> None:
    """Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""
    issues = json.loads(render(REPORTS[name](), detail=Detail.VERBOSE))
    for issue in issues:
        assert issue.keys() == FIELDS
        assert issue["severity"] in SEVERITIES
        assert all(isinstance(issue[field], str) and issue[field] for field in FIELDS - {"location"})
        assert issue["location"].keys() == {"path", "lines"}
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith("./")
    prints = [issue["fingerprint"] for issue in issues]
    assert len(prints) == len(set(prints))


def test_paths_lead_from_the_root_of_the_repository() -> None:
    paths = {PurePosixPath(issue["location"]["path"]) for issue in json.loads(render(REPORTS["elsewhere"]()))}
    assert {path.parts[0] for path in paths} == {"db", "/"}


def test_without_findings_there_is_an_empty_list() -> None:
    assert json.loads(render(REPORTS["nothing"]())) == []
