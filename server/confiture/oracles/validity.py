"""The built-in oracle of constraints and indexes: what the original makes valid must not be left without proof."""

from collections.abc import Collection

from confiture.oracles.answer import PASSED, Answer, Opinion

NAME = "validity"


def ask(left: Collection[str], *, known: Collection[str]) -> Answer:
    """Looks for constraints that are NOT VALID, and indexes that are invalid.

    Args:
        left: those that a mutant leaves.
        known: those that the original leaves too; they are not held against it.
    """
    new = sorted(set(left) - set(known))
    return Answer(Opinion.FAILED, "; ".join(f"{name} is left invalid" for name in new)) if new else PASSED
