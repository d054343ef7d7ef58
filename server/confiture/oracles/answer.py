"""What an oracle says of a database state."""

from dataclasses import dataclass
from enum import Enum

from confiture.model.span import Span


class Opinion(Enum):
    """How an oracle judges."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Answer:
    """An opinion with its reason.

    Attributes:
        span: the place in the test that failed, if it has one.
        skipped: how many of its tests did not run.
    """

    opinion: Opinion
    message: str = ""
    span: Span | None = None
    skipped: int = 0


PASSED = Answer(Opinion.PASSED)
