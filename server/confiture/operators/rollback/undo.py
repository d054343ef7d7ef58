"""What operators on down scripts share."""

from confiture.model.script import Script, Statement
from confiture.operators.generate import ARID
from confiture.sql.kinds import is_transaction_control
from confiture.sql.tables import actions_of

_SETTINGS = frozenset({"SET", "RESET"})


def undoing(script: Script) -> list[Statement]:
    """The statements of a down script that undo something."""
    return [statement for statement in script.statements if is_undoing(statement)]


def is_undoing(statement: Statement) -> bool:
    """Whether the statement is neither arid nor there for the transaction and its settings."""
    controls = bool(statement.tokens) and is_transaction_control(statement.tokens)
    return not controls and statement.kind not in ARID and statement.kind not in _SETTINGS


def goes_with_its_table(script: Script, statement: Statement) -> bool:
    """Whether a later statement drops the table that this one changes, or the column that it is about."""
    for later in script.statements[statement.index + 1 :]:
        if later.kind == "DROP TABLE" and statement.table in _dropped(later):
            return True
        if later.kind == "DROP SCHEMA":
            return True
    return False


def _dropped(statement: Statement) -> set[str]:
    names = {statement.name}
    return names | {token.text.lower() for token in statement.tokens[2:] if token.word.isidentifier()}


def is_last_action(statement: Statement) -> bool:
    """Whether an ALTER TABLE has a single subcommand."""
    return len(actions_of(statement)) <= 1
