"""Reading the Test Anything Protocol. Source: https://testanything.org/tap-specification.html."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from confiture.model.span import Span
from confiture.oracles.answer import Answer, Opinion


class _Line(Protocol):
    """What tap.py, which has no types, makes of a line; each kind has some of these."""

    category: str
    ok: bool
    todo: bool
    number: int | None
    description: str
    reason: str
    expected_tests: int


class _Parser(Protocol):
    def parse_line(self, text: str) -> _Line: ...


@dataclass(frozen=True, slots=True)
class Stream:
    """What one test file printed, line by line.

    Attributes:
        failed: place of the line with the first test that failed, None when none did.
        problem: why the file failed as a whole; empty when it did not.
    """

    lines: tuple[str, ...]
    failed: int | None
    problem: str

    def answer(self, span: Span | None = None) -> Answer:
        """What the file says of the database; ``span`` is where the test stands that failed."""
        message = self.problem if self.failed is None else self._of_failure(self.failed)
        return Answer(Opinion.FAILED if message else Opinion.PASSED, message, span)

    def _of_failure(self, index: int) -> str:
        """The test's own words, then what it found instead of what it wanted."""
        diagnosis: list[str] = []
        for line in self.lines[index + 1 :]:
            if not line.startswith("#"):
                break
            diagnosis.append(" ".join(line.lstrip("# ").split()))
        said = self.lines[index].removeprefix("not ok").lstrip(" 0123456789-").strip()
        details = [line for line in diagnosis if line and not line.startswith("Failed test")]
        return ": ".join([said or "a test without a name fails", *(["; ".join(details)] if details else [])])


def read_tap(printed: Iterable[str]) -> Stream:
    """The stream that a test file printed.

    It passed if every test did, apart from those marked TODO, and if there are as many as planned.
    """
    lines = tuple(line.rstrip() for text in printed for line in text.splitlines())
    parsed = [_parse(line) for line in lines]
    tests = [(index, line) for index, line in enumerate(parsed) if line and line.category == "test"]
    failed = next((index for index, line in tests if not (line.ok or line.todo)), None)
    return Stream(lines, failed, _problem([line for line in parsed if line], ran=len(tests)))


def _problem(lines: Sequence[_Line], *, ran: int) -> str:
    bail = next((line for line in lines if line.category == "bail"), None)
    if bail:
        return f"Bail out! {bail.reason}".strip()
    plans = [line for line in lines if line.category == "plan"]
    if len(plans) != 1:
        return "it printed several plans" if plans else "it printed no plan (1..n)"
    [plan] = plans
    if plan.expected_tests != ran:
        return f"it planned {plan.expected_tests} tests and ran {ran}"
    return ""


def _parse(text: str) -> _Line | None:
    """The line, if it says anything."""
    # Imported late: only tests in TAP need it. It has no types.
    from tap.parser import Parser  # pyright: ignore[reportMissingTypeStubs]

    parser = cast("_Parser", Parser())
    try:
        return parser.parse_line(text)
    except ValueError:  # a number too large for Python to read, or a version that does not exist
        return None
