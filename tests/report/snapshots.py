"""Expected texts in files. ``pytest tests/report --update-cases`` writes them anew; look at the difference."""

from pathlib import Path

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = False
"""Set by the option, see ``conftest.py``."""


def check_snapshot(name: str, actual: str) -> None:
    path = SNAPSHOTS / name
    if UPDATE:
        path.write_text(actual, encoding="utf-8", newline="\n")
    assert actual == path.read_text(encoding="utf-8")
