"""Which values a generated row can hold: for each type a few telling ones, and a series where they must differ."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2020, 1, 1, 12, 30, tzinfo=UTC)
_WORDS = ("alpha", "Bravo", "charlie delta", "x", "ada@example.org", "https://example.org/a", "EUR", "en", "#a0b1c2")
_MORE_WORDS = ("+15550100", "2020-01-01", "US", "00000", "", "a-b-c", "1.2.3", "ABC-123", "{}", "1")
_LONGEST = 1000
_NUMBERS = ("1", "2", "10", "100", "0")
_TIMES = ("2020-01-01 12:30:00+00", "2001-02-03 04:05:06+00", "2090-12-31 23:59:59+00", "2024-02-29 00:00:00+00")
_POOLS: dict[str, tuple[str, ...]] = {
    "boolean": ("true", "false"),
    "date": ("2020-01-01", "2001-02-03", "2090-12-31", "2024-02-29"),
    "time": ("12:30:00", "00:00:00", "23:59:59"),
    "interval": ("1 day", "0", "90 days", "1 hour"),
    "uuid": ("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"),
    "json": ('{"key": "value", "count": 1}', "{}", "[1, 2]"),
    "jsonb": ('{"key": "value", "count": 1}', "{}", "[1, 2]"),
    "bytea": (r"\x01", r"\xdeadbeef", r"\x"),
    "inet": ("192.0.2.1", "2001:db8::1"),
    "cidr": ("192.0.2.0/24", "2001:db8::/32"),
    "point": ("(1,2)", "(0,0)"),
    "money": ("1", "2", "10.50", "0"),
    "tsvector": ("word", "other"),
    "xml": ("<a/>", "<b>1</b>"),
}
_INTEGERS = frozenset({"smallint", "integer", "bigint"})
_DECIMALS = frozenset({"numeric", "real", "double precision", "money"})
_TEXTS = frozenset({"text", "character varying", "character", "citext", "name"})
_ANY = (
    *("1", "a", "0", "101", "{}", "(1,2)", "[1,5)", "[2020-01-01,2020-02-01)", "a=>1", "a.b", "[1,2,3]"),
    *("POINT(1 2)", "((0,0),(1,1))", "192.0.2.1", "08:00:2b:01:02:03", "empty", "0/0", "1.2.3", "{1,2,3}"),
)


def literals_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Strings and numbers written in ``texts``, which are definitions that PostgreSQL printed.

    They are only candidates: PostgreSQL itself decides which of them fit.
    """
    found: list[str] = []
    for text in texts:
        matches = re.finditer(r"'((?:[^']|'')*)'|(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])", text)
        found += (match[2] if match[1] is None else match[1].replace("''", "'") for match in matches)
    return tuple(dict.fromkeys(found))


def pool(type_name: str, *, column: str, labels: Sequence[str], literals: Sequence[str]) -> tuple[str, ...]:
    """Candidate values for a column, the most telling first, as text that PostgreSQL reads as ``type_name``.

    Args:
        type_name: base type as ``format_type`` prints it, without a domain around it.
        column: its name, which says whether a text is an address of some kind.
        labels: those of the type, or of its elements, when it is an enum.
        literals: from the definitions that speak of the column.
    """
    if type_name.endswith("[]"):
        element = pool(type_name[:-2], column=column, labels=labels, literals=literals)
        quoted = [value.replace("\\", "\\\\").replace('"', '\\"') for value in element[:3]]
        return ("{}", *(f'{{"{value}"}}' for value in quoted), "{" + ",".join(f'"{value}"' for value in quoted) + "}")
    if labels:
        return tuple(labels)
    bare = _bare(type_name)
    if bare == "bit":
        return tuple(digit * _length(type_name, default=1) for digit in "10")
    if bare in _INTEGERS or bare in _DECIMALS:
        return tuple(dict.fromkeys((*_NUMBERS, *_around(literals), *(("9.99",) if bare in _DECIMALS else ()))))
    if bare in _TEXTS:
        return tuple(dict.fromkeys((*_matching(literals), *_by_name(column), *_WORDS, *_MORE_WORDS, *_long(literals))))
    if bare == "bytea":
        return tuple(
            dict.fromkeys((*literals, *_POOLS[bare], *(rf"\x{text.encode().hex()}" for text in _long(literals))))
        )
    known = _TIMES if bare.startswith("timestamp") else _POOLS.get(bare.removesuffix(" with time zone"), ())
    return tuple(dict.fromkeys((*literals, *(known or _POOLS.get(bare.split(" ")[0], _ANY)))))


