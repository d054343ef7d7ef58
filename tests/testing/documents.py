"""The documents of the Python API, their fenced blocks, and the project that some of these run in."""

import re
from collections import Counter
from pathlib import Path

REFERENCE = "tests/testing/reference/api-reference.md"
DOCUMENTS = (REFERENCE, "server/confiture/testing/FRAMEWORK_API.md", "docs/python-api.md", "README.md")
_PROJECT = {
    "confiture.toml": "",
    "migrations/001_users.sql": "CREATE TABLE users (email text NOT NULL);",
    "tests/users.sql": "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'email';",
}
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


def write_project(folder: Path) -> None:
    """A project whose tests notice every critical mistake."""
    for name, text in _PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def _snake_case(heading: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|\W+", "_", heading)
    return re.sub("_+", "_", words).strip("_").lower()
