"""How a project writes its tests: in SQL, with pgTAP, in Python. A style is one file and one line in `STYLES`."""

from pathlib import Path

from confiture.engine.killing.styles import pgtap, python, sql
from confiture.engine.killing.styles.style import Style

STYLES: tuple[Style, ...] = (python.STYLE, pgtap.STYLE, sql.STYLE)
"""The first one that recognises a file is its style."""


def style_of(path: Path, text: str) -> Style:
    """The style that a file of tests is written in; plain SQL where nothing else fits."""
    return next((style for style in STYLES if style.recognises(path, text)), sql.STYLE)
