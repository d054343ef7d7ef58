"""An operator's docstring is its page: its sections, its example and the generated document agree with the code."""

import re
from pathlib import Path

import pytest

from confiture.model.migration import Role
from confiture.model.span import Span
from confiture.operators import ALL_OPERATORS, Context, Operator, find_operator, mutants
from confiture.sql import parse_script

DOCUMENTS = Path(__file__).parents[2] / "docs" / "operators"
SECTIONS = ["Why it matters", "Example", "A test that kills it", "Left alone", "To ignore it"]
DIFF = re.compile(r"^```diff\n(.*?)^```", re.DOTALL | re.MULTILINE)

every_operator = pytest.mark.parametrize("operator", ALL_OPERATORS, ids=lambda operator: operator.id)


@every_operator
def test_page_has_its_sections(operator: Operator) -> None:
    assert re.findall(r"^## (.*)$", operator.page, re.MULTILINE) == SECTIONS


@every_operator
def test_examples_are_mutants(operator: Operator) -> None:
    examples = DIFF.findall(operator.page)
    assert examples
    for example in examples:
        original = "".join(line[1:] + "\n" for line in example.splitlines() if line[:1] != "+")
        mutated = "".join(line[1:] + "\n" for line in example.splitlines() if line[:1] != "-")
        assert normal(mutated) in {normal(text) for text in mutated_texts(operator, original)}


@every_operator
def test_document_is_up_to_date(operator: Operator, request: pytest.FixtureRequest) -> None:
    document = DOCUMENTS / f"{operator.id}.md"
    if request.config.getoption("--update-cases"):
        document.parent.mkdir(exist_ok=True)
        document.write_text(operator.page)
    assert document.read_text() == operator.page


@every_operator
def test_page_says_how_to_ignore_it(operator: Operator) -> None:
    (comment,) = re.findall(r"^-- confiture: ignore .*$", operator.page, re.MULTILINE)
    (statement,) = parse_script(Path("example.sql"), f"{comment}\nDROP TABLE orders;").statements
    (directive,) = statement.directives
    assert (directive.verb, directive.arguments.split()[0]) == ("ignore", operator.id)


def test_operators_are_found_by_id_and_name() -> None:
    assert find_operator("sch_001") is find_operator("Drop_Constraint") is ALL_OPERATORS[0]
    assert find_operator("nonsense") is None


def mutated_texts(operator: Operator, original: str) -> list[str]:
    """Texts of all mutants; a ``-- migrate:down`` line divides an example into up and down script."""
    marker = original.find("-- migrate:down")
    if marker < 0:
        script = parse_script(Path("example.sql"), original)
        contexts = [Context(role=role) for role in operator.roles]
        return [mutant.apply(script) for c in contexts for mutant in mutants(script, c, operators=[operator])]
    up = parse_script(Path("example.sql"), original, keep=[Span(0, marker)])
    down = parse_script(Path("example.sql"), original, keep=[Span(marker, len(original))])
    contexts = ((up, Context(role=Role.UP, other=down)), (down, Context(role=Role.DOWN, other=up)))
    return [
        mutant.apply_to_source(script)
        for script, context in contexts
        for mutant in mutants(script, context, operators=[operator])
    ]


def normal(text: str) -> str:
    return " ".join(text.split())
