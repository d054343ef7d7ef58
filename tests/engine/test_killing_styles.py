"""Each file of tests is made to say the same claims, in the style that it is written in; see its ``.expected``."""

import ast
from pathlib import Path

import pytest

from confiture.engine.killing.claim import About, Claim, Fact
from confiture.engine.killing.styles import STYLES, style_of
from confiture.engine.killing.styles.style import Style
from confiture.engine.names import Name
from confiture.model.span import apply_edits
from confiture.sql import parse_script

CASES = sorted(path for path in (Path(__file__).parent / "styles").iterdir() if path.suffix != ".expected")
CLAIMS = (
    Claim(
        "orders.status is never null",
        "SELECT is_nullable = 'NO' FROM information_schema.columns WHERE table_name = 'orders'",
        fact=Fact(About.NULLABLE, Name("public", ("orders", "status")), "NO"),
    ),
    Claim(
        "orders has no column note",
        "SELECT false",
        fact=Fact(About.COLUMN, Name("shop", ("orders", "note")), answer=False),
    ),
    Claim(
        "orders.code is of type numeric(10,2)",
        "SELECT true",
        fact=Fact(About.COLUMN_TYPE, Name("public", ("orders", "code")), "numeric(10,2)"),
    ),
    Claim("orders keeps to CHECK (note <> 'x\\d')", "SELECT count(*) > 0\nFROM pg_constraint\nWHERE def = $$'x\\d'$$"),
    Claim("customers.kind is b2b where id is 1 or 2", "SELECT kind = 'b2b' FROM customers", many=True),
    Claim('it\'s "two lines"', "SELECT note = 'two:\nof :lines'::text\nFROM \"Orders\""),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_claims_in_the_style_of_the_file(case: Path, request: pytest.FixtureRequest) -> None:
    text = case.read_bytes().decode()
    style = style_of(case, text)
    told = apply_edits(text, style.insert(text, CLAIMS, text))
    expected = case.with_name(f"{case.name}.expected")
    if request.config.getoption("--update-cases"):
        expected.write_bytes(told.encode())
    assert told == expected.read_bytes().decode()
    assert style_of(case, told) is style
    if case.suffix == ".py":
        assert len(ast.parse(told).body) >= len(CLAIMS)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_a_new_file_is_recognised_as_what_it_is(style: Style, tmp_path: Path) -> None:
    start = style.begin("-- confiture: migration 7\n\n", "")
    path = tmp_path / f"a{style.suffix}"
    text = apply_edits(start, style.insert(start, CLAIMS, ""))
    assert style_of(path, text) is style
    assert "confiture: migration 7" in text
    if style.suffix == ".sql":
        assert [each.arguments for each in parse_script(path, text).directives] == ["7"]
