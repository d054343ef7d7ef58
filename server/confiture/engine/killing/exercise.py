"""Looking for the few rows that make a mutant lead to another database than the original."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from confiture.engine.base_state import BaseState
from confiture.engine.names import name_of
from confiture.engine.setting import Setting
from confiture.engine.steps import seeds_of
from confiture.model.mutant import Mutant
from confiture.model.schema import Schema
from confiture.model.script import Statement, TokenKind
from confiture.model.span import apply_edits
from confiture.postgres.deferred import with_deferred
from confiture.postgres.errors import SqlError
from confiture.postgres.fingerprint import Fingerprint, read_fingerprint
from confiture.postgres.seed_values import literals_in
from confiture.postgres.seed_variety import OfferedRow, insert_statement, offer_rows
from confiture.postgres.sequences import restoring_command
from confiture.postgres.session import Session
from confiture.sql.transactional import as_transactional

_ROWS = 24
"""Rows offered for each table that a statement mentions."""
_MOST_CHOICES = 3
"""Rows that the project's tests do not take are replaced by others so often."""
_MOST_TRIALS = 80
"""Runs of a mutant, each beside one of the original."""


def rows_that_show(
    setting: Setting, base: BaseState, mutants: Iterable[Mutant], *, accepted: Callable[[Collection[OfferedRow]], bool]
) -> tuple[OfferedRow, ...]:
    """Rows with which as many of ``mutants`` as possible differ from the original; as few rows as we can find.

    Args:
        setting: the run.
        base: what the rows are added to.
        mutants: of the up script, which lead to the same database as the original.
        accepted: whether the project's tests and later migrations take the rows.
    """
    script = setting.migration.up
    if as_transactional(script.text) is None:
        return ()
    chosen: tuple[OfferedRow, ...] = ()
    with setting.place(base.database) as session:
        trials = _Trials(setting, session, base.schema)
        pools: dict[int, tuple[OfferedRow, ...]] = {}
        for mutant in mutants:
            if trials.differ(chosen, mutant):
                continue
            if mutant.statement not in pools:
                pools[mutant.statement] = trials.offer(script.statements[mutant.statement], chosen)
            more, pools[mutant.statement] = _more(trials, chosen, pools[mutant.statement], mutant, accepted=accepted)
            chosen += more
    return chosen


def as_inserts(schema: Schema, rows: Collection[OfferedRow]) -> str:
    """``rows`` as statements of a seed file, a table's together, in the order of their first rows."""
    by_table: dict[str, list[OfferedRow]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row)
    return "\n".join(
        f"{insert_statement(schema, each, identifier=_written(name))};\n" for name, each in by_table.items()
    )


def _written(label: str) -> str:
    name = name_of(label, parts=1)
    return name.written if name else label


def _tables(statement: Statement, schema: Schema) -> frozenset[str]:
    """The tables that a statement names, and those that their rows need."""
    words = {token.text.strip('"').lower() for token in statement.tokens}
    named = {name for name in schema.tables if name.rpartition(".")[2].lower() in words}
    while True:
        parents = {
            constraint.referenced_table
            for name in named
            for constraint in schema.tables[name].constraints
            if constraint.referenced_table in schema.tables
        }
        if parents <= named:
            return frozenset(named)
        named |= {name for name in parents if name}


class _Trials:
    """Runs of the original and of a mutant on chosen rows, in transactions that are taken back."""

    def __init__(self, setting: Setting, session: Session, schema: Schema) -> None:
        self._setting = setting
        self._session = session
        self.schema = schema
        self._restore = restoring_command(session)
        self.left = _MOST_TRIALS

    def offer(self, statement: Statement, chosen: Collection[OfferedRow]) -> tuple[OfferedRow, ...]:
        """Many different rows of the tables that ``statement`` names, which ``chosen`` do not stand in the way of."""
        tables, telling = _tables(statement, self.schema), _constants(statement)
        session = self._session
        session.begin()
        try:
            with session.deadline(self._setting.config.mutation.timeout_seconds):
                if chosen:
                    session.run(as_inserts(self.schema, chosen))
                return offer_rows(session, self.schema, tables, telling=telling, rows_per_table=_ROWS)
        except SqlError:
            return ()
        finally:
            self._take_back()

    def differ(self, rows: Collection[OfferedRow], mutant: Mutant) -> bool:
        """Whether the mutant leads elsewhere than the original, which takes ``rows`` and does the same each time."""
        self.left -= 1
        session, original = self._session, self._setting.migration.up
        session.begin()
        try:
            with session.deadline(self._setting.config.mutation.timeout_seconds):
                if rows:
                    session.run(with_deferred(as_inserts(self.schema, rows), again=True))
                expected = self._state_after(original.text)
                try:
                    same = self._state_after(apply_edits(original.text, mutant.edits)) == expected
                except SqlError:
                    same = False
                return not same and self._state_after(original.text) == expected
        except SqlError:
            return False
        finally:
            self._take_back()

    def _state_after(self, text: str) -> Fingerprint:
        """What the script ``text`` makes of the state, which stays as it is.

        Raises:
            SqlError: the script fails.
        """
        session = self._session
        session.savepoint("rows")
        try:
            session.run(with_deferred(as_transactional(text) or text, again=True))
            for step in seeds_of(self._setting.project, self._setting.migration):
                session.run(as_transactional(step.script.text) or step.script.text)
            return read_fingerprint(session)
        finally:
            if not session.closed:
                session.rollback_to("rows")
                if self._restore:
                    session.run(self._restore)

    def _take_back(self) -> None:
        if not self._session.closed:
            self._session.rollback()
            if self._restore:
                self._session.run(self._restore)


