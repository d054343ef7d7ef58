"""What cannot be read is said at its place, and nothing is said of SQL that PostgreSQL reads."""

import tomllib
from pathlib import Path

import postgast
import pytest

from confiture.sql.defects import defects

TESTS = Path(__file__).parents[1]
CASES = tomllib.loads((Path(__file__).parent / "cases" / "defects.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_defects_are_said_at_their_places(name: str) -> None:
    text = CASES[name]["text"]
    assert [[defect.span.of(text), defect.message] for defect in defects(text)] == CASES[name]["said"]


def test_sql_that_postgresql_reads_has_no_defects() -> None:
    files = [path for folder in (TESTS, TESTS.parent / "examples") for path in folder.rglob("*.sql")]
    texts = {path: path.read_bytes().decode() for path in files}
    said = {path for path, text in texts.items() if any(defects(text))}
    assert len(said) > 1
    assert [path for path in said if _is_read(texts[path])] == []


def _is_read(text: str) -> bool:
    try:
        postgast.parse(text)
    except postgast.PgQueryError:
        return False
    return True
