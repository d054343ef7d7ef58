"""What JSON can hold, and what is expected of it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, cast

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

Kind = TypeVar("Kind", str, int, float)


def expect(kind: type[Kind], value: Any) -> Kind:
    """``value``, read from JSON, which must be of ``kind``; a whole number is a float too.

    Raises:
        TypeError: it is not.
    """
    if not isinstance(value, (int, float) if kind is float else kind):
        raise TypeError(f"{value!r} where {kind.__name__} is expected")
    return cast("Kind", value)
