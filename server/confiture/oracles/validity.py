"""The built-in oracle of constraints and indexes: what the original makes valid must not be left without proof."""

from typing import TYPE_CHECKING

from confiture.oracles.answer import PASSED, Answer, Opinion

if TYPE_CHECKING:
    from confiture.postgres.fingerprint import Fingerprint

NAME = "validity"


def ask(original: "Fingerprint", state: "Fingerprint") -> Answer:
    """Looks for constraints left NOT VALID, and indexes left invalid, where the original leaves none.

    Args:
        original: the state that the original up script leads to.
        state: the one that the mutant leads to.
    """
    from confiture.postgres.fingerprint import invalid_objects  # late: editors know `NAME` without any PostgreSQL

    new = sorted(invalid_objects(state) - invalid_objects(original))
    return Answer(Opinion.FAILED, "; ".join(f"{key} is left invalid" for key in new)) if new else PASSED
