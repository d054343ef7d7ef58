"""Each operator finds just the mutants that its cases expect, and PostgreSQL's parser accepts them all."""

import tomllib
from collections import Counter
from pathlib import Path

import postgast
import pytest
from cases import CASES, Case, all_cases

from confiture.operators import ALL_OPERATORS, Operator

ALL_CASES = all_cases()
REWRITES = tomllib.loads((Path(__file__).parent / "rewrites.toml").read_text())


@pytest.mark.parametrize("case", ALL_CASES, ids=str)
def test_finds_the_expected_mutants(case: Case, request: pytest.FixtureRequest) -> None:
    rendered = case.rendered()
    if request.config.getoption("--update-cases"):
        case.expected.write_text(rendered)
    assert rendered == case.expected.read_text()
    assert (not rendered) == case.path.stem.startswith("not_")


@pytest.mark.parametrize("case", ALL_CASES, ids=str)
def test_postgresql_parses_every_mutant(case: Case) -> None:
    for script in filter(None, (case.up, case.down)):
        postgast.parse(script.text)
    for script, mutant in case.mutants():
        postgast.parse(mutant.apply(script))


@pytest.mark.parametrize("operator", ALL_OPERATORS, ids=lambda operator: operator.id)
def test_has_three_positive_and_two_negative_cases(operator: Operator) -> None:
    kinds = Counter(case.path.stem.startswith("not_") for case in ALL_CASES if case.operator is operator)
    assert kinds[False] >= 3
    assert kinds[True] >= 2


@pytest.mark.parametrize(
    ("operator", "found", "not_found"),
    [(operator, *cases) for operator, rewrites in REWRITES.items() for cases in rewrites.values()],
    ids=[f"{operator}: {rewrite}" for operator, rewrites in REWRITES.items() for rewrite in rewrites],
)
def test_each_rewrite_has_a_positive_and_a_negative_case(operator: str, found: str, not_found: str) -> None:
    case, words = found.split(": ", 1)
    assert words in (CASES / operator / f"{case}.expected").read_text()
    case, words = not_found.split(": ", 1)
    assert case.startswith("not_")
    assert words in (CASES / operator / f"{case}.sql").read_text()


def test_rewrites_of_all_operators_are_listed() -> None:
    assert list(REWRITES) == [operator.id for operator in ALL_OPERATORS]
