"""Data-driven cases of the SQL layer: a ``.sql`` file and, in an ``.expected`` file, what is read from it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sql_rendering import all_queries, bodies, definitions, statements

from confiture.model.script import Script
from confiture.sql import parse_script, read_source
from confiture.sql.reach import Reach, reach_of, reaches
from confiture.sql.transactional import as_transactional

CASES = Path(__file__).parent / "cases"
RENDERINGS: dict[str, Callable[[Script], Iterator[str]]] = {
    "statements": statements,
    "definitions": definitions,
    "queries": all_queries,
    "bodies": bodies,
}
RENDERED = [path for topic in RENDERINGS for path in sorted((CASES / topic).glob("*.sql"))]
TRANSACTIONAL = sorted((CASES / "transactional").glob("*.sql"))


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", RENDERED, ids=named)
def test_reads_what_is_expected(path: Path, request: pytest.FixtureRequest) -> None:
    script = parse_script(path, read_source(path))
    rendered = "\n".join([*RENDERINGS[path.parent.name](script), ""])
    assert_expected(path, rendered, request)


@pytest.mark.parametrize("path", TRANSACTIONAL, ids=named)
def test_text_fits_one_transaction_or_does_not(path: Path, request: pytest.FixtureRequest) -> None:
    source = read_source(path)
    text = as_transactional(source)
    assert (text is None) == path.stem.startswith("never_")
    if text is not None:
        assert [len(line) for line in text.split("\n")] == [len(line) for line in source.split("\n")]
        assert_expected(path, text, request)


@pytest.mark.parametrize("reach", Reach)
def test_statements_reach_as_far_as_their_file_says(reach: Reach) -> None:
    path = CASES / "reach" / f"{reach.value}.sql"
    script = parse_script(path, read_source(path))
    wrong = {statement.text: reach_of(statement) for statement in script.statements if reach_of(statement) is not reach}
    assert script.statements
    assert not wrong


@pytest.mark.parametrize("path", sorted((CASES / "calls").glob("*.sql")), ids=named)
def test_what_a_function_does_counts_where_it_is_called(path: Path) -> None:
    script = parse_script(path, read_source(path))
    found = [statement.text for _, statement, reach in reaches([script]) if reach is Reach.OUTSIDE]
    assert found == [statement.text for statement in script.statements if "/* reaches */" in statement.text]


def assert_expected(path: Path, rendered: str, request: pytest.FixtureRequest) -> None:
    expected = path.with_suffix(".expected")
    if request.config.getoption("--update-cases"):
        expected.write_text(rendered, encoding="utf-8", newline="")
    assert rendered == read_source(expected)


def test_every_expected_file_belongs_to_a_case() -> None:
    assert [path for path in CASES.rglob("*.expected") if not path.with_suffix(".sql").exists()] == []
