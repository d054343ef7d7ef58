"""Which scripts are remembered, so that a save reads what changed, and a day of saves does not fill the memory."""

from pathlib import Path

import pytest

from confiture.config import load_config
from confiture.layouts import find_history
from confiture.layouts.layout import cached_script
from confiture.model.span import Span
from confiture.sql.reach import reach_of

PATH = Path("migrations/1_a.sql")


def test_a_text_that_comes_again_is_not_read_again() -> None:
    first = cached_script(PATH, "SELECT 1;")
    assert cached_script(PATH, "SELECT 2;") is not first
    assert cached_script(PATH, "SELECT 1;") is first


def test_all_scripts_of_one_text_are_remembered() -> None:
    text = "SELECT 1;\n" * 20
    spans = [Span(start, start + 9) for start in range(0, len(text), 10)]
    scripts = [cached_script(PATH, text, (span,), of=text) for span in spans]
    assert all(
        cached_script(PATH, text, (span,), of=text) is script for span, script in zip(spans, scripts, strict=True)
    )


def test_texts_of_long_ago_are_forgotten_and_other_files_are_not() -> None:
    first, other = cached_script(PATH, "SELECT 1;"), cached_script(Path("other.sql"), "SELECT 1;")
    for number in range(2, 9):
        cached_script(PATH, f"SELECT {number};")
    assert cached_script(PATH, "SELECT 1;") is not first
    assert cached_script(Path("other.sql"), "SELECT 1;") is other


def test_each_file_is_read_once_however_many_layouts_look_at_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    names = [f"{number:06}_a.{way}.sql" for number in range(1, 4) for way in ("up", "down")]
    for name in names:
        (folder / name).write_text("SELECT 1;\n", "utf-8")
    config = load_config(tmp_path, environment={})
    read: list[str] = []
    read_bytes = Path.read_bytes

    def noted(path: Path) -> bytes:
        read.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    assert find_history(config, near=folder / names[0]).layout == "golang-migrate"
    assert sorted(read) == sorted(names)


def test_the_tokens_of_a_statement_do_not_stay_because_of_how_far_it_reaches() -> None:
    (statement,) = cached_script(Path("tokens.sql"), "SELECT 1;").statements
    assert reach_of(statement)
    assert "tokens" not in vars(statement)
