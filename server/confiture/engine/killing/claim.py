"""Claims: what a test says of a database, and how it is found out."""

from collections.abc import Callable
from dataclasses import dataclass

from confiture.postgres.results import Value

_LINE = 100
_TIMES = 50
"""Answers of a function that must be the same before a test says so."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a SQL test.

    Attributes:
        words: what it protects, as a sentence without a full stop.
        query: a SELECT of a single boolean, without the semicolon.
    """

    words: str
    query: str

    @property
    def text(self) -> str:
        """As it stands in a test file, with its last line break."""
        return f"-- {self.words}.\n{self.query};\n"


@dataclass(frozen=True, slots=True)
class Observation:
    """A question whose answer may tell a mutant from the original.

    Attributes:
        expression: of type boolean or text.
        source: what it is selected from, on lines of its own; may be empty.
        words: says in a sentence what an answer means.
        may_vary: whether the answer may be another one each time, as that of a function may.
    """

    expression: str
    source: str
    words: Callable[[Value], str]
    may_vary: bool = False

    @property
    def query(self) -> str:
        """Asks a database; it has no row for an answer that varies."""
        if not self.may_vary:
            return select(self.expression, self.source)
        answers = select(f"{self.expression} AS answer", f"FROM generate_series(1, {_TIMES})")
        return select("min(answer::text)", f"FROM ({answers}) AS answers\nHAVING count(DISTINCT answer::text) = 1")

    def claim(self, answer: Value) -> Claim:
        """That the answer is ``answer``."""
        match answer:
            case True:
                says = self.expression
            case False:
                says = f"NOT ({self.expression})" if " " in self.expression else f"NOT {self.expression}"
            case None:
                says = f"{self.expression} IS NULL"
            case str():
                says = f"{self.expression} = {literal(answer)}"
        return Claim(" ".join(self.words(answer).split()), select(says, self.source))


def select(expression: str, source: str) -> str:
    """A SELECT, on one line if it is short."""
    line = f"SELECT {expression} {source}".replace("\n", " ").strip()
    return line if len(line) <= _LINE else f"SELECT {expression}\n{source}"


def rows_of(relation: str, *conditions: str) -> str:
    """FROM and WHERE, on lines of their own; long conditions too."""
    where = f"WHERE {' AND '.join(conditions)}"
    if len(where) > _LINE:
        where = f"WHERE {f'{chr(10)}  AND '.join(conditions)}"
    return f"FROM {relation}\n{where}"


def literal(text: str) -> str:
    """``text`` as a string constant; in dollar quotes where that reads better.

    Source: PostgreSQL's manual, 4.1.2 (string constants); a backslash has no meaning with
    ``standard_conforming_strings``, which is on by default.
    """
    if "'" in text and "$$" not in text and not text.endswith("$"):
        return f"$${text}$$"
    return "'{}'".format(text.replace("'", "''"))
