"""What became of a mutant. Names are those of the mutation-testing report schema.

Source: https://github.com/stryker-mutator/mutation-testing-elements (report schema, MutantStatus).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from confiture.model.mutant import Mutant


class Status(Enum):
    """Outcome of one mutant."""

    KILLED = "Killed"
    SURVIVED = "Survived"
    NO_COVERAGE = "NoCoverage"
    TIMEOUT = "Timeout"
    COMPILE_ERROR = "CompileError"
    RUNTIME_ERROR = "RuntimeError"
    IGNORED = "Ignored"
    PENDING = "Pending"


DETECTED = frozenset({Status.KILLED, Status.TIMEOUT})
UNDETECTED = frozenset({Status.SURVIVED, Status.NO_COVERAGE})
AT_ONCE = frozenset({"data", "PostgreSQL"})
"""What kills a mutant while its own script runs."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Status with its reason.

    Attributes:
        reason: why, for people; may be empty for Survived.
        killed_by: name of the oracle that killed it.
        equivalent: nothing could tell it from the original, so it is Ignored.
        oracles: how many oracles it met.
    """

    status: Status
    reason: str = ""
    killed_by: str | None = None
    equivalent: bool = False
    oracles: int = 0
    duration_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """A mutant and its verdict."""

    mutant: Mutant
    verdict: Verdict


def score(judgements: Iterable[Judgement]) -> float | None:
    """Percentage of valid mutants that were detected, 0 to 100; None when there is no valid one."""
    statuses = [judgement.verdict.status for judgement in judgements]
    detected = sum(status in DETECTED for status in statuses)
    valid = detected + sum(status in UNDETECTED for status in statuses)
    return 100 * detected / valid if valid else None
