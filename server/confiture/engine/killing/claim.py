"""Claims: what a test says of a database, and how it is found out."""

from collections.abc import Callable
from dataclasses import dataclass

from confiture.postgres.results import Value

_LINE = 100


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
    """

    expression: str
    source: str
    words: Callable[[Value], str]

    @property
    def query(self) -> str:
        """Asks a database."""
        return select(self.expression, self.source)

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
