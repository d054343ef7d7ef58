"""What a test file prints is the answer that the list says."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from confiture.oracles.answer import Opinion
from confiture.oracles.tap import read_tap

STREAMS = tomllib.loads((Path(__file__).parent / "tap_streams.toml").read_text("utf-8"))["stream"]


@pytest.mark.parametrize("case", STREAMS, ids=lambda case: case["name"])
def test_a_stream_is_the_answer_that_is_listed(case: dict[str, Any]) -> None:
    stream = read_tap(case["printed"])
    answer = stream.answer()
    assert answer.opinion is (Opinion.FAILED if "failed" in case else Opinion.PASSED)
    assert answer.message == case.get("failed", "")
    assert stream.failed == case.get("line")
