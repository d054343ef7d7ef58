"""A few values that are worth remembering for a while, by their keys."""

from collections import OrderedDict
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The values that were used last; the one that was not used for longest goes first."""

    def __init__(self, *, most: int) -> None:
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._most = most

    def find(self, key: str) -> Value | None:
        """What is known under ``key``."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def keep(self, key: str, value: Value) -> None:
        """Remembers ``value``."""
        self._values[key] = value
        while len(self._values) > self._most:
            self._values.popitem(last=False)
