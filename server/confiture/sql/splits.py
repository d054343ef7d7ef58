"""Where the statements and comments of a text stand, found without cutting it into tokens."""

import re
from dataclasses import dataclass

from confiture.model.span import Span
from confiture.sql.lexer import BLANKS, COMMENT, DOLLAR, OPEN, QUOTED, REST, STRING, WORD, end_of

_BLANK = rf"[{BLANKS}]"
MARK = re.compile(
    rf"(?P<comment>{COMMENT})|(?P<end>;)|(?P<parenthesis>[()])|(?P<blank>{_BLANK}+)"
    rf"|(?P<atomic>BEGIN{_BLANK}+ATOMIC\b)|(?P<case>CASE\b)|(?P<close>END\b)"
    # What separates nothing, many at a time, but not so many that matching takes much memory; a column can be called
    # AS end.
    rf"|(?P<plain>(?:(?:{STRING}|{QUOTED}|AS{_BLANK}+{WORD}|(?!{OPEN}|(?:BEGIN|CASE|END)\b){WORD}|\$\d+"
    rf"|\d{REST}*|-(?!-)|/(?!\*)|[^-/;()$'\"\w\s])[{BLANKS}]*){{1,1000}})"
    rf"|(?P<open>{OPEN})|(?P<word>{WORD})|(?P<body>{DOLLAR})|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
"""What can stand between two statements or part them."""
_FROM_STANDARD_INPUT = re.compile(r"COPY\b.*?\bFROM\s+STDIN\b", re.IGNORECASE | re.DOTALL)
_END_OF_ROWS = re.compile(r"^\\\.[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Split:
    """A text cut at its semicolons.

    Attributes:
        statements: each from its first to its last token, with the offset behind its semicolon, and behind the rows
            of a COPY … FROM STDIN.
        comments: those between statements and within them.
    """

    statements: tuple[tuple[Span, int], ...]
    comments: tuple[Span, ...]


def split_text(text: str) -> Split:
    """The statements of ``text``.

    Semicolons in parentheses (CREATE RULE) and in ``BEGIN ATOMIC … END`` separate nothing.

    Raises:
        LexError: something in ``text`` is not terminated.
    """
    statements: list[tuple[Span, int]] = []
    found: list[Span] = []
    start: int | None = None
    position = last = depth = atomic = 0
    while match := MARK.match(text, position):
        mark = match.lastgroup
        begin, position = match.start(), end_of(match)
        if mark == "blank":
            continue
        if mark == "comment":
            found.append(Span(begin, position))
            continue
        if mark == "end" and not depth and not atomic:
            if start is not None:
                position = behind_rows(text, start, position)
                statements.append((Span(start, last), position))
                start = None
            continue
        start = begin if start is None else start
        last = begin + len(text[begin:position].rstrip(BLANKS))
        if mark == "parenthesis":
            depth = depth + 1 if match.group() == "(" else max(0, depth - 1)
        elif mark == "atomic":
            atomic = 1
        elif atomic:
            atomic += {"case": 1, "close": -1}.get(mark or "", 0)
    if start is not None:
        statements.append((Span(start, last), last))
    return Split(tuple(statements), tuple(found))


def behind_rows(text: str, start: int, end: int) -> int:
    """Where the statement ends with the rows that psql would send with it, when they stand there."""
    if text[start : start + 4].upper() != "COPY" or not _FROM_STANDARD_INPUT.match(text, start, end):
        return end
    rows = _END_OF_ROWS.search(text, end)
    return rows.end() if rows else end


def row_ends(text: str) -> list[int]:
    """Where the rows of the statement ``text`` end, as those of VALUES: parentheses with commas between them."""
    longest: list[int] = []
    run: list[int] = []
    depth = position = 0
    while match := MARK.match(text, position):
        begin, position = match.start(), end_of(match)
        if match.lastgroup != "parenthesis":
            continue
        depth += 1 if match.group() == "(" else -1
        if depth == 1 and match.group() == "(" and not (run and text[run[-1] : begin].strip(BLANKS) == ","):
            run = []
        elif depth == 0:
            run.append(position)
            longest = max(longest, run, key=len)
    return longest
