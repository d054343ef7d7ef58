"""Which scripts are remembered, so that a save reads what changed, and a day of saves does not fill the memory."""

from pathlib import Path

from confiture.layouts.layout import cached_script
from confiture.model.span import Span

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
