"""Doing within a transaction what its COMMIT would do to deferred constraints."""

from psycopg import sql

from confiture.postgres.session import Session


def run_deferred(session: Session) -> None:
    """Checks deferred constraints and fires deferred triggers now; those declared so are deferred again.

    Raises:
        SqlError: a constraint does not hold.
    """
    session.run("SET CONSTRAINTS ALL IMMEDIATE")
    names = session.query(
        "SELECT n.nspname, c.conname FROM pg_catalog.pg_constraint c "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace WHERE c.condeferred"
    )
    if names:
        constraints = sql.SQL(", ").join(sql.Identifier(str(schema), str(name)) for schema, name in names)
        session.query(sql.SQL("SET CONSTRAINTS {} DEFERRED").format(constraints))
