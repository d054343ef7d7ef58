"""Sequences, which a rollback does not take back."""

from psycopg import sql

from confiture.postgres.session import Session


def restoring_command(session: Session) -> str | None:
    """A command that puts every sequence back to where it is now; None when there is none.

    Sequences made later in the transaction go with its rollback and need no such care.
    """
    names = session.query("SELECT schemaname, sequencename FROM pg_catalog.pg_sequences ORDER BY 1, 2")
    if not names:
        return None
    sequences = [sql.Identifier(str(schema), str(name)) for schema, name in names]
    states = session.query(
        sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, last_value, is_called FROM {}").format(sql.Literal(name.as_string()), name)
            for name in sequences
        )
    )
    calls = [sql.SQL("pg_catalog.setval({}, {}, {})").format(*map(sql.Literal, state)) for state in states]
    return sql.SQL("SELECT {}").format(sql.SQL(", ").join(calls)).as_string()