def _constants(statement: Statement) -> tuple[str, ...]:
    """The strings, in both cases, and the numbers in ``statement``."""
    tokens = (token for token in statement.tokens if token.kind in (TokenKind.STRING, TokenKind.NUMBER))
    found = literals_in(token.text for token in tokens)
    return tuple(dict.fromkeys(each for text in found for each in (text, text.swapcase())))


def _more(
    trials: _Trials,
    chosen: tuple[OfferedRow, ...],
    pool: tuple[OfferedRow, ...],
    mutant: Mutant,
    *,
    accepted: Callable[[Collection[OfferedRow]], bool],
) -> tuple[tuple[OfferedRow, ...], tuple[OfferedRow, ...]]:
    """The fewest rows of ``pool`` that show the mistake of ``mutant``, if there are accepted ones; then the others."""
    for _ in range(_MOST_CHOICES):
        trials.left = _MOST_TRIALS
        rows = _first_that_show(trials, chosen, pool, mutant)
        if not rows:
            break
        fewest = _fewest(trials, chosen, rows, mutant)
        plain = _fewest(trials, chosen, _plain(trials, chosen, fewest, mutant), mutant)
        pool = tuple(row for row in pool if row not in fewest)
        if accepted((*chosen, *plain)):
            return plain, pool
    return (), pool


def _fewest(
    trials: _Trials, chosen: tuple[OfferedRow, ...], rows: tuple[OfferedRow, ...], mutant: Mutant
) -> tuple[OfferedRow, ...]:
    """A part of ``rows`` that still shows the mistake, and that no row can be taken from."""
    size = (len(rows) + 1) // 2
    while size and trials.left > 0:
        start = 0
        while start < len(rows) and trials.left > 0:
            fewer = _with_parents((*rows[:start], *rows[start + size :]), rows, trials.schema)
            if len(fewer) < len(rows) and trials.differ((*chosen, *fewer), mutant):
                rows = fewer
            else:
                start += size
        size //= 2
    return rows


def _plain(
    trials: _Trials, chosen: tuple[OfferedRow, ...], rows: tuple[OfferedRow, ...], mutant: Mutant
) -> tuple[OfferedRow, ...]:
    """``rows`` without the values that do not matter: what is optional is left to its default."""
    for index, row in enumerate(rows):
        table = trials.schema.tables[row.table]
        optional = {c.name for c in table.columns if (not c.not_null or c.default) and not c.identity}
        optional -= {name for each in table.constraints if each.kind == "PRIMARY KEY" for name in each.columns}
        for names in (optional, *({name} for name, _ in row.values if name in optional)):
            bare = replace(rows[index], values=tuple(each for each in rows[index].values if each[0] not in names))
            plainer = (*rows[:index], bare, *rows[index + 1 :])
            if trials.left > 0 and bare != rows[index] and trials.differ((*chosen, *plainer), mutant):
                rows = plainer
    return rows


def _first_that_show(
    trials: _Trials, chosen: tuple[OfferedRow, ...], pool: tuple[OfferedRow, ...], mutant: Mutant
) -> tuple[OfferedRow, ...] | None:
    """All of ``pool``, or a part of it where the original does not take all."""
    parts = [pool, *(_with_parents(pool[first::8], pool, trials.schema) for first in range(8))]
    return next((part for part in parts if trials.differ((*chosen, *part), mutant)), None)


def _with_parents(rows: Sequence[OfferedRow], pool: Sequence[OfferedRow], schema: Schema) -> tuple[OfferedRow, ...]:
    """``rows`` and those of ``pool`` that they refer to, in the order of ``pool``."""
    needed = set(rows)
    todo = list(rows)
    while todo:
        parents = _parents(todo.pop(), pool, schema) - needed
        needed |= parents
        todo += parents
    return tuple(row for row in pool if row in needed)


def _parents(row: OfferedRow, pool: Sequence[OfferedRow], schema: Schema) -> set[OfferedRow]:
    values = dict(row.values)
    found: set[OfferedRow] = set()
    for key in schema.tables[row.table].constraints:
        wanted = [values.get(name) for name in key.columns]
        if key.kind == "FOREIGN KEY" and all(value is not None for value in wanted):
            found |= {
                other
                for other in pool
                if other.table == key.referenced_table
                and [dict(other.values).get(name) for name in key.referenced_columns] == wanted
            }
    return found - {row}
