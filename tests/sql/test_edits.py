"""Edits of texts, and whether what they leave is SQL."""

import pytest

from confiture.model.span import Edit, Span, apply_edits
from confiture.sql.parses import still_parses


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
    ("original", "edited"),
    [
        ("SELECT a FROM t WHERE b = 1", "SELECT a FROM t"),
        ("SELECT a FROM t WHERE b = 1", ""),
        ("SELECT a FROM t WHERE b = 1", " ; -- nothing"),
        ("DROP TABLE a", "DROP TABLE b; SELECT 1;"),
        ("CREATE POLICY p ON t USING ((a))", "CREATE POLICY p ON t USING (a)"),
        (
            "CREATE TRIGGER x BEFORE UPDATE ON t EXECUTE FUNCTION f()",
            "CREATE TRIGGER x AFTER UPDATE ON t EXECUTE FUNCTION f()",
        ),
    ],
)
def test_good_edits_still_parse(original: str, edited: str) -> None:
    assert still_parses(original, edited)


@pytest.mark.parametrize(
    ("original", "edited"),
    [
        ("SELECT a FROM t WHERE b = 1", "SELECT a FROM t WHERE"),
        ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'x"),
        ("INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1"),
        ("CREATE TABLE t (a int)", "DROP TABLE t"),
        ("CREATE POLICY p ON t USING ((a))", "CREATE POLICY p ON t USING (a))"),
    ],
)
def test_bad_edits_do_not(original: str, edited: str) -> None:
    assert not still_parses(original, edited)
