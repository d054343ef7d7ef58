"""JUnit's XML keeps to what Jenkins' strictest reader allows, and each mutant is a test in it."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, fromstring

import pytest
from reports import REPORTS, report

from confiture.model.finding import Level
from confiture.model.verdict import Status
from confiture.report.junit import render


@dataclass(frozen=True)
class Rule:
    """What an element may have, and the attributes that it must have."""

    attributes: str
    required: str = ""
    children: str = ""


RESULT = Rule("type message")
RULES = {
    "testsuites": Rule("name time tests failures errors", children="testsuite"),
    "testsuite": Rule(
        "name tests failures errors group time skipped timestamp hostname id package file log url version",
        required="name tests failures errors",
        children="testsuite properties testcase system-out system-err",
    ),
    "testcase": Rule(
        "name time classname group",
        required="name",
        children="skipped error failure rerunFailure rerunError flakyFailure flakyError system-out system-err",
    ),
    "skipped": RESULT,
    "error": RESULT,
    "failure": RESULT,
    "system-out": Rule(""),
}
"""Source: https://github.com/jenkinsci/xunit-plugin, src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/
junit-10.xsd, as far as we write such elements."""
RESULTS = {
    Status.KILLED: None,
    Status.TIMEOUT: None,
    Status.SURVIVED: "failure",
    Status.RUNTIME_ERROR: "error",
    Status.NO_COVERAGE: "skipped",
    Status.COMPILE_ERROR: "skipped",
    Status.IGNORED: "skipped",
    Status.PENDING: "skipped",
}


def read(name: str) -> Element:
    return fromstring(render(REPORTS[name]()).encode())


@pytest.mark.parametrize("name", REPORTS)
def test_elements_are_those_of_the_schema(name: str) -> None:
    for element in read(name).iter():
        rule = RULES[element.tag]
        assert set(element.attrib) <= set(rule.attributes.split())
        assert set(rule.required.split()) <= set(element.attrib)
        assert {child.tag for child in element} <= set(rule.children.split())
        if element.tag.startswith("testsuite"):
            assert re.fullmatch(r"[0-9]+\.[0-9]{3}", element.attrib["time"])


@pytest.mark.parametrize("name", REPORTS)
def test_counts_are_those_of_the_tests(name: str) -> None:
    root = read(name)
    for suite in root:
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
        for counted, result in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[counted]) == len(suite.findall(f"testcase/{result}"))
    for counted in ("tests", "failures", "errors"):
        assert int(root.attrib[counted]) == sum(int(suite.attrib[counted]) for suite in root)


@pytest.mark.parametrize("name", REPORTS)
def test_each_mutant_and_each_loud_finding_is_one_test(name: str) -> None:
    report = REPORTS[name]()
    for outcome, suite in zip(report.outcomes, read(name), strict=True):
        cases = suite.findall("testcase")
        loud = [each for each in outcome.findings if each.level in {Level.ERROR, Level.WARNING}]
        applies = [case for case in cases if case.attrib["name"] == "applies"]
        assert len(applies) == (outcome.applied_seconds is not None)
        assert len(cases) == len(outcome.judgements) + len(loud) + len(applies)
        for judgement in outcome.judgements:
            (case,) = [case for case in cases if case.attrib["name"].endswith(f"({judgement.mutant.id})")]
            result = RESULTS[judgement.verdict.status]
            assert [child.tag for child in case] == ([result] if result else ["system-out"])


def test_all_verdicts_are_met_somewhere() -> None:
    met = {judgement.verdict.status for make in REPORTS.values() for judgement in make().judgements}
    assert met == set(RESULTS)


@pytest.mark.parametrize("name", REPORTS)
def test_tests_have_names_of_their_own(name: str) -> None:
    names = Counter((case.attrib["classname"], case.attrib["name"]) for case in read(name).iter("testcase"))
    assert not [name for name, count in names.items() if count > 1]


def test_characters_that_xml_forbids_are_shown_as_pictures() -> None:
    """Source: https://www.w3.org/TR/xml/#charsets (Char)."""
    (outcome,) = REPORTS["hostile"]().outcomes
    message = "".join(map(chr, (*range(0x20), 0xD800, 0xDFFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1F600)))
    finding = replace(outcome.findings[0], message=message)
    text = render(report(replace(outcome, findings=(finding,))))
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", text)
    (failure,) = fromstring(text.encode()).iter("failure")
    assert failure.attrib["message"].startswith("␀␁␂")
    assert failure.attrib["message"].endswith("\ufffd😀")
    (failure,) = read("hostile").iter("failure")
    assert failure.attrib["message"] == "␛]0;title␇ said [/]"


def test_lines_of_a_message_stay_apart() -> None:
    (failure,) = read("broken").iter("failure")
    assert failure.attrib["message"].splitlines()[1] == "HINT: there is no hint"
    assert failure.text
    assert failure.text.startswith("migrations/0006_broken.up.sql:2:23\n")


def test_a_survivor_shows_the_lines_that_change() -> None:
    failures = [each.text or "" for each in read("everything").iter("failure")]
    assert "migrations/0004_orders.up.sql:6:1\n- CREATE INDEX orders_status_idx ON orders (status);" in failures
