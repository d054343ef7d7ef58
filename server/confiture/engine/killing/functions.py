"""What to ask a database about a function that a mutant changed: what it says of itself, and what it returns."""

import re
from collections.abc import Callable, Iterator
from itertools import islice, product

from confiture.engine.killing.claim import Observation, literal, rows_of
from confiture.engine.names import Name
from confiture.model.difference import Difference
from confiture.postgres.results import Value
from confiture.sql.spelling import quoted

_SAMPLES = {
    r"smallint|integer|bigint|numeric|real|double precision": ("1", "0", "-1", "2", "10", "100"),
    r"text|character|citext": ("'abc'", "''", "'ABC'", "'a b'", "'10'"),
    r"boolean": ("true", "false"),
    r"date$": ("DATE '2024-02-29'", "DATE '2023-01-01'"),
    r"timestamp|time": ("TIMESTAMP '2024-02-29 12:30:00'", "TIMESTAMP '2023-01-01 00:00:00'"),
    r"uuid": ("UUID '00000000-0000-0000-0000-000000000001'",),
    r"jsonb": ("JSONB '{\"a\": 1}'", "JSONB '{}'"),
    r"json": ("JSON '{\"a\": 1}'", "JSON '{}'"),
}
_CONSTANTS = {"1": re.compile(r"\b\d+\b"), "'": re.compile(r"'[^']{1,20}'")}
"""What a body may compare an argument with, by the first character of its samples."""
_MOST_CALLS = 24
_FACTS = {
    "prosecdef": ("runs with the rights of its owner", "runs with the rights of its caller"),
    "proisstrict": ("returns null for null", "is called with null too"),
    "provolatile = 'i'": ("is immutable", "is not immutable"),
    "provolatile = 'v'": ("is volatile", "is not volatile"),
    "array_to_string(proconfig, ', ')": ("runs with {}", "runs with no settings of its own"),
    "pg_get_function_result(oid)": ("returns {}", "returns nothing"),
}


def function_observations(name: Name, arguments: str, difference: Difference) -> Iterator[Observation]:
    """What to ask about a function or procedure.

    Args:
        name: its name.
        arguments: as ``pg_get_function_identity_arguments`` prints them.
        difference: between its definitions.
    """
    source = rows_of(
        "pg_proc", f"pronamespace = {literal(quoted(name.schema))}::regnamespace", f"proname = {literal(name.last)}"
    )
    if difference.expected is None or difference.actual is None:
        yield Observation(
            "count(*) > 0", source, lambda there: f"{name.words}() exists" if there else f"There is no {name.words}()"
        )
        return
    for expression, (yes, no) in _FACTS.items():
        yield Observation(expression, source, _said(f"{name.words}()", yes, no))
    if difference.object.startswith("function ") and " RETURNS trigger" not in difference.expected:
        yield from _calls(name, [part.strip() for part in arguments.split(",") if part.strip()], difference.expected)


def _calls(name: Name, arguments: list[str], definition: str) -> Iterator[Observation]:
    """Calls with the constants of its own body and typical arguments; of what is random, the length may be sure."""
    body = definition.partition("\nAS ")[2]
    samples = [_samples(argument, body) for argument in arguments]
    for values in islice(product(*samples), _MOST_CALLS):
        call = f"{name.written}({', '.join(values)})"
        yield Observation(call, "", _said(call, "is {}", "is null"), may_vary=True)
        yield Observation(f"length({call}::text)", "", _said(call, "is {} characters long", "is null"), may_vary=True)


def _samples(argument: str, body: str) -> tuple[str, ...]:
    """Constants for an argument such as ``size integer``; only null for a type that has none."""
    of_type = argument.removeprefix("INOUT ").removeprefix("IN ")
    for pattern, values in _SAMPLES.items():
        if re.match(rf"(\S+ )?({pattern})", of_type) and not of_type.endswith("[]"):
            constants = _CONSTANTS.get(values[0][0])
            return tuple(dict.fromkeys((*(constants.findall(body) if constants else ()), *values)))
    return ("NULL",)


def _said(subject: str, yes: str, no: str) -> Callable[[Value], str]:
    return lambda answer: f"{subject} {yes if answer else no}".replace("{}", str(answer))
