"""What is read from a statement is read once and lives as long as the statement."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from confiture.model.script import Statement

Reading = TypeVar("Reading")


def read_once(read: Callable[[Statement], Reading]) -> Callable[[Statement], Reading]:
    """``read``, which depends on nothing but its statement, run once for each."""

    @wraps(read)
    def remembered(statement: Statement) -> Reading:
        readings = statement.readings
        if read not in readings:
            readings[read] = read(statement)
        return cast("Reading", readings[read])

    return remembered
