"""Positions in three encodings, and places that follow the typing; no server needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position

from confiture.lsp.anchors import Anchors, changed_region, moved
from confiture.lsp.convert import to_offset, to_position
from confiture.model.span import Span

TEXT = "a é\r\n𝄞b\n\rc"


@pytest.mark.parametrize(
    ("offset", "line", "utf8", "utf16", "utf32"),
    [
        (0, 0, 0, 0, 0),
        (2, 0, 2, 2, 2),
        (3, 0, 4, 3, 3),  # behind é
        (5, 1, 0, 0, 0),  # CRLF ends one line
        (6, 1, 4, 2, 1),  # behind 𝄞
        (7, 1, 5, 3, 2),
        (8, 2, 0, 0, 0),
        (9, 3, 0, 0, 0),  # a lone CR ends a line too
        (99, 3, 1, 1, 1),
    ],
)
def test_offsets_are_positions(offset: int, line: int, utf8: int, utf16: int, utf32: int) -> None:
    for encoding, character in (("utf-8", utf8), ("utf-16", utf16), ("utf-32", utf32)):
        assert to_position(TEXT, offset, encoding=encoding) == Position(line, character)


@given(st.text("ab é𝄞\r\n", max_size=30), st.integers(0, 30), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_positions_lead_back_to_their_offset(text: str, offset: int, encoding: str) -> None:
    offset = min(offset, len(text))
    if text[max(0, offset - 1) : offset + 1] == "\r\n":
        return  # between the two there is no position
    assert to_offset(text, to_position(text, offset, encoding=encoding), encoding=encoding) == offset


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_only_the_changed_region_differs(old: str, new: str) -> None:
    before, after = changed_region(old, new)
    assert old[: before.start] == new[: after.start]
    assert old[before.end :] == new[after.end :]
    assert before.of(old) != after.of(new) or old == new


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("ab;cd;", "ab;cd;", "cd;"),
        ("ab;cd;", "xab;cd;", "cd;"),
        ("ab;cd;", "ab;cd;ef;", "cd;"),
        ("ab;cd;", "ab;cxd;", None),
        ("ab;cd;", "ab;", None),
    ],
)
def test_a_place_moves_or_goes(old: str, new: str, place: str | None) -> None:
    now = moved(Span(3, 6), *changed_region(old, new))
    assert (now and now.of(new)) == place


def test_findings_stay_with_the_statements_that_were_not_typed_in() -> None:
    text = "CREATE TABLE a ();\nCREATE TABLE b ();\n"
    first, second = Span(0, 18), Span(19, 37)
    anchors = Anchors(text, [first, second])
    anchors.follow(text.replace("TABLE a", "TABLE aa"))
    assert anchors.place(first) is None
    assert anchors.place(second) == second.shift(1)
