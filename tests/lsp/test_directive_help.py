"""What is proposed and explained in directives agrees with what they do and with the documentation."""

import re
from pathlib import Path

import pytest

from confiture.errors import ConfigError
from confiture.lsp.directive_help import LIMITS, VERBS, explained, proposals
from confiture.operators import ALL_OPERATORS
from confiture.sql.directives import FILE_VERBS, parse_budget


def proposed(before: str) -> list[str]:
    return [before[: len(before) - each.replaced] + each.text for each in proposals(before)]


@pytest.mark.parametrize(
    ("before", "first", "count"),
    [
        ("-- c", "-- confiture: ", 1),
        ("-- confiture:", "-- confiture:ignore ", len(VERBS)),
        ("  -- confiture: ig", "  -- confiture: ignore ", len(VERBS)),
        ("-- confiture: ignore ", f"-- confiture: ignore {ALL_OPERATORS[0].id} ", len(ALL_OPERATORS)),
        ("SELECT 1; -- confiture: ignore-file ben", f"SELECT 1; -- confiture: ignore-file {ALL_OPERATORS[0].id} ", 24),
        ("-- confiture: ignore SCH_001 ", "-- confiture: ignore SCH_001 reason: ", 1),
        ("-- confiture: ignore SCH_001 reason: why", "", 0),
        ("-- confiture: budget ", "-- confiture: budget max=", 4),
        ("-- confiture: budget max=2s ", "-- confiture: budget max=2s lock<=", 3),
        ("-- confiture: budget lock<=Sh", "-- confiture: budget lock<=AccessShare", 8),
        ("-- confiture: budget rewrite=", "-- confiture: budget rewrite=no", 2),
        ("-- confiture: budget max=", "", 0),
        ("-- a comment", "", 0),
        ("SELECT 'confiture: ", "", 0),
    ],
)
def test_what_can_be_written_next_is_proposed(before: str, first: str, count: int) -> None:
    found = proposed(before)
    assert len(found) == count
    assert "".join(found[:1]) == first


def test_operators_are_found_by_their_names() -> None:
    (found,) = [each for each in proposals("-- confiture: ignore bend") if each.also == "bend_check"]
    assert (found.text, found.title, found.replaced) == ("SCH_004 ", "bend_check", len("bend"))


def test_every_verb_is_documented_and_known_to_the_parser(repository: Path) -> None:
    page = (repository / "docs" / "configuration.md").read_text("utf-8")
    assert sorted(re.findall(r"^- `([a-z-]+)`", page, re.MULTILINE)) == sorted(VERBS)
    assert set(VERBS) >= FILE_VERBS


@pytest.mark.parametrize("limit", LIMITS)
def test_every_limit_is_one(limit: str) -> None:
    sign, _ = LIMITS[limit]
    value = {"max": "2s", "lock": "Share"}.get(limit, "no")
    parse_budget(f"{limit}{sign}{value}")
    with pytest.raises(ConfigError):
        parse_budget(f"{limit}{sign}?")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-- confiture: ignore bend_check why", "`SCH_004` **bend_check** (SCHEMA): "),
        ("-- confiture: ignore SCH_04", "There is no operator `SCH_04`."),
        ("-- confiture: budget max=2s", "`lock<=…`"),
        ("-- confiture: ignroe SCH_004", "`ignroe` is no directive; there are `ignore`, "),
    ],
)
def test_a_directive_is_explained_where_it_stands(text: str, said: str) -> None:
    around = f"SELECT 1;\n  {text}\nSELECT 2;"
    found = explained(around, around.index("confiture"))
    assert found
    place, meaning = found
    assert place.of(around) == text
    assert said in meaning
    assert explained(around, 3) is None
    assert explained(around, len(around)) is None
