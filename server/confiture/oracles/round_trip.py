"""The built-in oracle of down scripts: what was there before must be there after, and no more."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from confiture.model.difference import Difference
from confiture.oracles.answer import PASSED, Answer, Opinion

if TYPE_CHECKING:
    from confiture.postgres.fingerprint import Fingerprint

NAME = "round trip"


def ask(before: "Fingerprint", after: "Fingerprint", *, known: Collection[Difference]) -> Answer:
    """Compares the state before the up script with the one after the down script.

    Args:
        before: the base state.
        after: what the down script left.
        known: what the original down script gets wrong already; it is not held against a mutant.
    """
    from confiture.postgres.fingerprint import differences  # late: editors know `NAME` before there is any PostgreSQL

    objects = {difference.object for difference in known}
    new = [difference for difference in differences(before, after) if difference.object not in objects]
    return Answer(Opinion.FAILED, "; ".join(str(difference) for difference in new)) if new else PASSED
