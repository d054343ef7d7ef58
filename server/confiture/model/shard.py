"""A share of a run's mutants, so that several machines judge them together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")

_WRITTEN = re.compile(r"([1-9]\d*)/([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Shard:
    """One of ``of`` equal shares of the same run, counted from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        """As users write it: ``2/3``."""
        return f"{self.number}/{self.of}"

    def share(self, items: Sequence[Item], *, turn: int) -> tuple[Item, ...]:
        """What falls to this shard; every item falls to exactly one of the shards.

        Args:
            items: in an order in which neighbours cost alike, so that they go to different shards.
            turn: place of these items among others that are shared out likewise. The first of each falls to another
                shard, or the first shard would get the rest of every division.
        """
        return tuple(items[(self.number - 1 - turn) % self.of :: self.of])


WHOLE = Shard(1, 1)
"""The only share of a run that is not shared out."""


def parse_shard(text: str) -> Shard | None:
    """The shard that ``text`` names as ``k/n``, where k counts from 1 to n; None when it names none."""
    match = _WRITTEN.fullmatch(text)
    number, of = (int(match[1]), int(match[2])) if match else (1, 0)
    return Shard(number, of) if number <= of else None
