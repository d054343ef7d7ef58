"""JUnit's XML, as the test reports of Jenkins, GitLab and others read it.

A migration is a suite. Applying it is a test, each error or warning is a failed one, and so is each mutant: passed when
noticed, failed when it survived, in error when a test could not decide, skipped when it was not asked about.

Source: https://github.com/jenkinsci/xunit-plugin, src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/
junit-10.xsd, which knows neither ``skipped`` on the root nor ``file`` on a test. GitLab compares tests by their names,
which must be unique and stay: https://docs.gitlab.com/ci/testing/unit_test_reports/.
"""

from collections.abc import Iterator
from typing import assert_never
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from confiture.engine.outcome import Outcome, finding_of
from confiture.model.finding import LOUD, Finding
from confiture.model.verdict import Judgement, Status
from confiture.report.diff import changes
from confiture.report.place import placed
from confiture.report.report import Report
from confiture.report.style import visible
from confiture.report.words import because

_FAILED, _ERROR, _SKIPPED = "failure", "error", "skipped"


def render(report: Report) -> str:
    """All of ``report`` as XML text that ends in a line break."""
    root = Element("testsuites", name="Confiture", time=_seconds(report.duration_seconds))
    root.extend(_suite(report, outcome) for outcome in report.outcomes)
    for counted in ("tests", "failures", "errors"):
        root.set(counted, str(sum(int(suite.get(counted, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(report: Report, outcome: Outcome) -> Element:
    title, path = visible(outcome.migration.title), report.repository_path(outcome.migration.up.path)
    suite = Element("testsuite", name=title, file=visible(path), time=_seconds(outcome.duration_seconds))
    suite.extend(_cases(report, outcome))
    for counted, result in (("failures", _FAILED), ("errors", _ERROR), ("skipped", _SKIPPED)):
        suite.set(counted, str(len(suite.findall(f"testcase/{result}"))))
    suite.set("tests", str(len(suite)))
    said = [f"{each.code}: {each.message}" for each in outcome.findings if each.level not in LOUD]
    if said:
        SubElement(suite, "system-out").text = visible("\n".join(said))
    return suite


def _cases(report: Report, outcome: Outcome) -> Iterator[Element]:
    if outcome.applied_seconds is not None:
        yield _case(outcome, "migration", "applies", seconds=outcome.applied_seconds)
    loud = [finding for finding in outcome.findings if finding.level in LOUD]
    for number, finding in enumerate(loud):
        before = sum(other.code == finding.code for other in loud[:number])
        yield _finding(report, outcome, finding, name=f"{finding.code} {before + 1}" if before else finding.code)
    for judgement in outcome.judgements:
        yield _mutant(report, outcome, judgement)


def _case(outcome: Outcome, group: str, name: str, *, seconds: float = 0.0) -> Element:
    """A test; servers take what is before the last dot of its class for a package, here the migration."""
    classname = f"{visible(outcome.migration.title)}.{group}"
    return Element("testcase", classname=classname, name=visible(name), time=_seconds(seconds))


def _finding(report: Report, outcome: Outcome, finding: Finding, *, name: str) -> Element:
    case = _case(outcome, "migration", name)
    path, source = report.repository_path(finding.path), report.sources.get(finding.path)
    place = placed(path, source, finding.span.start)
    _result(case, _FAILED, kind=finding.code, message=finding.message, text=f"{place}\n{finding.message}")
    return case


def _mutant(report: Report, outcome: Outcome, judgement: Judgement) -> Element:
    mutant, verdict = judgement.mutant, judgement.verdict
    name = f"{mutant.description} ({mutant.id})"
    case = _case(outcome, mutant.role.value, name, seconds=verdict.duration_seconds)
    said = f"{verdict.status.value}: {because(verdict)}".removesuffix(": ")
    match verdict.status:
        case Status.KILLED | Status.TIMEOUT:
            SubElement(case, "system-out").text = visible(said)
        case Status.SURVIVED:
            message = finding_of(judgement, outcome.migration).message
            text = _mistake(report, outcome, judgement)
            _result(case, _FAILED, kind=mutant.severity.name, message=message, text=text)
        case Status.RUNTIME_ERROR:
            text = f"{said}\n{_mistake(report, outcome, judgement)}"
            _result(case, _ERROR, kind=verdict.status.value, message=said, text=text)
        case Status.NO_COVERAGE | Status.IGNORED | Status.COMPILE_ERROR | Status.PENDING:
            _result(case, _SKIPPED, kind=verdict.status.value, message=said)
        case _:
            assert_never(verdict.status)
    return case


def _result(case: Element, result: str, *, kind: str, message: str, text: str | None = None) -> None:
    said = SubElement(case, result, type=kind, message=visible(message))
    said.text = visible(text) if text else None


def _mistake(report: Report, outcome: Outcome, judgement: Judgement) -> str:
    """Where the mutant is, and the lines that it changes."""
    script = outcome.migration.script(judgement.mutant.role)
    lines = [placed(report.repository_path(script.path), script.source, judgement.mutant.span.start)]
    for change in changes(script.source, judgement.mutant.edits):
        lines += [*(f"- {line}" for line in change.removed), *(f"+ {line}" for line in change.added)]
    return "\n".join(lines)


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
