"""Texts have one key if, and only if, PostgreSQL cannot tell them apart."""

import pytest

from confiture.model.span import Edit, Span
from confiture.sql.content import content_key, edits_key

TEXT = "CREATE TABLE a (b int,\n c text); DROP TABLE d"


@pytest.mark.parametrize(
    "same",
    [
        "CREATE TABLE a (b int, -- note\n c text); DROP TABLE d",
        "-- head\nCREATE TABLE a (b int,\n\n  c text); DROP TABLE d -- tail",
        "CREATE /* kind */ TABLE a (b int,\r\n c text); DROP\tTABLE d\n",
    ],
)
def test_comments_and_layout_do_not_count(same: str) -> None:
    assert content_key(same) == content_key(TEXT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT 'a'", "SELECT 'A'"),
        ("SELECT '-- a'", "SELECT '-- b'"),
        ("SELECT 'a  b'", "SELECT 'a b'"),
        ("SELECT $$ a -- b\n $$", "SELECT $$ a\n $$"),
        ("SELECT 'a' 'b'", "SELECT 'a'\n'b'"),
        ("SELECT 'a' /* */\n'b'", "SELECT 'a' \n'b'"),
        ("SELECT a - -1", "SELECT a --1"),
        ("SELECT a < = b", "SELECT a <= b"),
        ("SELECT E 'a'", "SELECT E'a'"),
        ("SELECT ab", "SELECT a b"),
        ("SELECT 1; SELECT 2", "SELECT 1 SELECT 2"),
        ("SELECT 'open", "SELECT 'open -- a"),
    ],
)
def test_whatever_postgres_reads_counts(one: str, other: str) -> None:
    assert content_key(one) != content_key(other)


def edits(text: str, part: str, replacement: str) -> str:
    start = text.index(part)
    return edits_key(text, (Edit(Span(start, start + len(part)), replacement),))


@pytest.mark.parametrize("part", ["b int", " c text", "DROP TABLE d", "nt,", "TABL"])
def test_an_edit_keeps_its_key_where_comments_come_and_go(part: str) -> None:
    commented = "-- head\n" + TEXT.replace(",\n", ", -- a note\n\n").replace("; ", "; -- a note\n").replace(
        " int", "\tint"
    )
    assert edits(commented, part.replace(" int", "\tint"), "x") == edits(TEXT, part, "x")


def test_edits_elsewhere_or_of_something_else_have_other_keys() -> None:
    keys = [edits(TEXT, part, "x") for part in ("a", "b", "b ", "b int", "int,", "int,\n", "int,\n ", "int", "nt")]
    keys += [edits(TEXT, "a", "y"), edits_key(TEXT, ())]
    assert len(set(keys)) == len(keys)


def test_what_is_put_into_a_comment_differs_from_what_is_put_behind_it() -> None:
    text = "SELECT 1 -- note\n"
    keys = {edits_key(text, (Edit(Span(place, place), " + 1"),)) for place in (8, 9, 10, 16, 17)}
    assert len(keys) == 5
