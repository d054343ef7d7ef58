"""What an oracle says of a database state."""

from dataclasses import dataclass
from enum import Enum

from confiture.model.span import Span


class Opinion(Enum):
    """How an oracle judges."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Answer:
    """An opinion with its reason.

    Attributes:
        message: why, in one line.
        span: the place in the test that failed, if it has one.
        by: the test that failed, where the oracle has several.
        details: more lines, for whoever has to mend the test.
    """

    opinion: Opinion
    message: str = ""
    span: Span | None = None
    by: str = ""
    details: str = ""


PASSED = Answer(Opinion.PASSED)
