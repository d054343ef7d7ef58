"""How hard a script is on the tables in use, from what was measured; comparing two scripts. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from confiture.model.profile import LockMode, Profile


@dataclass(frozen=True, slots=True)
class Step:
    """One statement that ran.

    Attributes:
        transaction: its number.
        lock_timeout: as PostgreSQL had it then; ``0`` for none.
    """

    profile: Profile
    transaction: int
    lock_timeout: str


@dataclass(frozen=True, slots=True)
class Strain:
    """The strongest lock that stops somebody of each transaction on one table, strongest first.

    Attributes:
        locks: of all transactions.
        lasting: of those that read or rewrite tables in full, so that locks are held for as long as that takes.
        unlimited: of those that wait for it without lock_timeout, and all others behind them.
    """

    locks: tuple[LockMode, ...] = ()
    lasting: tuple[LockMode, ...] = ()
    unlimited: tuple[LockMode, ...] = ()


def strains(steps: Sequence[Step]) -> Mapping[str, Strain]:
    """By table that existed before."""
    lasting = {step.transaction for step in steps if step.profile.scans or step.profile.rewrites}
    tables = {lock.table for step in steps for lock in step.profile.locks if lock.mode.blocks}
    return {
        table: Strain(
            _strongest(table, steps),
            _strongest(table, [step for step in steps if step.transaction in lasting]),
            _strongest(table, [step for step in steps if step.lock_timeout == "0"]),
        )
        for table in tables
    }


def _strongest(table: str, steps: Sequence[Step]) -> tuple[LockMode, ...]:
    """Of each transaction that takes a lock on ``table`` that stops somebody."""
    found: dict[int, LockMode] = {}
    for step in steps:
        for lock in step.profile.locks:
            if lock.table == table and lock.mode.blocks:
                found[step.transaction] = max(lock.mode, found.get(step.transaction, lock.mode))
    return tuple(sorted(found.values(), reverse=True))


def gains(before: Mapping[str, Strain], after: Mapping[str, Strain]) -> tuple[str, ...] | None:
    """What is better ``after``, in words; None where anything is worse.

    More transactions with short locks are not worse, but more of them that last are.
    """
    pairs = {table: (before.get(table, Strain()), after.get(table, Strain())) for table in {*before, *after}}
    if any(_is_worse(old, new) for old, new in pairs.values()):
        return None
    return tuple(words for table, (old, new) in sorted(pairs.items()) for words in _gains(table, old, new))


def _is_worse(old: Strain, new: Strain) -> bool:
    return (
        not _within(new.lasting, old.lasting)
        or not _within(new.locks[:1], old.locks)
        or not _within(new.unlimited[:1], old.unlimited)
    )


def _within(new: Sequence[LockMode], old: Sequence[LockMode]) -> bool:
    """Whether each lock of ``new`` has one in ``old`` that is as strong."""
    return len(new) <= len(old) and all(mode <= other for mode, other in zip(new, old, strict=False))


def _gains(table: str, old: Strain, new: Strain) -> Iterator[str]:
    if new.lasting != old.lasting:
        yield f"{table} is no longer locked {_instead(old.lasting, new.lasting)} while rows are read"
    elif new.locks != old.locks and _within(new.locks, old.locks):
        yield f"{table} is no longer locked {_instead(old.locks, new.locks)}"
    if old.unlimited and new.locks and not new.unlimited:
        yield f"nobody waits long behind us for {table}"


def _instead(old: Sequence[LockMode], new: Sequence[LockMode]) -> str:
    """The strongest lock that is gone, with the one that came in its place."""
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return max(gone).label + (f" but {max(come).label}" if come else "")
