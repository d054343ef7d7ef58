"""The fenced blocks of Markdown files."""

import re
from collections import Counter
from pathlib import Path

_PIECE = re.compile(r"^#+ (?P<heading>[^\n]+)$|^```(?P<language>\w*)\n(?P<block>.*?)^```$", re.MULTILINE | re.DOTALL)


def python_blocks(document: Path) -> dict[str, str]:
    """Each Python block as it is written, by its heading and its number there, such as ``mutation_runner_2``."""
    heading, counts, found = "", Counter[str](), dict[str, str]()
    for piece in _PIECE.finditer(document.read_text("utf-8")):
        if piece["heading"]:
            heading = _snake_case(piece["heading"])
        elif piece["language"] == "python":
            counts[heading] += 1
            found[f"{heading}_{counts[heading]}"] = piece["block"]
    return found


def is_test_file(block: str) -> bool:
    """Whether pytest finds tests in it and nothing is run beside them."""
    return re.match(r"(from .*\n|import .*\n|[A-Z]+ = .*\n|\n)*def test_", block) is not None


def count_tests(block: str) -> int:
    return len(re.findall(r"^def test_", block, re.MULTILINE))


def _snake_case(heading: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|\W+", "_", heading)
    return re.sub("_+", "_", words).strip("_").lower()
