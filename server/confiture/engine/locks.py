"""What statements do to others: all their locks, how long they are held, and what lies behind."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from confiture.engine.alone import Alone, run_alone
from confiture.engine.deliver import needs_block
from confiture.engine.setting import Setting
from confiture.model.migration import Migration
from confiture.model.profile import Lock, Profile
from confiture.model.script import Statement
from confiture.postgres.explain import PLANNED
from confiture.sql.kinds import is_transaction_control

_WITH_QUERIES = PLANNED | {"REFRESH MATERIALIZED VIEW"}
"""Kinds whose statements read tables that a second connection does not see them lock; others do if they return rows."""


def with_details(setting: Setting, profiles: Sequence[Profile], *, database: str) -> tuple[Profile, ...]:
    """``profiles`` with each statement's own locks, how long they are held, its plan and why it rewrites.

    PostgreSQL does not say again that a transaction needs a lock that it already has. So the statements run once
    more, each in a transaction of its own, where there is something to learn from that.

    Args:
        setting: the run.
        profiles: one for each statement of the up script.
        database: in the state that the up script finds; it is left so.
    """
    numbers = transactions(setting.migration)
    alone = [Alone() for _ in profiles]
    if _worth_running_alone(setting.migration, profiles, numbers):
        alone = run_alone(setting, database=database)
    held = until_end([profile.seconds for profile in profiles], numbers)
    return tuple(
        replace(
            profile,
            locks=_strongest((*profile.locks, *own.locks), held_seconds=seconds),
            plan=own.plan,
            rewrite_reason=own.rewrite_reason,
        )
        for profile, own, seconds in zip(profiles, alone, held, strict=True)
    )


def _worth_running_alone(migration: Migration, profiles: Sequence[Profile], numbers: Sequence[int]) -> bool:
    """Whether locks may have been missed, or there is a plan, a query or a rewrite.

    Those of an earlier statement hide others, and a second connection surely sees only the first one.
    """
    kinds = [migration.up.statements[profile.statement].kind for profile in profiles]
    watched = not needs_block(migration.up, migration.delivery)
    return any(
        profile.locks and (watched or (index + 1 < len(numbers) and numbers[index + 1] == numbers[index]))
        for index, profile in enumerate(profiles)
    ) or any(
        profile.rewrites or profile.rows or kind in _WITH_QUERIES for profile, kind in zip(profiles, kinds, strict=True)
    )


def until_end(seconds: Sequence[float], numbers: Sequence[int]) -> list[float]:
    """For each statement, the seconds from its start to the end of its transaction, which has that number."""
    return [
        sum(later for later, other in zip(seconds[index:], numbers[index:], strict=True) if other == number)
        for index, number in enumerate(numbers)
    ]


def transactions(migration: Migration) -> tuple[int, ...]:
    """The number of the transaction of each statement of the up script."""
    return tuple(_transactions(migration.up.statements, one=needs_block(migration.up, migration.delivery)))


def _transactions(statements: Sequence[Statement], *, one: bool) -> Iterator[int]:
    """The number of the transaction of each statement; ``one`` holds them all."""
    number, inside = 0, one
    for statement in statements:
        yield number
        if not one and is_transaction_control(statement.tokens):
            inside = statement.kind == "BEGIN"
        if not inside:
            number += 1


def _strongest(locks: Sequence[Lock], *, held_seconds: float) -> tuple[Lock, ...]:
    modes = {lock.table: lock.mode for lock in sorted(locks)}
    return tuple(Lock(table, mode, held_seconds) for table, mode in sorted(modes.items()))
