"""Which locks each statement needs by itself, and how long they are held."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from confiture.engine.deliver import needs_block
from confiture.engine.setting import Setting
from confiture.model.migration import Migration
from confiture.model.profile import Lock, Profile
from confiture.model.script import Script, Statement
from confiture.postgres.costs import CostMeter
from confiture.postgres.errors import SqlError
from confiture.sql.kinds import is_transaction_control


def with_locks(setting: Setting, profiles: Sequence[Profile], *, database: str) -> tuple[Profile, ...]:
    """``profiles`` with each statement's own locks, and how long they are held.

    PostgreSQL does not say again that a transaction needs a lock that it already has. So the statements run once
    more, each in a transaction of its own.

    Args:
        setting: the run.
        profiles: one for each statement of the up script.
        database: in the state that the up script finds; it is left so.
    """
    up = setting.migration.up
    numbers = transactions(setting.migration)
    hidden = any(
        profile.locks and number == later
        for profile, number, later in zip(profiles, numbers, numbers[1:], strict=False)
    )
    own = _own_locks(setting, up, database=database) if hidden else [() for _ in profiles]
    held = until_end([profile.seconds for profile in profiles], numbers)
    return tuple(
        replace(profile, locks=_strongest((*profile.locks, *locks), held_seconds=seconds))
        for profile, locks, seconds in zip(profiles, own, held, strict=True)
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


def _own_locks(setting: Setting, up: Script, *, database: str) -> list[tuple[Lock, ...]]:
    """The locks of each statement; none from one on that fails without the settings of its transaction."""
    found: list[tuple[Lock, ...]] = [() for _ in up.statements]
    with (
        setting.workbench.clone(database) as clone,
        setting.sessions.open(clone) as session,
        session.deadline(setting.config.mutation.timeout_seconds),
    ):
        meter = CostMeter(session)
        for statement in up.statements:
            if is_transaction_control(statement.tokens):
                continue
            try:
                session.begin()
                found[statement.index] = meter.measure(statement).locks
                session.commit()
            except SqlError:
                break
    return found


def _strongest(locks: Sequence[Lock], *, held_seconds: float) -> tuple[Lock, ...]:
    modes = {lock.table: lock.mode for lock in sorted(locks)}
    return tuple(Lock(table, mode, held_seconds) for table, mode in sorted(modes.items()))
