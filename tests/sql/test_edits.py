"""Edits of texts, and whether what they leave can be SQL."""

import pytest

from confiture.model.span import Edit, Span, apply_edits
from confiture.sql.parses import is_sound


def test_edits_refer_to_the_original_text() -> None:
    edits = [Edit(Span(6, 7), "two"), Edit(Span(0, 1), ""), Edit(Span(7, 7), "!"), Edit(Span(1, 1), "x")]
    assert apply_edits("a and b", edits) == "x and two!"


@pytest.mark.parametrize("edits", [[], [Edit(Span(2, 2), "")], [Edit(Span(0, 3), "abc")]])
def test_text_can_stay_as_it_is(edits: list[Edit]) -> None:
    assert apply_edits("abc", edits) == "abc"


@pytest.mark.parametrize("second", [Span(2, 4), Span(1, 2), Span(0, 3), Span(2, 2)])
def test_overlapping_edits_are_a_mistake(second: Span) -> None:
    with pytest.raises(ValueError, match=r"edits overlap at offset [012]"):
        apply_edits("abcdef", [Edit(Span(0, 3), "x"), Edit(second, "y")])


def test_touching_edits_do_not_overlap() -> None:
    assert apply_edits("abcd", [Edit(Span(0, 2), "x"), Edit(Span(2, 4), "y"), Edit(Span(2, 2), "-")]) == "x-y"


@pytest.mark.parametrize(
    "text", ["", " ; -- nothing", "SELECT a[f(1)]", "SELECT '(', \"[\", $$($$ -- (", "DROP TABLE b; SELECT (1);"]
)
def test_what_begins_and_ends_is_sound(text: str) -> None:
    assert is_sound(text)


@pytest.mark.parametrize("text", ["SELECT 'x", "SELECT (1", "SELECT 1)", "SELECT a[f(1])", "SELECT $$a", "SELECT 1 /*"])
def test_what_does_not_end_is_not(text: str) -> None:
    assert not is_sound(text)
