"""The test on each operator's page passes after the page's first example and fails after the mistake in it.

What the example finds is in ``pages``, where it needs anything.
"""

import re
from pathlib import Path

import pytest

from confiture.operators import ALL_OPERATORS, Operator
from confiture.oracles.answer import Opinion
from confiture.oracles.sql_file import SqlOracle
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server
from confiture.postgres.session import Session
from confiture.sql import parse_script
from confiture.sql.directives import parse_budget

PAGES = Path(__file__).parent / "pages"
WITH_BUDGETS = ("PERF_001", "PERF_002", "PERF_003")
DIFF = re.compile(r"^```diff\n(.*?)^```", re.DOTALL | re.MULTILINE)
TEST = re.compile(r"^## A test that kills it\n.*?^```sql\n(.*?)^```", re.DOTALL | re.MULTILINE)


def example(operator: Operator, *, without: str) -> str:
    """The first example of the page, up to its down script, without the lines that begin with ``without``."""
    lines = DIFF.findall(operator.page)[0].splitlines()
    kept = "\n".join(line[1:] for line in lines if line[:1] != without)
    return kept.partition("-- migrate:down")[0]


def written_test(operator: Operator) -> str:
    (test,) = TEST.findall(operator.page)
    return test


def opinion(session: Session, operator: Operator, *, without: str) -> Opinion:
    before = PAGES / f"{operator.id}.sql"
    oracle = SqlOracle("test.sql", parse_script(Path("test.sql"), written_test(operator)))
    session.begin()
    try:
        session.run(before.read_text() if before.exists() else "")
        session.run(example(operator, without=without))
        return oracle.ask(session).opinion
    finally:
        session.rollback()


@pytest.mark.parametrize(
    "operator", [each for each in ALL_OPERATORS if each.id not in WITH_BUDGETS], ids=lambda operator: operator.id
)
def test_the_test_kills_the_example(operator: Operator, server: Server) -> None:
    with Scratch(server) as scratch, Session(server, scratch.create()) as session:
        assert opinion(session, operator, without="+") is Opinion.PASSED
        assert opinion(session, operator, without="-") is Opinion.FAILED


@pytest.mark.parametrize(
    "operator", [each for each in ALL_OPERATORS if each.id in WITH_BUDGETS], ids=lambda operator: operator.id
)
def test_the_budget_stands_above_the_statement_of_the_example(operator: Operator) -> None:
    statement, *_ = parse_script(Path("up.sql"), written_test(operator)).statements
    (directive,) = statement.directives
    assert directive.verb == "budget"
    assert parse_budget(directive.arguments)
    assert statement.text in example(operator, without="+")
