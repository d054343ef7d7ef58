"""GitLab's Code Quality report, which merge requests show beside their changes.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format: every field here is required there,
lines are whole lines, and of results with the same fingerprint only one is shown.
"""

import json

from confiture.model.finding import Level
from confiture.report.notice import Notice, notices
from confiture.report.report import Report
from confiture.report.selection import Detail

_SEVERITIES = {Level.ERROR: "blocker", Level.WARNING: "major", Level.INFORMATION: "minor", Level.HINT: "info"}


def render(report: Report, *, detail: Detail = Detail.NORMAL) -> str:
    """``report`` as JSON text that ends in a line break."""
    issues = [_issue(notice) for notice in notices(report, detail=detail)]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _issue(notice: Notice) -> dict[str, object]:
    finding = notice.finding
    return {
        "description": finding.message,
        "check_name": finding.code,
        "fingerprint": notice.fingerprint,
        "severity": _SEVERITIES[finding.level],
        "location": {"path": notice.path, "lines": {"begin": notice.region.start.line if notice.region else 1}},
    }
