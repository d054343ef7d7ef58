"""Getting a statement, or the steps it is split into, out of the transaction that it shares."""

import re
from collections.abc import Sequence

from confiture.engine.deliver import needs_block
from confiture.engine.easing.remedy import Situation
from confiture.engine.locks import transactions
from confiture.engine.markers import at_end, at_end_of_changeset
from confiture.model.migration import Delivery
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span

_DBMATE = re.compile(r"^--\s*migrate:up\b[^\r\n]*", re.MULTILINE)
_BYTE_ORDER_MARK = "\ufeff"
_ELSEWHERE = "take the steps in migrations of their own"


def is_alone(situation: Situation, statement: Statement) -> bool:
    """Whether the statement runs outside any transaction block."""
    migration = situation.migration
    numbers = transactions(migration)
    return not needs_block(migration.up, migration.delivery) and numbers.count(numbers[statement.index]) == 1


def outside(situation: Situation, statement: Statement, *, seen: bool) -> tuple[Edit, ...] | str:
    """Edits with which the statement runs outside any transaction block, or the reason why there are none.

    Args:
        situation: the migration.
        statement: that no transaction block can hold.
        seen: whether that shows, as with CONCURRENTLY, to tools that look at statements.
    """
    if is_alone(situation, statement):
        return ()
    if len(situation.script.statements) > 1:
        return "it shares a transaction with other statements: give it a migration of its own"
    return _directive(situation, seen=seen)


def _directive(situation: Situation, *, seen: bool) -> tuple[Edit, ...] | str:
    """The line with which the migration tool runs the script without a transaction.

    The sources are those that the layouts name.
    """
    migration, source = situation.migration, situation.script.source
    match situation.layout:
        case "flyway":
            conf = f"{situation.script.path.name}.conf"
            advice = f"flyway runs it in a transaction: write executeInTransaction=false into a {conf} beside it"
            return () if seen else advice
        case "dbmate":
            return at_end(_DBMATE.finditer(source), "transaction:false")
        case "liquibase":
            return at_end_of_changeset(
                situation.script, situation.script.statements[0].span.start, "runInTransaction:false"
            )
        case "sqlx":
            return (Edit(Span(0, 0), f"-- no-transaction{_newline(source)}"),)
        case "atlas":
            # Only comments above a blank line speak of the file.
            blank = "" if source.startswith("-- atlas:") else _newline(source)
            return (Edit(Span(0, 0), f"-- atlas:txmode none{_newline(source)}{blank}"),)
        case "goose" | "tern" as layout:
            if migration.down and len(migration.down.statements) > 1:
                return "the way back would lose its transaction too, and has several statements"
            line = "-- +goose NO TRANSACTION" if layout == "goose" else "---- tern: disable-tx ----"
            start = len(_BYTE_ORDER_MARK) if source.startswith(_BYTE_ORDER_MARK) else 0
            return (Edit(Span(start, start), f"{line}{_newline(source)}"),)
        case "diesel":
            return "diesel runs it in a transaction: write run_in_transaction = false into a metadata.toml beside it"
        case "pop":
            return "pop runs it in a transaction: let the file's name end in .autocommit.up.sql"
        case layout:
            return f"{layout} runs it in a transaction, and no line in the file changes that"


def split_off(
    situation: Situation, statement: Statement, *, before: Sequence[str] = (), after: Sequence[str] = ()
) -> tuple[Edit, ...] | str:
    """Edits that put statements around this one so that each has a transaction of its own, or why that cannot be.

    Args:
        situation: the migration.
        statement: that was alone in its transaction.
        before: statements, without semicolons.
        after: and those that follow it.
    """
    script, delivery = situation.script, situation.migration.delivery
    line = _newline(script.source)
    between = f"COMMIT;{line}{line}BEGIN;{line}"
    if delivery is Delivery.TRANSACTION:
        return f"{situation.layout} runs the script in one transaction, which would keep the lock: {_ELSEWHERE}"
    if is_alone(situation, statement) and delivery is Delivery.SPLIT:
        opening, between, closing = "", "", ""
    elif is_alone(situation, statement) and len(script.statements) == 1:
        opening, closing = f"BEGIN;{line}", f"{line}COMMIT;"
    elif _fills_a_block(script, statement):
        opening, closing = "", ""
    else:
        return f"it shares a transaction with other statements, which would keep the lock: {_ELSEWHERE}"
    missing = "" if statement.end > statement.span.end or not (after or closing) else ";"
    above = opening + "".join(f"{text};{line}{between}" for text in before)
    below = missing + "".join(f"{line}{between}{text};" for text in after) + closing
    places = ((statement.span.start, above), (statement.end, below))
    return tuple(Edit(Span(offset, offset), text) for offset, text in places if text)


def _fills_a_block(script: Script, statement: Statement) -> bool:
    """Whether it is all that stands between a BEGIN and a COMMIT of the script."""
    around = script.statements[max(statement.index - 1, 0) : statement.index + 2]
    return [each.kind for each in around] == ["BEGIN", statement.kind, "COMMIT"]


def _newline(source: str) -> str:
    return "\r\n" if "\r\n" in source else "\n"
