"""Plain SQL: each claim is a SELECT of one boolean, below its words."""

from collections.abc import Sequence
from pathlib import Path

from confiture.engine.killing.claim import Claim
from confiture.engine.killing.styles.style import Style
from confiture.model.lines import line_end_of
from confiture.model.span import Edit, Span
from confiture.oracles.sql_file import SqlOracle
from confiture.sql import parse_script


def recognises(path: Path, _text: str) -> bool:
    """Any SQL will do."""
    return path.suffix == ".sql"


def begin(head: str, _example: str) -> str:
    """Only what stands at the top."""
    return head


def say(claims: Sequence[Claim], text: str) -> str:
    """Claims with the line ends of ``text``."""
    newline = line_end_of(text)
    return newline.join(claim.text.replace("\n", newline) for claim in claims)


def insert(text: str, claims: Sequence[Claim]) -> tuple[Edit, ...]:
    """Claims go to the end, behind a semicolon that may be missing there."""
    end = Span(len(text), len(text))
    return (Edit(end, _joint(text) + say(claims, text)),)


def _joint(text: str) -> str:
    newline = line_end_of(text)
    if not text or text.endswith(newline * 2):
        return ""
    statements = parse_script(Path(), text).statements
    unfinished = bool(statements) and statements[-1].end == statements[-1].span.end
    ended = text.endswith(("\n", "\r"))
    return ("" if ended else newline) + (f";{newline}" if unfinished else "") + newline


def oracle(path: Path, text: str, version: str) -> SqlOracle:
    """The file itself."""
    return SqlOracle(path.name, parse_script(path, text), version)


STYLE = Style("SQL", ".sql", recognises, begin, say, insert, oracle)
