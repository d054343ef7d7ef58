"""Proving a remedy for many rows on as many as it takes: they stay locked until their transaction ends."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from confiture.engine.base_state import BaseState
from confiture.engine.easing.proof import (
    FAILURES,
    Better,
    Result,
    Useless,
    Variant,
    measured,
    only_rows,
    stage_of,
    with_relief,
)
from confiture.engine.easing.remedy import BATCH, Refusal, Relief
from confiture.engine.easing.strain import gains
from confiture.engine.production import production_rows
from confiture.engine.setting import Setting
from confiture.model.difference import Difference
from confiture.model.migration import Migration
from confiture.model.schema import Schema, Table
from confiture.model.script import Statement
from confiture.postgres.catalog import read_schema
from confiture.postgres.fingerprint import differences
from confiture.postgres.grow import grow
from confiture.postgres.volatile import read_stable
from confiture.postgres.written import Written, note_written, written
from confiture.sql.queries import queries
from confiture.sql.sources import sources
from confiture.sql.spelling import as_written

_ROWS = 10 * BATCH
"""Of which each batch should hold its locks for a tenth of the time."""
_TRIES = 5
"""Times are those of a machine that may be busy; the least of a few counts."""


def try_on_many_rows(setting: Setting, base: BaseState, variant: Variant, proposal: Relief | Refusal) -> Result:
    """Whether the proposal leads to the same states with fewer rows locked at once, and for less time.

    It must do so on the rows that there are and on many. And it must do its part of the work when it is run again,
    because who stops it half way has to.

    Raises:
        ProjectError: the file of production's table sizes cannot be read.
    """
    statement = proposal.statement
    table = next(iter(_tables(base, [statement.table])), None)
    expected = production_rows(setting.config).get(table.name, table.rows) if table else 0
    share = variant.rows[statement.index] / max(table.rows, 1) if table else 0
    if expected * share <= BATCH:
        return _too_few(statement)
    if isinstance(proposal, Refusal):
        return proposal
    changed = with_relief(setting, base, variant, proposal)
    if isinstance(changed, Refusal):
        return changed
    if gains(variant.strains, changed.strains) is None:
        return Useless("measured, some table is locked harder")
    try:
        with _many_rows(setting, base, statement, rows=min(expected, _ROWS)) as many:
            if many is base:
                return _compared(setting, many, variant, changed, statement)
            there = sum(each.rows for each in _tables(many, [statement.table]))
            if there <= BATCH:
                reasons = "; ".join(many.notes) or f"it has {there} rows"
                return Useless(f"{statement.table} cannot be filled with more rows to measure it: {reasons}")
            before = measured(setting, many, variant.migration, meter=only_rows)
            if before.rows[statement.index] * expected <= BATCH * there:
                return _too_few(statement)
            after = with_relief(setting, many, before, proposal, meter=only_rows)
            if isinstance(after, Refusal):
                return after
            result = _compared(setting, many, before, after, statement)
            return replace(result, variant=changed) if isinstance(result, Better) else result
    except FAILURES as failure:
        return Refusal(statement, f"tried on more rows, it fails: {failure}")


def _too_few(statement: Statement) -> Useless:
    reason = f"it writes no more than {BATCH} rows, as far as is known of {statement.table}"
    return Useless(f"{reason}: `confiture stats` tells how many rows it has in production")


def _tables(base: BaseState, names: Iterable[str | None]) -> Iterator[Table]:
    """The tables that scripts call so, as the catalog names them."""
    tables, spelled = base.schema.tables.values(), as_written(base.schema)
    wanted = [spelled.table(name) for name in names]
    for table, written_so in zip(tables, spelled.tables.values(), strict=False):
        if written_so in wanted:
            yield table


@contextmanager
def _many_rows(setting: Setting, base: BaseState, statement: Statement, *, rows: int) -> Generator[BaseState]:
    """``base`` with about ``rows`` in each table that ``statement`` works on, and notes where there are fewer.

    Tables that these refer to grow with them: a key may tell rows apart by what they refer to.
    """
    if all(table.rows >= rows for table in _tables(base, [statement.table])):
        yield base
        return
    names = [source.table for query in queries(statement) for source in sources(query)]
    with setting.workbench.clone(base.database) as database:
        with setting.sessions.open(database) as session, session.deadline(setting.config.mutation.timeout_seconds):
            notes = grow(session, _with_parents(base.schema, _tables(base, names)), rows=rows)
            schema = read_schema(session)
        yield replace(base, database=database, schema=schema, notes=notes)


def _with_parents(schema: Schema, tables: Iterable[Table]) -> frozenset[str]:
    """The names of ``tables`` and of all that they refer to, directly or not."""
    found: set[str] = set()
    waiting = [table.name for table in tables]
    while waiting:
        table = schema.tables.get(waiting.pop())
        if table and table.name not in found:
            found.add(table.name)
            waiting += [each.referenced_table for each in table.constraints if each.referenced_table]
    return frozenset(found)


def _compared(setting: Setting, many: BaseState, before: Variant, after: Variant, statement: Statement) -> Result:
    """Whether fewer rows are locked at once, and for less time, and whether the script can be stopped half way."""
    if difference := _when_run_again(setting, many, after, statement):
        reason = f"{difference.object} would differ: name in WHERE what is left to do"
        return Refusal(statement, f"if it stopped half way and were run again, {reason}")
    old = new = None
    for _ in range(_TRIES):
        old = _least(old, _written(setting, many, before.migration, statement))
        new = _least(new, _written(setting, many, after.migration, statement))
        if new.at_once < old.at_once and new.seconds < old.seconds:
            words = f"at most {new.at_once} rows of {statement.table} are locked at once, not {old.at_once}"
            return Better(after, (words,))
    return Useless("measured, no fewer rows are locked at once, or not for less time")


def _when_run_again(setting: Setting, many: BaseState, variant: Variant, statement: Statement) -> Difference | None:
    """What is not as it should be once the statement ran twice, and so wrote twice what it writes first."""
    with stage_of(setting, many, variant.migration) as stage:

        def run(each: Statement) -> None:
            for _ in range(2 if each.index == statement.index else 1):
                stage.session.run(each.text)

        stage.apply_each((), run)
        return next(iter(differences(variant.up, read_stable(stage.session, variant.volatile))), None)


def _least(first: Written | None, second: Written) -> Written:
    return min(first or second, second, key=lambda each: each.seconds)


def _written(setting: Setting, base: BaseState, migration: Migration, statement: Statement) -> Written:
    """What the script's statement in the place of ``statement`` writes."""
    with stage_of(setting, base, migration) as stage:
        found: list[Written] = []

        def run(each: Statement) -> None:
            is_meant = each.index == statement.index
            if is_meant:
                note_written(stage.session, table=statement.table or "", kind=statement.kind)
            stage.session.run(each.text)
            if is_meant:
                found.append(written(stage.session))

        stage.apply_each((), run)
        return found[0]
