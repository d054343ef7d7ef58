"""How many rows a statement writes in each of its transactions, and for how long they stay locked."""

from dataclasses import dataclass

from psycopg import sql

from confiture.postgres.session import Session

_NOTE = sql.SQL("""
CREATE TEMPORARY TABLE confiture_written (transaction bigint, rows bigint, at timestamptz);
CREATE FUNCTION pg_temp.confiture_note_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_WHEN = 'BEFORE' THEN
        INSERT INTO pg_temp.confiture_written VALUES (txid_current(), 0, clock_timestamp());
    ELSE
        INSERT INTO pg_temp.confiture_written SELECT txid_current(), count(*), clock_timestamp() FROM confiture_rows;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER confiture_before BEFORE {event} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.confiture_note_written();
CREATE TRIGGER confiture_written AFTER {event} ON {table} REFERENCING OLD TABLE AS confiture_rows
FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.confiture_note_written();
""")
_NOTED = """
SELECT coalesce(max(rows), 0), coalesce(max(seconds), 0) FROM (
    SELECT sum(rows) AS rows, extract(epoch FROM max(at) - min(at)) AS seconds
    FROM pg_temp.confiture_written GROUP BY transaction
) AS each
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What one statement wrote.

    Attributes:
        at_once: most rows in one transaction.
        seconds: longest time from the first row of a transaction to its last one.
    """

    at_once: int
    seconds: float


def note_written(session: Session, *, table: str, kind: str) -> None:
    """Has PostgreSQL note what is written from now on; the table keeps triggers for that.

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
    [(at_once, seconds)] = session.query(_NOTED)
    return Written(int(str(at_once)), float(str(seconds)))
