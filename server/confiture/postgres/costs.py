"""Runs statements and tells what each of them cost the tables that were there before."""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString, cast

from psycopg import sql

from confiture.model.profile import Lock, LockMode, Profile
from confiture.model.script import Statement
from confiture.postgres.explain import PLANNED
from confiture.postgres.lockwatch import Watched, lock_modes, run_watched
from confiture.postgres.session import Session
from confiture.postgres.timing import own_memory, run_timed
from confiture.sql.kinds import sets_isolation

_TABLES = """
SELECT c.oid, n.nspname, c.relname, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
       c.relkind <> 'm'
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""
_STATE = """
SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn, sum(pg_stat_get_xact_blocks_fetched(c.oid)),
       sum(pg_relation_size(c.oid)),
       json_agg(json_build_array(c.oid::text, c.oid::regclass::text, c.relfilenode, pg_stat_get_xact_numscans(c.oid),
           pg_stat_get_xact_tuples_returned(c.oid),
           pg_stat_get_xact_tuples_inserted(c.oid) - pg_stat_get_xact_tuples_deleted(c.oid)))
           FILTER (WHERE c.relkind IN ('r', 'p', 'm')),
       (SELECT json_agg(json_build_array(relation::text, mode)) FROM pg_locks
        WHERE locktype = 'relation' AND pid = pg_backend_pid() AND relation >= 16384)
