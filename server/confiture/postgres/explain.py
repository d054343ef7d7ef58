"""Plans of statements that move rows, and why tables are rewritten."""

import json
from typing import Any

from confiture.model.script import Statement
from confiture.postgres.errors import SqlError
from confiture.postgres.session import Session

PLANNED = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"})
"""Kinds of statements that EXPLAIN takes."""
_EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
_NOTE_REWRITES = """
CREATE FUNCTION pg_temp.confiture_note_rewrite() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('confiture.rewrites', concat_ws(' ', nullif(current_setting('confiture.rewrites', true), ''),
                       pg_event_trigger_table_rewrite_reason()), false);
END $$;
CREATE EVENT TRIGGER confiture_rewrites ON table_rewrite EXECUTE FUNCTION pg_temp.confiture_note_rewrite();
"""
_REASONS = {
    1: "it becomes logged or unlogged",
    2: "each row gets a default of its own",
    4: "the new type is stored differently",
    8: "it gets another access method",
}
"""Source: AT_REWRITE_* in PostgreSQL's src/include/commands/event_trigger.h; bits of one number."""


def plan_of(session: Session, statement: Statement) -> str:
    """The plan of ``statement`` as PostgreSQL's JSON, with what really ran; empty where it has none.

    The statement runs, and is taken back: the session must be in a transaction.
    """
    if statement.kind not in PLANNED:
        return ""
    session.savepoint("confiture_plan")
    try:
        [result, *_] = session.run(f"{_EXPLAIN}{statement.text}")
        plan: Any = json.loads(str(result.rows[0][0]))
    except SqlError:  # The statement itself, run next, says what is wrong with it.
        plan = None
    if session.closed:
        return ""
    session.rollback_to("confiture_plan")
    session.release("confiture_plan")
    return json.dumps(plan, separators=(",", ":")) if plan else ""


def note_rewrites(session: Session) -> bool:
    """Makes PostgreSQL remember why it rewrites tables; not every role may."""
    try:
        session.query(_NOTE_REWRITES)
    except SqlError:
        return False
    return True


def reason_of_rewrite(session: Session) -> str:
    """Why tables were rewritten since the last call, in words; empty where none was, or where nothing noted it."""
    [(noted,)] = session.query("SELECT current_setting('confiture.rewrites', true)")
    session.query("SELECT set_config('confiture.rewrites', '', false)")
    bits = [int(bit) for bit in str(noted or "").split()]
    return ", ".join(words for bit, words in _REASONS.items() if any(bit & noted for noted in bits))
