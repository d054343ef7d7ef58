"""Tests written with pgTAP: what they print is read as the Test Anything Protocol.

pg_prove gives each file to a psql of its own. What stands between BEGIN and ROLLBACK is gone at the end of a file, and
what stands outside stays for the files behind it: there they define the functions that several tests use. Here a whole
file runs inside our transaction, so that its transaction blocks become savepoints.
Source: https://pgtap.org/documentation.html (Test it!, runtests).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from confiture.model.script import Script, Statement
from confiture.model.span import Span
from confiture.oracles.answer import Answer
from confiture.oracles.sql_test import ask_inside, content_of, refused
from confiture.oracles.tap import read_tap
from confiture.postgres.errors import SqlError
from confiture.postgres.session import ResultSet, Session
from confiture.sql.kinds import is_transaction_control, sets_isolation
from confiture.sql.psql import variables_set, with_variables
from confiture.sql.readings import read_once
from confiture.sql.tokens import matches
from confiture.sql.transactional import as_transactional

_PLANNERS = frozenset({"PLAN", "NO_PLAN", "RUNTESTS"})
"""Functions of pgTAP that make a file print a plan."""
_OF_A_SESSION = frozenset({"SELECT", "SET", "RESET", "SHOW"})
"""What they do is gone with the psql of their file, or they only print."""
_SAVEPOINTS = {
    "BEGIN": "SAVEPOINT confiture_block",
    "COMMIT": "RELEASE SAVEPOINT confiture_block",
    "ROLLBACK": "ROLLBACK TO SAVEPOINT confiture_block",
}
_OF_DEFINITIONS = frozenset(
    {"CREATE EXTENSION", "CREATE FUNCTION", "CREATE PROCEDURE", "CREATE SCHEMA", "BEGIN", "COMMIT", "GRANT", "SET"}
)
_FORGET_PLANS = """DO $$ DECLARE plan name; BEGIN
    FOR plan IN SELECT name FROM pg_catalog.pg_prepared_statements WHERE name !~ '^confiture_' LOOP
        EXECUTE pg_catalog.format('DEALLOCATE %I', plan);
    END LOOP;
END $$"""
"""What a test prepares, as pgTAP has it done with queries, is gone with its psql, but not with a transaction."""


@dataclass(frozen=True, slots=True)
class PgtapOracle:
    """One test file; see `SqlTest`.

    Attributes:
        setup: statements that earlier files leave behind.
        schema: where pgTAP is, when tests want it elsewhere than in public.
    """

    name: str
    script: Script
    version: str | None = None
    setup: tuple[str, ...] = ()
    schema: str | None = None

    @property
    def content(self) -> str:
        """Its statements and what runs before them."""
        return "\0".join((str(self.schema), *self.setup, content_of(self.script)))

    @property
    def text(self) -> str | None:
        """What runs before the file, then the file with savepoints for its transaction blocks."""
        own = _sent(self.script)
        return None if own is None else "".join((*self._before, *(f"{text};\n" for text, _ in own)))

    @property
    def _before(self) -> tuple[str, ...]:
        path = "SELECT set_config('search_path', current_setting('search_path') || ', {}', true)"
        texts = [_FORGET_PLANS, *([path.format(self.schema)] if self.schema else []), *self.setup]
        return tuple(f"{text};\n" for text in texts)

    def ask(self, session: Session) -> Answer:
        """See `SqlTest`."""
        return ask_inside(session, self)

    def answer(self, results: Sequence[ResultSet]) -> Answer:
        """What the lines that the statements printed say."""
        own = zip(_sent(self.script) or (), results[len(self._before) :], strict=False)
        printed = [
            (line, statement)
            for (_, statement), result in own
            for row in result.rows
            if len(row) == 1 and isinstance(row[0], str)
            for line in row[0].splitlines()
        ]
        stream = read_tap(line for line, _ in printed)
        return stream.answer(printed[stream.failed][1].span if stream.failed is not None else None)

    def answer_to(self, error: SqlError) -> Answer:
        """What the test says when one of its statements ends with ``error``."""
        return refused(error, None if error.position is None else self._place(error.position))

    def _place(self, position: int) -> Span | None:
        end = sum(map(len, self._before))
        if position < end:
            return None
        for text, statement in _sent(self.script) or ():
            end += len(text) + 2
            if position < end:
                return statement.span
        return None


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


def left_behind(script: Script) -> tuple[str, ...]:
    """The statements that last when psql runs the file: those outside of blocks that are rolled back."""
    variables = variables_set(script.source)
    kept: list[str] = []
    block: list[str] | None = None
    for statement in script.statements:
        if is_transaction_control(statement.tokens):
            if block is not None and statement.kind == "COMMIT":
                kept += block
            block = [] if statement.kind == "BEGIN" else None
        elif statement.kind not in _OF_A_SESSION and not creates_pgtap(statement):
            (kept if block is None else block).append(with_variables(statement.text, variables))
    return tuple(kept)


def _calls(statement: Statement, functions: frozenset[str]) -> bool:
    tokens = statement.tokens
    return any(token.word in functions and matches(tokens, index + 1, "(") for index, token in enumerate(tokens))


@read_once
def _sent(script: Script) -> tuple[tuple[str, Statement], ...] | None:
    """The statements as they are sent, with those of the file; None when no transaction can hold one."""
    text = as_transactional(script.text)
    return None if text is None else tuple(_as_sent(script, text))


def _as_sent(script: Script, text: str) -> Iterator[tuple[str, Statement]]:
    inside = False
    variables = variables_set(script.source)
    for statement in script.statements:
        if is_transaction_control(statement.tokens):
            if inside or statement.kind == "BEGIN":
                yield _SAVEPOINTS.get(statement.kind, _SAVEPOINTS["COMMIT"]), statement
            inside = statement.kind == "BEGIN"
        elif not (creates_pgtap(statement) or sets_isolation(statement.tokens)):
            yield with_variables(statement.span.of(text), variables), statement
