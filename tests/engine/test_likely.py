"""The tests first that speak of what a mutant changes."""

from pathlib import Path

import pytest

from confiture.engine.likely import likely_first
from confiture.oracles.sql_file import SqlOracle
from confiture.sql import parse_script

TESTS = [
    SqlOracle(name, parse_script(Path(name), text))
    for name, text in {
        "orders": "SELECT count(*) = 1 FROM orders WHERE total > 5",
        "customers": "SELECT count(*) = 1 FROM customers",
        "rejects": "SELECT pg_temp.rejects('INSERT INTO prices VALUES (-1)')",
    }.items()
]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("UPDATE Customers SET name = ''", ["customers", "orders", "rejects"]),
        ("UPDATE prices SET amount = 1", ["rejects", "orders", "customers"]),  # strings count, common words count less
        ("DELETE FROM nothing", ["orders", "customers", "rejects"]),
        ("INSERT INTO prices SELECT total FROM orders", ["orders", "rejects", "customers"]),  # not for INSERT INTO
    ],
)
def test_words_decide(text: str, order: list[str]) -> None:
    assert [test.name for test in likely_first(TESTS, text)] == order


def test_no_test_is_lost() -> None:
    assert set(likely_first(TESTS * 2, "SELECT orders")) == set(TESTS)
    assert likely_first([], "SELECT 1") == ()
