"""Claims: what a test says of a database, and how it is found out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from confiture.engine.names import Name
from confiture.postgres.results import Value
from confiture.sql.spelling import constant

_LINE = 100
_TIMES = 50
"""Answers of a function that must be the same before a test says so."""


class About(Enum):
    """What a fact is about, where frameworks of tests have words of their own for it."""

    TABLE = "table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized_view"
    SEQUENCE = "sequence"
    SCHEMA = "schema"
    EXTENSION = "extension"
    COLUMN = "column"
    TRIGGER = "trigger"
    NULLABLE = "whether a column may be null"
    COLUMN_TYPE = "the type of a column"


@dataclass(frozen=True, slots=True)
class Fact:
    """An answer about an object; whether it is there, as a boolean, unless `About` says otherwise."""

    about: About
    name: Name
    answer: Value


@dataclass(frozen=True, slots=True)
class Claim:
    """What a test says, and a query that tells whether it is so.

    Attributes:
        words: what it protects, as a sentence without a full stop.
        query: a SELECT of a single boolean, without the semicolon.
        many: whether the query may select several rows; it holds when there is one and all are true.
        fact: the claim without SQL, where it is as plain as that.
    """

    words: str
    query: str
    many: bool = False
    fact: Fact | None = None

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
        about: what the answer says about which object, where it is a `Fact`.
    """

    expression: str
    source: str
    words: Callable[[Value], str]
    may_vary: bool = False
    about: tuple[About, Name] | None = None

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
            case False if self.expression.endswith(" IS NOT NULL"):
                says = self.expression.replace(" IS NOT NULL", " IS NULL")
            case False if self.expression == "count(*) = 1":
                says = "count(*) = 0"
            case False:
                says = f"NOT ({self.expression})" if " " in self.expression else f"NOT {self.expression}"
            case None:
                says = f"{self.expression} IS NULL"
            case str():
                says = f"{self.expression} = {literal(answer)}"
        fact = Fact(*self.about, answer) if self.about else None
        return Claim(" ".join(self.words(answer).split()), select(says, self.source), fact=fact)


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
    """``text`` as a string constant; in dollar quotes where that reads better."""
    if "'" in text and "$$" not in text and not text.endswith("$"):
        return f"$${text}$$"
    return constant(text)
