"""Tests written with pgTAP: what they print is read as the Test Anything Protocol.

pg_prove gives each file to a psql of its own. What stands between BEGIN and ROLLBACK is gone at the end of a file, and
what stands outside stays for the files behind it: there they define the functions that several tests use. Here a whole
file runs inside our transaction, so that its transaction blocks become savepoints.
Source: https://pgtap.org/documentation.html (Test it!, runtests).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Self

from confiture.model.script import Script, Statement
from confiture.oracles.answer import Answer, Opinion
from confiture.oracles.sql_test import ask_inside, content_of, refused
from confiture.oracles.tap import read_tap
from confiture.postgres.errors import SqlError
from confiture.postgres.session import Session
from confiture.sql.kinds import is_transaction_control
from confiture.sql.readings import read_once
from confiture.sql.tokens import matches

_PLANNERS = frozenset({"PLAN", "NO_PLAN", "RUNTESTS"})
"""Functions of pgTAP that make a file print a plan."""
_OF_A_SESSION = frozenset({"SELECT", "SET", "RESET", "SHOW"})
"""What they do is gone with the psql of their file, or they only print."""
_OF_DEFINITIONS = frozenset(
    {"CREATE EXTENSION", "CREATE FUNCTION", "CREATE PROCEDURE", "CREATE SCHEMA", "BEGIN", "COMMIT", "GRANT", "SET"}
)


@dataclass(frozen=True, slots=True)
class PgtapOracle:
    """One test file; see `SqlTest`.

    Attributes:
        setup: SQL that earlier files leave behind.
        schema: where pgTAP is, when tests want it elsewhere than in public.
        skipped: how many of its tests it may skip.
    """

    name: str
    script: Script
    version: str | None = None
    setup: str = ""
    schema: str | None = None
    skipped: float = inf

    @property
    def content(self) -> str:
        """Its statements and what runs before them."""
        return f"{self.schema}\0{self.setup}\0{content_of(self.script)}"

    def ask(self, session: Session) -> Answer:
        """Runs the file block by block."""
        answer = ask_inside(session, self, lambda text: self._answer(session, text))
        if answer.opinion is Opinion.PASSED and answer.skipped > self.skipped:
            return Answer(Opinion.UNDECIDED, f"it skips {answer.skipped} tests, and {self.skipped} on the original")
        return answer

    def knowing(self, answer: Answer) -> Self:
        """With the number of tests that it skips on the original."""
        return replace(self, skipped=answer.skipped)

    def _answer(self, session: Session, text: str) -> Answer:
        printed: list[tuple[str, Statement]] = []
        offset = 0
        try:
            _prepare(session, self.setup, self.schema)
            inside = False
            for statements in _runs(self.script):
                if is_transaction_control(statements[0].tokens):
                    inside = _begin_or_end(session, statements[0], inside=inside)
                    continue
                offset = statements[0].span.start
                results = session.run(text[offset : statements[-1].end])
                for statement, result in zip(statements, results, strict=False):
                    printed += [(row[0], statement) for row in result.rows if len(row) == 1 and isinstance(row[0], str)]
        except SqlError as error:
            return refused(error, self.script, offset=offset)
        lines = [(line, statement) for value, statement in printed for line in value.splitlines()]
        stream = read_tap(line for line, _ in lines)
        return stream.answer(lines[stream.failed][1].span if stream.failed is not None else None)


def is_pgtap(script: Script) -> bool:
    """Whether a test file uses pgTAP."""
    return prints_plan(script) or any(creates_pgtap(statement) for statement in script.statements)


@read_once
def prints_plan(script: Script) -> bool:
    """Whether a file has tests, and not only what others need."""
    return any(_calls(statement, _PLANNERS) for statement in script.statements if statement.kind == "SELECT")


def defines(script: Script) -> bool:
    """Whether a file has no tests, but what others need: it only makes functions, schemas and the like."""
    kinds = {statement.kind for statement in script.statements}
    return "CREATE FUNCTION" in kinds and not kinds - _OF_DEFINITIONS


def creates_pgtap(statement: Statement) -> bool:
    """Whether a statement is CREATE EXTENSION pgtap."""
    return statement.kind == "CREATE EXTENSION" and statement.name.strip('"') == "pgtap"


def schema_of_pgtap(scripts: Sequence[Script]) -> str | None:
    """The schema that files create pgTAP in, if one says so."""
    for statement in (statement for script in scripts for statement in script.statements if creates_pgtap(statement)):
        words = statement.words
        if "SCHEMA" in words[:-1]:
            return statement.tokens[words.index("SCHEMA") + 1].text
    return None


def left_behind(script: Script) -> str:
    """The statements that last when psql runs the file: those outside of blocks that are rolled back."""
    kept: list[str] = []
    block: list[str] | None = None
    for statement in script.statements:
        if is_transaction_control(statement.tokens):
            if block is not None and statement.kind == "COMMIT":
                kept += block
            block = [] if statement.kind == "BEGIN" else None
        elif statement.kind not in _OF_A_SESSION and not creates_pgtap(statement):
            (kept if block is None else block).append(f"{statement.text};\n")
    return "".join(kept)


def _calls(statement: Statement, functions: frozenset[str]) -> bool:
    tokens = statement.tokens
    return any(token.word in functions and matches(tokens, index + 1, "(") for index, token in enumerate(tokens))


def _runs(script: Script) -> Iterator[list[Statement]]:
    """Statements in a row that are sent as one message, and transaction control alone; pgTAP is already there."""
    run: list[Statement] = []
    for statement in script.statements:
        alone = is_transaction_control(statement.tokens)
        if alone or creates_pgtap(statement):
            if run:
                yield run
            run = []
            if alone:
                yield [statement]
        else:
            run.append(statement)
    if run:
        yield run


def _prepare(session: Session, setup: str, schema: str | None) -> None:
    if schema:
        path = "SELECT set_config('search_path', concat_ws(', ', current_setting('search_path'), %s::text), true)"
        session.query(path, [schema])
    if setup:
        session.run(setup)


def _begin_or_end(session: Session, control: Statement, *, inside: bool) -> bool:
    """Makes a transaction block of the file a savepoint of ours; returns whether one is open now."""
    if control.kind == "BEGIN":
        session.savepoint("block")
        return True
    if inside and control.kind == "ROLLBACK":
        session.rollback_to("block")
    elif inside:
        session.release("block")
    return False
