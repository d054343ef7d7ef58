"""What tells two database states apart."""

from dataclasses import dataclass
from enum import Enum


class Change(Enum):
    """How an object differs from what was expected."""

    LEFT_BEHIND = "left behind"
    LOST = "lost"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One object that differs between an expected and an actual state.

    Attributes:
        object: kind and name, for instance ``index orders_user_id_idx`` or ``rows of orders``.
        expected: definition in the expected state, None when it was not there.
        actual: definition in the actual state, None when it is not there.
    """

    object: str
    expected: str | None
    actual: str | None

    @property
    def change(self) -> Change:
        """In which way the actual state is wrong."""
        if self.expected is None:
            return Change.LEFT_BEHIND
        return Change.LOST if self.actual is None else Change.CHANGED

    def __str__(self) -> str:
        """For people: ``index orders_idx was left behind``."""
        match self.change:
            case Change.LEFT_BEHIND:
                return f"{self.object} was left behind"
            case Change.LOST:
                return f"{self.object} was lost"
            case Change.CHANGED:
                return f"{self.object} changed from {self.expected} to {self.actual}"
