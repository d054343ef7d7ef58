"""The original scripts, run as their migration tool runs them: up, down, and up again."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from time import perf_counter

from confiture.engine import findings
from confiture.engine.base_state import BaseState
from confiture.engine.compare import merge
from confiture.engine.deliver import StatementFailed, deliver, measure
from confiture.engine.setting import Setting
from confiture.model.difference import Difference
from confiture.model.event import Applied, Event, Found, Progress, Undone
from confiture.model.migration import Role
from confiture.model.profile import Profile
from confiture.model.schema import Schema
from confiture.model.script import Script
from confiture.postgres.catalog import read_schema
from confiture.postgres.costs import CostMeter
from confiture.postgres.errors import OF_THE_DATA
from confiture.postgres.fingerprint import Fingerprint, differences, read_fingerprint
from confiture.postgres.invalid import read_invalid
from confiture.postgres.session import Session
from confiture.postgres.timing import measure_pace
from confiture.postgres.volatile import ColumnChecksums, read_columns


@dataclass(frozen=True, slots=True)
class Original:
    """What the original scripts did.

    Attributes:
        profiles: costs of the up script's statements.
        schema: the catalog after the up script.
        after_up: the state that the up script leads to.
        pace: of the machine at that time, see `measure_pace`.
        invalid: constraints and indexes that the up script leaves without proof.
        written: column checksums of the tables whose rows the up script changed, by the key of their rows.
        after_down: the state that the down script leads to; None without one, or when it fails.
        residue: what the down script gets wrong.
    """

    profiles: tuple[Profile, ...]
    schema: Schema
    after_up: Fingerprint
    pace: float
    invalid: frozenset[str]
    written: Mapping[str, ColumnChecksums]
    after_down: Fingerprint | None = None
    residue: tuple[Difference, ...] = ()


def run_original(
    setting: Setting, base: BaseState, *, session: Session, made_up: bool = False
) -> Generator[Event, None, Original | StatementFailed | None]:
    """Runs the scripts on ``session``, in a clone of ``base``.

    Returns None, after a finding, when the up script fails; the failure, which is not told yet, when that may be
    the fault of the rows that were there. So it is with the down script where those are ``made_up``.
    """
    yield Progress(f"Applying {setting.migration.title}")
    try:
        started = perf_counter()
        profiles = _apply(setting, session)
        yield Applied(setting.migration, perf_counter() - started)
    except StatementFailed as failure:
        if failure.error.sqlstate[:2] in OF_THE_DATA:
            return failure
        yield Found(findings.failed(failure, code="apply-error"))
        return None
    pace = measure_pace(session)
    after_up = read_fingerprint(session)
    changed = [key for key, rows in after_up.rows.items() if rows != base.fingerprint.rows.get(key)]
    written = {key: read_columns(session, key) for key in changed}
    original = Original(profiles, read_schema(session), after_up, pace, read_invalid(session), written)
    if setting.migration.down is None:
        return original
    try:
        with session.deadline(setting.config.mutation.timeout_seconds):
            deliver(session, setting.migration.down, setting.migration.delivery_of(Role.DOWN))
    except StatementFailed as failure:
        if made_up and failure.error.sqlstate[:2] in OF_THE_DATA:
            return failure
        yield Found(findings.failed(failure, code="undo-error"))
        return original
    return (yield from _undone(setting, session, base, original, setting.migration.down))


def _apply(setting: Setting, session: Session, *, again: bool = False) -> tuple[Profile, ...]:
    """Runs the up script; the size of files is only looked at the first time."""
    migration, meter = setting.migration, CostMeter(session, disk=not again)
    with session.deadline(setting.config.mutation.timeout_seconds):
        profiles = measure(session, migration.up, migration.delivery, meter=meter.measure)
    session.forget_settings()
    return tuple(profiles)


def _undone(
    setting: Setting, session: Session, base: BaseState, original: Original, down: Script
) -> Generator[Event, None, Original]:
    """What the down script left, and whether up works again."""
    migration = setting.migration
    after_down = read_fingerprint(session)
    residue = differences(base.fingerprint, after_down)
    yield Undone(migration, residue)
    if residue:
        yield Found(findings.residue(migration, down, residue))
    try:
        again = _apply(setting, session, again=True)
    except StatementFailed as failure:
        if not residue:
            yield Found(findings.failed(failure, code="again-error", what="up fails after down"))
        return replace(original, after_down=after_down, residue=residue)
    again_up = replace(read_fingerprint(session, rows=False), rows=original.after_up.rows)
    if changed := differences(original.after_up, again_up):
        yield Found(findings.not_repeatable(migration, changed))
    profiles = merge([original.profiles, again])
    return replace(original, profiles=profiles, after_down=after_down, residue=residue)