def series(type_name: str, number: int, *, column: str) -> tuple[str, ...]:
    """Values of row ``number`` for a column whose values must differ, in several styles, the plainest first.

    Each style is at the same place for every ``number``. Empty for a type that has none.
    """
    bare = _bare(type_name)
    moment = _EPOCH + timedelta(days=number)
    if bare in _INTEGERS or bare in _DECIMALS:
        return (str(number + 1), str(number + 100))
    if bare in _TEXTS:
        return _text_series(number, mail="mail" in column)
    if bare.startswith("timestamp"):
        return (moment.isoformat(" "),)
    match bare:
        case "date":
            return (moment.date().isoformat(),)
        case "uuid":
            return (f"00000000-0000-4000-8000-{number + 1:012d}",)
        case "bytea":
            return (rf"\x{number + 1:08x}",)
        case "inet":
            return (f"192.0.2.{number % 255}",)
        case "int4range" | "int8range" | "numrange":
            return (f"[{10 * number},{10 * number + 5})",)
        case "daterange" | "tsrange" | "tstzrange":
            return (f"[{moment.date()},{(moment + timedelta(hours=18)).date()})",)
        case _:
            return ()


def _text_series(number: int, *, mail: bool) -> tuple[str, ...]:
    count = number + 1
    letters = "".join(chr(ord("a") + number // 26**power % 26) for power in (2, 1, 0))
    plain, address = f"item-{count}", f"user{count}@example.org"
    first = (address, plain) if mail else (plain, address)
    return (
        *first,
        f"https://example.org/{count}",
        f"ITEM{count}",
        letters.upper(),
        letters,
        f"{count:08d}",
        str(count),
        f"1.{count}.0",
    )


def _bare(type_name: str) -> str:
    """``numeric(10,2)`` is ``numeric``."""
    return re.sub(r"\(.*?\)", "", type_name).strip()


def _around(literals: Sequence[str]) -> list[str]:
    """Numbers at and beside the limits that definitions name."""
    found: list[str] = []
    for literal in literals:
        if re.fullmatch(r"-?\d+", literal):
            found += (literal, str(int(literal) + 1), str(int(literal) - 1))
        elif re.fullmatch(r"-?\d+\.\d+", literal):
            found.append(literal)
    return found


def _matching(literals: Sequence[str]) -> list[str]:
    """``literals``, and for one that looks like a LIKE pattern several texts that match it."""
    found: list[str] = []
    for literal in literals:
        found += [literal.replace("%", str(number)) for number in range(1, 21)] if "%" in literal else [literal]
    return found


def _long(literals: Sequence[str]) -> list[str]:
    """Texts as long as limits may want them."""
    return ["x" * int(literal) for literal in literals if literal.isdecimal() and int(literal) <= _LONGEST]


def _by_name(column: str) -> tuple[str, ...]:
    if "mail" in column:
        return ("ada@example.org", "Grace@Example.org", "linus@example.com")
    if "url" in column or "link" in column:
        return ("https://example.org/a", "https://example.org/b", "http://example.com")
    return ()


def _length(type_name: str, *, default: int) -> int:
    """``varchar(3)`` holds 3."""
    limit = re.search(r"\((\d+)\)", type_name)
    return int(limit[1]) if limit else default


def fits_length(type_name: str, value: str) -> bool:
    """Whether an assignment to a text column takes ``value``; a cast would cut a longer one silently."""
    return _bare(type_name) not in _TEXTS or len(value) <= _length(type_name, default=len(value))
