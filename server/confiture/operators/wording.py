"""Words for descriptions of mutants."""

from confiture.model.script import Statement, Tokens
from confiture.sql.clauses import WRITING
from confiture.sql.plpgsql import PARTS
from confiture.sql.queries import Query, queries
from confiture.sql.tokens import span_of

_SHOWN = 48
_PREPOSITIONS = {"INSERT": "into", "UPDATE": "of", "DELETE": "from", "MERGE": "into"}


def text_of(statement: Statement, tokens: Tokens) -> str:
    """``tokens`` of ``statement`` as written; nothing for none, as where a statement is incomplete."""
    return span_of(tokens).shift(-statement.span.start).of(statement.text) if tokens else ""


def shown(statement: Statement, tokens: Tokens) -> str:
    """``tokens`` on one line, cut when they are long."""
    return shortened(" ".join(text_of(statement, tokens).split()))


def shortened(text: str) -> str:
    """``text``, cut when it is long."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 2]} …"


def subject(statement: Statement, query: Query) -> str:
    """What ``query`` serves: ``the UPDATE of orders``, ``view active_users``."""
    place = span_of(query.tokens)
    writers = [other for other in queries(statement) if other.verb in WRITING and span_of(other.tokens).contains(place)]
    if writers:
        writer = min(writers, key=lambda other: len(other.tokens))
        return f"the {writer.verb} {_PREPOSITIONS[writer.verb]} {writer.target}"
    if statement.kind in PARTS:
        return statement.name
    return f"{'table' if statement.kind == 'CREATE TABLE' else 'view'} {statement.name}"
