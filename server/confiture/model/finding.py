"""What the user is told, at a place."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from confiture.model.span import Span
from confiture.model.verdict import Judgement


class Level(Enum):
    """How loud a finding is."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


LOUD = frozenset({Level.ERROR, Level.WARNING})
"""Levels with which a check does not pass."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a finding."""

    path: Path
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One message for the user.

    Attributes:
        code: id of an operator for a survivor, else a word such as ``apply-error``.
        message: what is wrong and what to do.
        judgement: the mutant behind it, for a survivor.
    """

    code: str
    level: Level
    message: str
    path: Path
    span: Span
    related: tuple[Related, ...] = ()
    judgement: Judgement | None = None
