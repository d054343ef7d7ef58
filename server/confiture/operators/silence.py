"""Why statements have no mutants: silence must not read as a pass."""

from collections.abc import Iterable
from enum import Enum

from confiture.model.mutant import Mutant
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement
from confiture.operators.abridge import abridged
from confiture.operators.generate import ARID, is_readable
from confiture.sql.kinds import is_transaction_control
from confiture.sql.lifetimes import is_made_before, lasts
from confiture.sql.tables import actions_of
from confiture.sql.tokens import find
from confiture.sql.writes import is_bookkeeping


class Silence(Enum):
    """A reason for having no mutants."""

    ARID = "a mistake in it is not worth a test"
    DEEP = "parentheses in it are nested too deeply to be read"
    LONG = "the script is too long to be read as a whole"
    UNREADABLE = "a string, comment or identifier in it has no end"
    UNKNOWN = "no operator knows a mistake that can be made in it"


def silences(script: Script, mutants: Iterable[Mutant]) -> tuple[tuple[Statement, Silence], ...]:
    """The statements of ``script`` that none of its ``mutants`` begins at, each with the reason."""
    mutated = {mutant.statement for mutant in mutants}
    read = {statement.index for statement in abridged(script).statements}
    return tuple(
        (statement, _silence(script, statement, is_read=statement.index in read))
        for statement in script.statements
        if statement.index not in mutated
    )


def _silence(script: Script, statement: Statement, *, is_read: bool) -> Silence:
    if statement.kind == "UNREADABLE":
        return Silence.UNREADABLE
    if not is_readable(statement):
        return Silence.DEEP
    if statement.kind in ARID or is_bookkeeping(statement.table) or is_transaction_control(statement.tokens):
        return Silence.ARID
    if not is_read:
        return Silence.LONG
    is_passing = is_made_before(script, statement) or not lasts(script, statement, Schema())
    return Silence.ARID if is_passing or _only_names(statement) else Silence.UNKNOWN


def _only_names(statement: Statement) -> bool:
    """Whether only a constraint or an index gets another name."""
    if statement.kind == "ALTER INDEX":
        return find(statement.tokens, "RENAME") is not None
    actions = actions_of(statement)
    return bool(actions) and all(action.kind == "RENAME CONSTRAINT" for action in actions)
