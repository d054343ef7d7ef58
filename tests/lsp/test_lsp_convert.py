"""Offsets and LSP positions, in each encoding and with each line ending."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from lsprotocol.types import Position

from confiture.lsp.convert import to_offset, to_position, to_range
from confiture.model.span import Span

CASES = sorted((Path(__file__).parent / "cases" / "positions").glob("*.toml"))
ENCODINGS = ("utf-8", "utf-16", "utf-32")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_offsets_and_positions_agree(path: Path, encoding: str) -> None:
    case = tomllib.loads(path.read_text("utf-8"))
    text: str = case["text"]
    place: dict[str, Any]
    for place in case["places"]:
        position = Position(place["line"], place[encoding])
        assert to_position(text, place["offset"], encoding=encoding) == position
        assert to_offset(text, position, encoding=encoding) == place["offset"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_places_beyond_an_end_mean_the_end(encoding: str) -> None:
    text = "SELECT 1;\r\nSELECT 2"
    assert to_offset(text, Position(0, 999), encoding=encoding) == len("SELECT 1;")
    assert to_offset(text, Position(99, 0), encoding=encoding) == len(text)
    assert to_position(text, 999, encoding=encoding) == Position(1, len("SELECT 2"))
    assert to_range(text, Span(0, 999), encoding=encoding).end == Position(1, len("SELECT 2"))


def test_a_position_within_a_code_point_means_the_one_behind_it() -> None:
    assert to_offset("𝄞x", Position(0, 1), encoding="utf-16") == 1
    assert to_offset("éx", Position(0, 1), encoding="utf-8") == 1


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_half_a_surrogate_pair_does_not_break_anything(encoding: str) -> None:
    assert to_position("\ud834;", 2, encoding=encoding).line == 0
