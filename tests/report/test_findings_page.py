"""The page about findings is made from the code, and each part of it can stand alone."""

import re
from pathlib import Path

import pytest

from confiture.operators import ALL_OPERATORS
from confiture.report.documentation import operator_page, with_addresses
from confiture.report.findings_page import PAGE, explanation_of

CODES = re.findall("^## (.+)$", PAGE, re.MULTILINE)


def test_document_is_up_to_date(repository: Path, request: pytest.FixtureRequest) -> None:
    document = repository / "docs" / "findings.md"
    if request.config.getoption("--update-cases"):
        document.write_text(PAGE, encoding="utf-8", newline="\n")
    assert document.read_text("utf-8") == PAGE


@pytest.mark.parametrize("code", CODES)
def test_each_finding_is_explained_with_whole_addresses(code: str) -> None:
    explanation = explanation_of(code)
    assert explanation.endswith(".")
    assert "\n#" not in explanation
    for link in re.findall(r"\]\(([^)]*)\)", explanation):
        assert link.startswith("https://github.com/confiture-lsp/confiture/blob/main/docs/")


def test_what_is_not_a_finding_has_no_explanation() -> None:
    with pytest.raises(KeyError):
        explanation_of("SCH_001")


@pytest.mark.parametrize("operator", ALL_OPERATORS, ids=lambda operator: operator.id)
def test_links_of_operators_lead_somewhere_from_anywhere(operator, repository: Path) -> None:
    address = operator_page(operator.id)
    ours = address.removesuffix(f"docs/operators/{operator.id}.md")
    links = re.findall(r"\]\(([^)\s]+)\)", with_addresses(operator.page, of=address))
    assert links
    for link in links:
        assert link.startswith("https://")
        if link.startswith(ours):
            assert (repository / link.removeprefix(ours).partition("#")[0]).exists()
