"""What programs can read changes the key of their verdicts; what tools fill does not."""

from pathlib import Path

import pytest

from confiture.oracles.project_files import digest_of_files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("src/a.py", "migrations/1_a.sql", "node_modules/x/index.js", ".git/HEAD"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("src/a.py", True),
        ("src/new.py", True),
        ("queries.sql", True),
        ("migrations/1_a.sql", False),
        ("node_modules/x/index.js", False),
        (".git/HEAD", False),
    ],
)
def test_a_change_counts_where_the_project_is_written(root: Path, name: str, *, counts: bool) -> None:
    without = {root / "migrations" / "1_a.sql"}
    before = digest_of_files(root, without=without)
    assert digest_of_files(root, without=without) == before
    (root / name).write_text("changed")
    assert (digest_of_files(root, without=without) != before) is counts
