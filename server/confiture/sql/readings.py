"""What is read from a script, a statement or a query is read once and lives as long as that."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from confiture.model.script import Readable

Text = TypeVar("Text", bound=Readable)
Reading = TypeVar("Reading")


def read_once(read: Callable[[Text], Reading]) -> Callable[[Text], Reading]:
    """``read``, which depends on nothing but its argument, run once for each."""

    @wraps(read)
    def remembered(text: Text) -> Reading:
        readings = text.readings
        if read not in readings:
            readings[read] = read(text)
        return cast("Reading", readings[read])

    return remembered
