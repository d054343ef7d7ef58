"""What the conditions of a script compare columns with."""

from pathlib import Path

import pytest

from confiture.sql import parse_script
from confiture.sql.told import values_told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "UPDATE t SET a = 'new' WHERE kind = 4 AND t.\"Kind\" IN ('a', 'b''c')",
            {"kind": ("4",), "Kind": ("a", "b'c")},
        ),
        ("DELETE FROM t WHERE name LIKE 'p%' OR n NOT BETWEEN 5 AND 10", {"name": ("p%",), "n": ("5", "10")}),
        (
            "UPDATE t SET a = 1 WHERE s IS DISTINCT FROM 'd' AND k = ANY (ARRAY['m', 'n'])",
            {"s": ("d",), "k": ("m", "n")},
        ),
        (
            "INSERT INTO t SELECT id, 'x' FROM e JOIN f ON f.kind = 'k' WHERE coalesce(e.z, 1) > 3",
            {"kind": ("k",), "z": ("3",)},
        ),
        ("INSERT INTO t VALUES ('a', 1); SELECT 1 FROM t WHERE a = 1; UPDATE t SET a = 'b'", {}),
        ("DELETE FROM t WHERE a = 1; DELETE FROM t WHERE a = 2 OR a = 1", {"a": ("1", "2")}),
    ],
)
def test_constants_belong_to_the_columns_that_they_stand_beside(
    text: str, expected: dict[str, tuple[str, ...]]
) -> None:
    assert values_told(parse_script(Path("a.sql"), text)) == expected
