"""Costs beside their baselines."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from confiture.engine.regression import PAIRS, counters_grew, is_proved, is_suspicious, ratio_of
from confiture.engine.setting import Setting
from confiture.engine.stage import transactional
from confiture.model.profile import Baseline, Comparison, Environment, Profile
from confiture.postgres.errors import SqlError
from confiture.postgres.sequences import restoring_query
from confiture.postgres.session import Session
from confiture.sql.transactional import as_transactional


def merge(runs: Sequence[Sequence[Profile]]) -> tuple[Profile, ...]:
    """One profile per statement from several runs of the same script: the first one's, with all samples."""
    return tuple(
        replace(profiles[0], samples=tuple(sample for profile in profiles for sample in profile.samples))
        for profiles in zip(*runs, strict=True)
    )


def compare(
    setting: Setting, profile: Profile, baseline: Baseline | None, *, environment: Environment, database: str
) -> Comparison:
    """``profile`` beside ``baseline``; a suspected slowdown is proved by running both texts in ``database``.

    Args:
        setting: the run.
        profile: of a statement of the up script.
        baseline: of the same operation, if there is one.
        environment: where ``profile`` was measured.
        database: in the state that the up script finds; it is left so.
    """
    config = setting.config.performance
    if baseline is None:
        return Comparison(profile, None)
    if baseline.environment.rows != environment.rows:
        return Comparison(profile, baseline, reason="measured on other seed rows")
    grown = counters_grew(profile, baseline, threshold_pct=config.threshold_pct)
    if baseline.environment != environment:
        return Comparison(profile, baseline, regressed=bool(grown), reason=grown or "measured elsewhere")
    ratio = profile.seconds / baseline.profile.seconds
    if not is_suspicious(profile, baseline, threshold_pct=config.threshold_pct, floor_seconds=config.floor_ms / 1000):
        return Comparison(profile, baseline, ratio)
    if profile.sql == baseline.profile.sql:
        return Comparison(profile, baseline, ratio, regressed=bool(grown), reason=grown or "not borne out by a counter")
    pairs = list(_interleaved(setting, profile, baseline.profile.sql, database=database))
    if not is_proved(pairs, threshold_pct=config.threshold_pct):
        return Comparison(profile, baseline, ratio, reason="not borne out by runs side by side")
    ratio = ratio_of(pairs)
    reason = f"{ratio:.1f}× its baseline of {baseline.profile.seconds * 1000:.1f} ms in {len(pairs)} runs side by side"
    return Comparison(profile, baseline, ratio, regressed=True, reason=reason)


def _interleaved(setting: Setting, profile: Profile, old: str, *, database: str) -> Iterator[tuple[float, float]]:
    """Seconds of the old and the new text in turn, each from the same state; none where they cannot run so."""
    script = setting.migration.up
    old_text, new_text = as_transactional(old), as_transactional(profile.sql)
    if old_text is None or new_text is None or as_transactional(script.text) is None:
        return
    start = script.statements[profile.statement].span.start
    timeout = setting.config.mutation.timeout_seconds
    with setting.sessions.open(database) as session, session.deadline(timeout):
        restore = restoring_query(session)
        session.begin()
        try:
            session.run(transactional(script)[:start])
            session.savepoint("run")
            for _ in range(PAIRS):
                yield _seconds(session, old_text), _seconds(session, new_text)
        except SqlError:  # the old text no longer fits the schema: there is nothing to compare with
            return
        finally:
            if restore and not session.closed:
                session.rollback()
                session.query(restore)


def _seconds(session: Session, text: str) -> float:
    started = perf_counter()
    session.run(text)
    elapsed = perf_counter() - started
    session.rollback_to("run")
    return elapsed
