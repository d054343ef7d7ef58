"""What is shown stays with its statement while the user types; ``cases/typing`` says what becomes of each."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confiture.lsp.anchors import Anchors, changed_region
from confiture.lsp.record import anchors_of
from confiture.model.migration import Delivery, Migration
from confiture.model.script import Script
from confiture.sql import parse_script

CASES = sorted((Path(__file__).parent / "cases" / "typing").glob("*.toml"))
FILE = Path("1_a.up.sql")


def anchored(text: str) -> tuple[Script, Anchors]:
    script = parse_script(FILE, text)
    return script, anchors_of(Migration("1", "a", script, None, Delivery.ONE_STRING))[FILE]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_statements_are_followed(path: Path) -> None:
    case = tomllib.loads(path.read_text("utf-8"))
    script, anchors = anchored(case["saved"])
    for step in case["typed"]:
        anchors.follow(step["text"])
        found = [(statement, anchors.place(statement.span)) for statement in script.statements]
        kept = [(statement, place) for statement, place in found if place]
        assert [statement.name for statement, _ in kept] == step["kept"]
        assert [place.of(step["text"]) for _, place in kept] == [statement.text for statement, _ in kept]
        if "places" in step:
            assert [place.start for _, place in kept] == step["places"]


@given(st.text("a;\n𝄞"), st.text("a;\n𝄞"))
def test_a_changed_region_turns_the_old_text_into_the_new_one(old: str, new: str) -> None:
    before, after = changed_region(old, new)
    assert old[: before.start] + after.of(new) + old[before.end :] == new
    assert (before.start, len(old) - before.end) == (after.start, len(new) - after.end)


@given(st.lists(st.text("CREAT ab;-\n", max_size=60), min_size=1, max_size=6))
def test_whatever_is_typed_a_kept_statement_stands_where_it_is_said_to(texts: list[str]) -> None:
    script, anchors = anchored("CREATE a;\n\nCREATE b;\nCREATE a ;\nCREATE b")
    for text in texts:
        anchors.follow(text)
        places = [anchors.place(statement.span) for statement in script.statements]
        kept = [(statement, place) for statement, place in zip(script.statements, places, strict=True) if place]
        assert [place.of(text) for _, place in kept] == [statement.text for statement, _ in kept]
        assert [place for _, place in kept] == sorted(place for _, place in kept)
