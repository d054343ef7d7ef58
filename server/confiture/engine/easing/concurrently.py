"""Building, rebuilding and dropping an index CONCURRENTLY, so that nobody has to wait for it."""

from confiture.engine.easing.remedy import Aim, Proposals, Refusal, Relief, Remedy, Situation
from confiture.engine.easing.transactions import outside
from confiture.model.script import Statement, Token
from confiture.operators.edits import insert_after
from confiture.operators.performance.fresh import is_new
from confiture.sql.drops import dropped_items
from confiture.sql.tokens import closing, group, matches


def propose(situation: Situation) -> Proposals:
    """One proposal for each plain index command on a table that the script did not make."""
    for statement in situation.script.statements:
        token = _place(statement)
        if token is None or is_new(situation.script, statement):
            continue
        edits = outside(situation, statement, seen=True)
        word = " concurrently" if token.text.islower() else " CONCURRENTLY"
        match edits:
            case str():
                yield Refusal(statement, edits)
            case _:
                yield Relief(statement, (*edits, insert_after(token, word)))


def _place(statement: Statement) -> Token | None:
    """The token that the word goes behind; None where it stands already or PostgreSQL takes none."""
    tokens = statement.tokens
    match statement.kind:
        case "CREATE INDEX":
            found = 2 if matches(tokens, 1, "UNIQUE") else 1
        case "DROP INDEX":
            # Source: https://www.postgresql.org/docs/current/sql-dropindex.html (one index, no CASCADE)
            if len(dropped_items(statement)) != 1 or tokens[-1].word == "CASCADE":
                return None
            found = 1
        case "REINDEX":
            found = closing(tokens, 1) + 1 if matches(tokens, 1, "(") else 1
            has_option = any(token.word == "CONCURRENTLY" for token in group(tokens, 1))
            if has_option or not (matches(tokens, found, "INDEX") or matches(tokens, found, "TABLE")):
                return None
        case _:
            return None
    return None if matches(tokens, found + 1, "CONCURRENTLY") else tokens[found]


REMEDY = Remedy("concurrently", "Work on the index CONCURRENTLY", aim=Aim.LOCKS, propose=propose)
