"""A viewer finds the place that was meant, and so do we."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confiture.model.span import Span
from confiture.report.viewer_place import location_of, span_at

SOURCES = st.text(st.sampled_from("ab \té𝄞\n\r\u2028\u2029\ufeff"), max_size=40)


@given(source=SOURCES, data=st.data())
def test_the_way_back_leads_to_the_same_place(source: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(source))] * 2)))
    assert span_at(source, location_of(source, Span(start, end))) == Span(start, end)


@pytest.mark.parametrize(
    ("line", "column", "offset"), [(1, 1, 0), (1, 3, 1), (1, 4, 2), (2, 1, 4), (3, 2, 7), (4, 1, 9)]
)
def test_columns_are_utf_16_units_and_separators_end_lines(line: int, column: int, offset: int) -> None:
    place = {"line": line, "column": column}
    assert span_at("𝄞é\r\nb\u2028cd\n", {"start": place, "end": place}) == Span(offset, offset)


@pytest.mark.parametrize(("line", "column"), [(0, 1), (1, 0), (3, 1), (-1, 1), (2, 5)])
def test_a_place_that_is_none_is_refused(line: int, column: int) -> None:
    place = {"line": line, "column": column}
    with pytest.raises(LookupError):
        span_at("one\ntwo", {"start": place, "end": place})
