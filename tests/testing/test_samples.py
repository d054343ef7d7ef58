"""The sample schema files: by name, in an order in which they apply, and every test's own."""

from pathlib import Path

import pytest

from confiture.testing.samples import write_samples

NAMES = ["extensions.sql", "users.sql", "posts.sql", "comments.sql", "user_stats.sql"]


def test_are_files_in_their_order(tmp_path: Path) -> None:
    samples = write_samples(tmp_path / "samples")
    assert samples == {name: tmp_path / "samples" / name for name in NAMES}
    assert [*samples] == NAMES
    assert all(path.read_text() for path in samples.values())


def test_are_found_with_and_without_their_suffix(tmp_path: Path) -> None:
    samples = write_samples(tmp_path / "samples")
    assert samples["users"] == samples["users.sql"]
    assert [name in samples for name in ("users", "users.sql", "nobody", 1)] == [True, True, False, False]
    with pytest.raises(KeyError, match=f"nobody: there are {', '.join(NAMES)}'$"):
        samples["nobody"]


def test_can_be_changed_without_harm(tmp_path: Path) -> None:
    write_samples(tmp_path / "a")["users"].write_text("")
    assert write_samples(tmp_path / "b")["users"].read_text()
