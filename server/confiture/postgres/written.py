"""How many rows a statement writes in each of its transactions, and for how long they stay locked."""

from dataclasses import dataclass

from psycopg import sql

from confiture.postgres.session import Session

_NOTE = sql.SQL("""
CREATE TEMPORARY TABLE confiture_written (transaction bigint, rows bigint, seconds float8);
CREATE FUNCTION pg_temp.confiture_note_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pg_temp.confiture_written
    SELECT txid_current(), count(*), extract(epoch FROM clock_timestamp() - now()) FROM confiture_rows;
    RETURN NULL;
END $$;
CREATE TRIGGER confiture_written AFTER {event} ON {table} REFERENCING OLD TABLE AS confiture_rows
FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.confiture_note_written();
""")
_NOTED = """
SELECT coalesce(sum(rows), 0), coalesce(max(rows), 0), coalesce(max(seconds), 0) FROM (
    SELECT sum(rows) AS rows, max(seconds) AS seconds FROM pg_temp.confiture_written GROUP BY transaction
) AS each
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What one statement wrote.

    Attributes:
        rows: in all.
        at_once: most of them in one transaction.
        seconds: longest time from the beginning of such a transaction until it had written its rows.
    """

    rows: int
    at_once: int
    seconds: float


def note_written(session: Session, *, table: str, kind: str) -> None:
    """Has PostgreSQL note what is written from now on; the table keeps a trigger for that.

    Args:
        session: that writes.
        table: as its scripts write it.
        kind: ``UPDATE`` or ``DELETE``.

    Raises:
        SqlError: it is no table.
    """
    [(schema, name)] = session.query(
        "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = %s::regclass",
        [table],
    )
    event = sql.SQL("UPDATE") if kind == "UPDATE" else sql.SQL("DELETE")
    session.query(_NOTE.format(event=event, table=sql.Identifier(str(schema), str(name))))


def written(session: Session) -> Written:
    """What was noted since `note_written`."""
    [(rows, at_once, seconds)] = session.query(_NOTED)
    return Written(int(str(rows)), int(str(at_once)), float(str(seconds)))
