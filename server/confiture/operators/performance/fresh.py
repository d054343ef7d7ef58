"""Tables that nobody uses yet, so that locks and scans of them cost nothing."""

from confiture.model.schema import Schema
from confiture.model.script import Script, Statement


def is_new(script: Script, statement: Statement) -> bool:
    """Whether the script created the table, or the index, of ``statement`` before."""
    about = {statement.name, statement.table}
    return any(
        earlier.kind.startswith("CREATE") and earlier.kind != "CREATE INDEX" and earlier.name in about
        for earlier in script.statements[: statement.index]
    )


def is_empty(statement: Statement, schema: Schema) -> bool:
    """Whether the table is known and has no rows."""
    table = schema.table(statement.table)
    return table is not None and table.rows == 0
