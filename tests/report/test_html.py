"""The page for people: complete, of one piece, and safe whatever stands in the files."""

import re
from html.parser import HTMLParser

import pytest
from reports import REPORTS, judged, migration, report, survived

from confiture.engine.outcome import Outcome
from confiture.model.finding import Finding, Level
from confiture.model.span import Span
from confiture.report.html import render
from confiture.report.report import Report
from confiture.report.selection import Detail

VOID = {"meta", "hr"}
EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>"


class Reader(HTMLParser):
    """Notes elements and texts, and that each element is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(name: str, detail: Detail = Detail.NORMAL) -> Reader:
    return Reader(render(REPORTS[name](), version="1.2.3", detail=detail))


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("detail", Detail)
def test_a_page_is_well_formed_and_fetches_nothing(name: str, detail: Detail) -> None:
    read = page(name, detail)
    tags = {tag for tag, _ in read.elements}
    assert not tags & {"script", "img", "link", "iframe", "form"}
    assert not [attributes for _, attributes in read.elements if any(key.startswith("on") for key in attributes)]
    (policy,) = [a["content"] for tag, a in read.elements if tag == "meta" and "http-equiv" in a]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize("name", REPORTS)
def test_links_lead_into_the_page_or_the_documentation(name: str) -> None:
    read = page(name)
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in read.elements:
        target = attributes.get("href")
        if tag == "a" and target:
            assert target.removeprefix("#") in ids or target.startswith("https://github.com/confiture-lsp/confiture/")


def test_light_or_dark_is_the_readers_choice_and_phones_are_served() -> None:
    text = render(REPORTS["everything"](), version="1.2.3")
    assert "prefers-color-scheme: dark" in text
    assert 'name="viewport" content="width=device-width' in text
    assert set(re.findall(r"var\((--[\w-]+)\)", text)) == set(re.findall(r"(--[\w-]+):", text))


def test_what_was_found_is_there() -> None:
    text = page("everything").text
    for part in ("0004 orders", "3 of 8 noticed", "below the 75 %", "Down does not undo up", "the 4 worst of 5"):
        assert part in text
    assert "- CREATE INDEX orders_status_idx ON orders (status);" in text
    assert "Killed SCH_001 migrations/0004_orders.up.sql:3:" in text
    assert "5.0× its baseline in 9 runs side by side" in text


def test_the_part_that_differs_stands_out() -> None:
    assert "'𝄞'<b>, 'sent'</b>))" in render(REPORTS["everything"](), version="1").replace("&#x27;", "'")


def test_names_from_files_cannot_become_markup() -> None:
    (outcome,) = REPORTS["hostile"]().outcomes
    finding = Finding("apply-error", Level.ERROR, EVIL, outcome.migration.up.path, Span(0, 3))
    whole = Report(
        root=outcome.migration.up.path.parent,
        server=EVIL,
        layout="plain",
        outcomes=(Outcome(outcome.migration, findings=(finding,)),),
        sources={outcome.migration.up.path: EVIL},
    )
    read = Reader(render(whole, version=EVIL))
    assert read.text.count(EVIL) == 4
    assert not {tag for tag, _ in read.elements} & {"script", "img"}
    script = migration("1", "evil", up=f"SELECT '{EVIL}', 1, '{EVIL}';\n")
    survivor = judged(script.up, "DATA_005", "1,", f"'{EVIL}',", verdict=survived())
    read = Reader(render(report(Outcome(script, judgements=(survivor,))), version="1"))
    assert read.text.count(EVIL) == 5
    assert not {tag for tag, _ in read.elements} & {"script", "img"}
    assert page("hostile").text.count("␛]0;title␇ said [/]") == 1
