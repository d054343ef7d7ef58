"""What no PostgreSQL would read in a text, told from the text alone and so fast that it can be told at each keystroke.

Nothing is said that is not certain: a text without defects can still be wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from confiture.model.span import Span
from confiture.sql.lexer import BLANKS, WORD, LexError, end_of
from confiture.sql.splits import MARK, behind_rows

_WORDS = """
    ABORT ALTER ANALYSE ANALYZE BEGIN CALL CHECKPOINT CLOSE CLUSTER COMMENT COMMIT COPY CREATE DEALLOCATE DECLARE
    DELETE DISCARD DO DROP END EXECUTE EXPLAIN FETCH GRANT IMPORT INSERT LISTEN LOAD LOCK MERGE MOVE NOTIFY PREPARE
    REASSIGN REFRESH REINDEX RELEASE REPACK RESET REVOKE ROLLBACK SAVEPOINT SECURITY SELECT SET SHOW START TABLE
    TRUNCATE UNLISTEN UPDATE VACUUM VALUES WAIT WITH
"""
_COMMANDS = frozenset(_WORDS.split())
"""What statements begin with: https://www.postgresql.org/docs/current/sql-commands.html, and what version 19 adds."""
_FIRST_WORD = re.compile(rf"({WORD})(?=[{BLANKS}])")
_RULE = re.compile(rf"CREATE[{BLANKS}]+(?:OR[{BLANKS}]+REPLACE[{BLANKS}]+)?RULE\b", re.IGNORECASE)
_KINDS = {"'": "string", '"': "quoted name", "/": "comment", "$": "dollar-quoted string"}


@dataclass(frozen=True, slots=True)
class Defect:
    """What cannot be read, at the place that must be mended; ``message`` says what is missing."""

    span: Span
    message: str


def defects(text: str) -> Iterator[Defect]:
    """What is unterminated or unbalanced in ``text``, and which statements begin with no command."""
    reader = _Reader(text)
    position = 0
    while match := MARK.match(text, position):
        begin = match.start()
        try:
            position = end_of(match)
        except LexError as error:
            yield _unterminated(text, error.opening)
            return
        match match.lastgroup:
            case "blank" | "comment":
                continue
            case "end" if reader.ends_statement():
                yield from reader.finish()
                if reader.start >= 0:
                    position = behind_rows(text, reader.start, position)
                reader.start = -1
            case kind:
                if reader.start < 0:
                    reader.start = begin
                    yield from _no_command(text, begin, position)
                yield from reader.take(kind, begin)
    yield from reader.finish()


class _Reader:
    """What is open in the statement that is read; it starts at ``start``, which is negative between statements."""

    def __init__(self, text: str) -> None:
        self.start = -1
        self._text = text
        self._parentheses: list[int] = []
        self._atomic = -1
        self._blocks = 0

    def ends_statement(self) -> bool:
        """Whether a semicolon parts statements here: not in BEGIN ATOMIC … END nor in a rule's parentheses."""
        in_rule = self._parentheses and self.start >= 0 and _RULE.match(self._text, self.start)
        return not in_rule and not self._blocks

    def take(self, kind: str | None, begin: int) -> Iterator[Defect]:
        match kind:
            case "parenthesis" if self._text[begin] == "(":
                self._parentheses.append(begin)
            case "parenthesis" if self._parentheses:
                self._parentheses.pop()
            case "parenthesis":
                yield Defect(Span(begin, begin + 1), "nothing opens this parenthesis")
            case "atomic":
                self._atomic, self._blocks = begin, 1
            case "case" | "close" if self._blocks:
                self._blocks += 1 if kind == "case" else -1
            case _:
                pass

    def finish(self) -> Iterator[Defect]:
        """What is still open where the statement ends."""
        for place in self._parentheses:
            yield Defect(Span(place, place + 1), "nothing closes this parenthesis")
        if self._blocks:
            yield Defect(
                Span(self._atomic, self._atomic + len("BEGIN")), "nothing ends this BEGIN ATOMIC: END is missing"
            )
        self._parentheses.clear()
        self._blocks = 0


def _unterminated(text: str, opening: Span) -> Defect:
    mark = opening.of(text)
    kind = next(kind for sign, kind in _KINDS.items() if sign in mark)
    end = "*/" if kind == "comment" else mark[-1:] if kind != "dollar-quoted string" else mark
    return Defect(opening, f"nothing ends this {kind}: {end} is missing")


def _no_command(text: str, begin: int, end: int) -> Iterator[Defect]:
    """A statement whose first word, once it is typed, is no command."""
    first = _FIRST_WORD.match(text, begin, max(end, begin + 1))
    if first and first[1].upper() not in _COMMANDS:
        near = get_close_matches(first[1].upper(), _COMMANDS, n=1, cutoff=0.7)
        hint = f"; did you mean {near[0]}?" if near else ""
        yield Defect(Span(*first.span(1)), f"{first[1]} is no command of PostgreSQL{hint}")
