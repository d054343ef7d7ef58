"""Operators' findings: one mistake at one place."""

from dataclasses import dataclass
from enum import Enum, IntEnum

from confiture.model.migration import Role
from confiture.model.script import Script
from confiture.model.span import Edit, Span, apply_edits


class Category(Enum):
    """What a kind of mistake damages."""

    SCHEMA = "SCHEMA"
    DATA = "DATA"
    ROLLBACK = "ROLLBACK"
    PERFORMANCE = "PERFORMANCE"


class Severity(IntEnum):
    """What the mistake would cost in production; larger is worse."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


@dataclass(frozen=True, slots=True)
class Mutant:
    """One operator applied at one place.

    Attributes:
        id: stable across edits elsewhere in the file.
        operator: id of the operator, for instance ``SCH_001``.
        description: what the mistake is, as a sentence without a full stop.
        statement: index of the first statement of the script that it changes.
        span: the place to show, in the file.
    """

    id: str
    operator: str
    category: Category
    severity: Severity
    description: str
    role: Role
    statement: int
    span: Span
    edits: tuple[Edit, ...]

    def apply(self, script: Script) -> str:
        """The text that PostgreSQL gets instead of ``script.text``."""
        return apply_edits(script.text, self.edits)

    def apply_to_source(self, script: Script) -> str:
        """The whole file with the mistake in it, for people."""
        return apply_edits(script.source, self.edits)
