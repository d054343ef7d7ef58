"""Sequences, which a rollback does not take back."""

from confiture.postgres.session import Session

_QUERY_OF_ALL = """
SELECT pg_catalog.format($$
    SELECT 'SELECT ' || pg_catalog.string_agg(
        pg_catalog.format('pg_catalog.setval(%%L, %%s, %%L)', name, last_value, is_called), ', ')
    FROM (%s) AS states$$, pg_catalog.string_agg(pg_catalog.format(
        'SELECT %L AS name, last_value, is_called FROM %I.%I',
        pg_catalog.format('%I.%I', n.nspname, c.relname), n.nspname, c.relname), ' UNION ALL '))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND NOT pg_catalog.pg_is_other_temp_schema(n.oid) HAVING pg_catalog.count(*) > 0
"""
"""The state of a sequence is in the sequence alone, so this writes the query that writes the command."""


def restoring_command(session: Session) -> str | None:
    """A command that puts every sequence back to where it is now; None when there is none.

    Sequences made later in the transaction go with its rollback and need no such care.
    """
    [queries] = session.run(_QUERY_OF_ALL)
    for (query,) in queries.rows:
        [commands] = session.run(str(query))
        return str(commands.rows[0][0])
    return None