FROM pg_class c WHERE c.relkind IN ('r', 'p', 'm', 'i', 't') AND c.oid >= 16384
"""
_COMMITTED_STATE = _STATE.replace("pg_stat_get_xact_", "pg_stat_get_")
_SIZE = "pg_relation_size(c.oid)"
_FLUSH_STATISTICS_SINCE = 15


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    identifier: sql.Identifier
    lockable: bool


@dataclass(frozen=True, slots=True)
class _TableState:
    """What PostgreSQL counted for one table; ``growth`` is rows inserted less rows deleted.

    Attributes:
        name: as SQL writes it where only ``pg_catalog`` and ``public`` are searched.
    """

    name: str
    file: int
    scans: int
    tuples: int
    growth: int


@dataclass(frozen=True, slots=True)
class _State:
    tables: Mapping[str, _TableState]
    locks: frozenset[tuple[str, LockMode]]
    wal: int
    blocks: int
    disk: int


class CostMeter:
    """Measures statements of one script on one session.

    The tables that exist when it is made are those that "existed before": only they can be locked, rewritten
    or scanned at anybody's expense.
    """

    def __init__(self, session: Session, *, disk: bool = True) -> None:
        """Of what one script does on ``session``.

        Args:
            session: in the state that the script finds.
            disk: look at the size of all files and at the memory too, which takes longer than all the rest.
        """
        self._session = session
        self._disk = disk
        self._latest: tuple[int, _State] | None = None
        self._tables = {
            str(oid): _Table(str(label), sql.Identifier(str(schema), str(name)), bool(lockable))
            for oid, schema, name, label, lockable in session.read(_TABLES)
        }

    def measure(self, statement: Statement, *, text: str | None = None) -> Profile:
        """Runs ``statement`` once, as the session stands, and returns its cost with one sample.

        Inside a transaction, a lock that an earlier statement of the same transaction took in the same mode is
        not seen again: to know each statement's own locks, let each have its own transaction. Outside one, the
        statement runs in autocommit mode, its locks watched by a second connection; that is how CONCURRENTLY
        is measured. WAL is counted for the whole server. Queries are planned as if reading in full were dear,
        as it is on tables of real size: they scan only what no index can answer.

        Args:
            statement: says the operation.
            text: what to run instead of its own text.

        Raises:
            SqlError: positions are relative to the text that ran.
        """
        sent = statement.text if text is None else text
        if statement.kind == "BEGIN" or sets_isolation(statement.tokens):
            # Questions of ours would be the first ones in the transaction, and too early for its isolation level.
            return Profile(statement.operation, statement.index, sent, (self._run(sent).timing.undisturbed,))
        inside = self._session.in_transaction
        before = self._state(inside=inside)
        with self._planned_for_large_tables(statement, inside=inside):
            watched = self._run(sent) if inside else run_watched(self._session, sent, tables=self._lockable())
        after = self._state(inside=inside)
        pairs = [(oid, old, after.tables[oid]) for oid, old in before.tables.items() if oid in after.tables]
        if statement.kind == "TRUNCATE":  # It makes a new file too, but copies and reads nothing.
            pairs = []
        return Profile(
            operation=statement.operation,
            statement=statement.index,
            sql=sent,
            samples=(watched.timing.undisturbed,),
            rows=sum(result.rowcount for result in watched.results),
            locks=self._strongest((after.locks - before.locks) | watched.locks),
            rewrites=tuple(sorted(self._tables[oid].name for oid, old, new in pairs if old.file != new.file)),
            scans=tuple(sorted(self._tables[oid].name for oid, old, new in pairs if self._read_in_full(old, new))),
            wal_bytes=max(after.wal - before.wal, 0),
            cpu_seconds=watched.timing.cpu,
            blocks=max(after.blocks - before.blocks, 0),
            disk_before=before.disk,
            disk_after=after.disk,
            memory_bytes=own_memory(self._session) if self._disk else None,
        )

    def prepare(self) -> None:
        """Lets PostgreSQL plan what `measure` asks it, which takes longer than the answers."""
        self._state(inside=self._session.in_transaction)

    def _run(self, text: str) -> Watched:
        results, timing = run_timed(self._session, text)
        return Watched(results, timing=timing)

    @contextmanager
    def _planned_for_large_tables(self, statement: Statement, *, inside: bool) -> Generator[None]:
        if statement.kind not in PLANNED:
            yield
            return
        [(before, _)] = self._session.query(
            "WITH setting AS MATERIALIZED (SELECT current_setting('enable_seqscan') AS before)"
            " SELECT before, set_config('enable_seqscan', 'off', %s) FROM setting",
            [inside],
        )
        try:
            yield
        finally:
            # A failed transaction restores it by itself.
            if not self._session.closed and not self._session.failed:
                self._session.query("SELECT set_config('enable_seqscan', %s, %s)", [before, inside])

    def _lockable(self) -> list[sql.Identifier]:
        present = {oid for (oid,) in self._session.read("SELECT oid FROM pg_class WHERE relkind IN ('r', 'p')")}
        return [table.identifier for oid, table in self._tables.items() if table.lockable and oid in present]

    def _state(self, *, inside: bool) -> _State:
        if not inside and self._session.server.version >= _FLUSH_STATISTICS_SINCE:
            self._session.query("SELECT pg_stat_force_next_flush()")
        if inside and self._latest and self._latest[0] == self._session.sent:
            return self._latest[1]
        query, plan = (_STATE, "costs") if inside else (_COMMITTED_STATE, "committed_costs")
        if not self._disk:
            query, plan = query.replace(_SIZE, "0"), f"{plan}_without_disk"
        [[wal, blocks, disk, tables, locks]] = self._session.read(query, plan=plan)
        state = _State(
            {oid: _TableState(*counts) for oid, *counts in json.loads(str(tables or "[]")) if oid in self._tables},
            frozenset((oid, mode) for oid, name in json.loads(str(locks or "[]")) for mode in lock_modes(name)),
            *(int(str(value or 0)) for value in (wal, blocks, disk)),
        )
        self._latest = self._session.sent, state
        return state

    def _strongest(self, taken: set[tuple[str, LockMode]] | frozenset[tuple[str, LockMode]]) -> tuple[Lock, ...]:
        modes: dict[str, LockMode] = {}
        for oid, mode in taken:
            if oid in self._tables:
                modes[oid] = max(mode, modes.get(oid, mode))
        return tuple(sorted(Lock(self._tables[oid].name, mode) for oid, mode in modes.items()))

    def _read_in_full(self, old: _TableState, new: _TableState) -> bool:
        """Whether a sequential scan was begun and saw at least as many rows as the table had, before or after."""
        if new.scans == old.scans:
            return False
        # PostgreSQL wrote and quoted the name, so it is ours although no literal.
        [[rows]] = self._session.read(sql.SQL(cast("LiteralString", f"SELECT count(*) FROM {new.name}")))  # noqa: S608
        count = int(str(rows))
        return new.tuples - old.tuples >= min(count, count - (new.growth - old.growth))
