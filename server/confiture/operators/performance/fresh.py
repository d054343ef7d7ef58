"""Tables that nobody uses yet, so that locks and scans of them cost nothing, and statements that do something."""

from confiture.model.schema import Schema
from confiture.model.script import Script, Statement
from confiture.operators.generate import ARID
from confiture.sql.kinds import is_transaction_control
from confiture.sql.tokens import identifier, matches

_CREATING = frozenset({"CREATE TABLE", "CREATE MATERIALIZED VIEW", "CREATE FOREIGN TABLE"})
_IDLE = frozenset({"SET", "RESET", "SHOW"})


def is_new(script: Script, statement: Statement) -> bool:
    """Whether the script created the table of ``statement``, or that of the index it drops, before."""
    created: set[str] = set()
    for earlier in script.statements[: statement.index]:
        if earlier.kind in _CREATING:
            created.add(_bare(earlier.name))
        elif earlier.kind == "CREATE INDEX" and _bare(earlier.table) in created:
            created.add(f"index {earlier.name}")
        elif earlier.kind == "ALTER TABLE" and _bare(earlier.table) in created:
            renamed = matches(earlier.tokens, len(earlier.tokens) - 3, "RENAME", "TO")
            created |= {identifier(earlier.tokens[-1])} if renamed else set()
    if statement.kind == "DROP INDEX":
        return f"index {_bare(statement.name)}" in created
    return bool(statement.table or statement.name) and _bare(statement.table or statement.name) in created


def is_empty(statement: Statement, schema: Schema) -> bool:
    """Whether the table is known and has no rows."""
    table = schema.table(statement.table)
    return table is not None and table.rows == 0


def is_work(statement: Statement) -> bool:
    """Whether ``statement`` may lock or write something: it is not arid, a setting or transaction control."""
    if statement.kind in ARID or statement.kind in _IDLE:
        return False
    return not is_transaction_control(statement.tokens)


def _bare(name: str | None) -> str:
    return (name or "").removeprefix("public.")
