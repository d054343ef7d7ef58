"""Lines, columns, diffs and numbers as people read them."""

import pytest

from confiture.model.span import Edit, Span
from confiture.report.diff import Change, changes
from confiture.report.place import Position, line_of, position_of
from confiture.report.style import visible
from confiture.report.words import duration, plural, score_text

TEXT = "a\r\nbé𝄞\rc\n\nlast"


@pytest.mark.parametrize(
    ("offset", "position"),
    [
        (0, Position(1, 1)),
        (1, Position(1, 2)),
        (3, Position(2, 1)),
        (6, Position(2, 4)),
        (7, Position(3, 1)),
        (9, Position(4, 1)),
        (10, Position(5, 1)),
        (14, Position(5, 5)),
        (99, Position(5, 5)),
        (-1, Position(1, 1)),
    ],
)
def test_position(offset: int, position: Position) -> None:
    assert position_of(TEXT, offset) == position


@pytest.mark.parametrize(("line", "text"), [(1, "a"), (2, "bé𝄞"), (3, "c"), (4, ""), (5, "last"), (0, ""), (6, "")])
def test_line(line: int, text: str) -> None:
    assert line_of(TEXT, line) == text


def edit(source: str, old: str, new: str) -> Edit:
    start = source.index(old)
    return Edit(Span(start, start + len(old)), new)


SOURCE = "one\n  two three\nfour\nfive\n"


@pytest.mark.parametrize(
    ("replaced", "expected"),
    [
        ([("two", "2")], [Change(2, ("  two three",), ("  2 three",))]),
        ([("two", "2"), ("three", "3")], [Change(2, ("  two three",), ("  2 3",))]),
        ([("one", "1"), ("four", "4")], [Change(1, ("one",), ("1",)), Change(3, ("four",), ("4",))]),
        ([("four\n", "")], [Change(3, ("four",), ())]),
        ([("four", "")], [Change(3, ("four",), ())]),
        ([("three\nfour", "3")], [Change(2, ("  two three", "four"), ("  two 3",))]),
        ([("", "zero\n")], [Change(1, (), ("zero",))]),
        ([("five", "five\nsix")], [Change(5, (), ("six",))]),
    ],
)
def test_changes(replaced: list[tuple[str, str]], expected: list[Change]) -> None:
    assert list(changes(SOURCE, [edit(SOURCE, old, new) for old, new in replaced])) == expected


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.00004, "0.0 ms"),
        (0.0124, "12.4 ms"),
        (0.25, "250 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (3.207, "3.21 s"),
        (42.0, "42.0 s"),
        (59.97, "1 min 0 s"),
        (125, "2 min 5 s"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("score", "text"), [(None, "–"), (0.0, "0 %"), (82.5, "82 %"), (99.7, "99 %"), (100.0, "100 %")]
)
def test_score(score: float | None, text: str) -> None:
    assert score_text(score) == text


def test_plural() -> None:
    assert (plural(1, "mutant"), plural(0, "mutant"), plural(2, "mutant")) == ("1 mutant", "0 mutants", "2 mutants")


def test_visible() -> None:
    assert visible("a\tb\r\nc\x1b[0m\x7f\x9b\u202e") == "a   b\nc␛[0m␡��"
