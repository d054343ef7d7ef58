"""Costs beside their baselines."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from time import monotonic

from confiture.engine.base_state import BaseState
from confiture.engine.regression import (
    LOOKS,
    Decision,
    Pair,
    Proof,
    Round,
    became_heavier,
    counters_grew,
    is_suspicious,
    same_text,
    weigh,
)
from confiture.engine.setting import Setting
from confiture.engine.stage import transactional
from confiture.model.profile import Baseline, Comparison, Environment, Profile, Timing
from confiture.postgres.errors import SqlError
from confiture.postgres.timing import run_timed
from confiture.sql.transactional import as_transactional

PROOF_SECONDS = 40.0
"""What a proof may take, if the machine is not too busy for the rounds of its first look in that time.

A statement that is undecided then is no regression.
"""
_PAIRS = 4
"""In a clone. Runs that were rolled back leave dead rows, which slow both texts down and bring them closer together."""
_LONG_SECONDS = 1.0
"""Statements that take longer run once per clone: what disturbs them is a small part of that."""


def merge(runs: Sequence[Sequence[Profile]]) -> tuple[Profile, ...]:
    """One profile per statement from several runs of the same script: the first one's, with all samples."""
    return tuple(
        replace(
            profiles[0],
            samples=tuple(sample for profile in profiles for sample in profile.samples),
            cpu_seconds=min((p.cpu_seconds for p in profiles if p.cpu_seconds is not None), default=None),
            wal_bytes=min(profile.wal_bytes for profile in profiles),
        )
        for profiles in zip(*runs, strict=True)
    )


def compare(
    setting: Setting,
    profile: Profile,
    baseline: Baseline | None,
    *,
    environment: Environment,
    base: BaseState,
) -> Comparison:
    """``profile`` beside ``baseline``; a suspected slowdown is proved by running both texts on clones of ``base``.

    Args:
        setting: the run.
        profile: of a statement of the up script.
        baseline: of the same operation, if there is one.
        environment: where ``profile`` was measured.
        base: the state that the up script finds.
    """
    if baseline is None:
        return Comparison(profile, None)
    compared = _by_counters(setting, profile, baseline, environment=environment)
    if compared.regressed or baseline.environment != environment:
        return compared
    config = setting.config.performance
    pace = environment.pace / baseline.environment.pace if environment.pace and baseline.environment.pace else 1.0
    compared = replace(compared, ratio=profile.seconds / (baseline.profile.seconds * pace))
    floor = config.floor_ms / 1000
    if not is_suspicious(profile, baseline, threshold_pct=config.threshold_pct, floor_seconds=floor, pace=pace):
        return compared
    if same_text(profile.sql, baseline.profile.sql):
        return replace(compared, reason="slower, but its text is the same and no counter bears it out")
    same_rows = baseline.environment.rows == environment.rows
    grown = counters_grew(profile, baseline, threshold_pct=config.threshold_pct) if same_rows else ""
    proof = prove(setting, profile, baseline.profile.sql, borne_out=bool(grown), base=base)
    if proof.decision is not Decision.SLOWER or not proof.ratio:
        measured = f": {proof.ratio} in {proof.runs} runs of each" if proof.ratio else ""
        return replace(compared, reason=f"not borne out by runs side by side{measured}")
    reason = (
        f"{proof.ratio} the {proof.measure} of the text accepted on {baseline.accepted}, in {proof.runs} runs of each "
        f"side by side{f'; it does more: {grown}' if grown else ''}"
    )
    return replace(compared, ratio=proof.ratio.estimate, regressed=True, reason=reason)


def _by_counters(setting: Setting, profile: Profile, baseline: Baseline, *, environment: Environment) -> Comparison:
    """What holds on any machine. Amounts compare only for the same text on as many rows."""
    since = f"than on {baseline.accepted}"
    if heavier := became_heavier(profile, baseline):
        return Comparison(profile, baseline, regressed=True, reason=f"{heavier}, other {since}")
    if baseline.environment.rows != environment.rows:
        return Comparison(profile, baseline, reason="measured on other seed rows")
    grown = counters_grew(profile, baseline, threshold_pct=setting.config.performance.threshold_pct)
    if grown and same_text(profile.sql, baseline.profile.sql):
        return Comparison(profile, baseline, regressed=True, reason=f"the same text does more {since}: {grown}")
    elsewhere = "" if baseline.environment == environment else "measured elsewhere"
    return Comparison(profile, baseline, reason=elsewhere)


def prove(setting: Setting, profile: Profile, old: str, *, borne_out: bool, base: BaseState) -> Proof:
    """What runs of ``old`` and of the text of ``profile``, in turn and on the same state, say.

    The same question is answered once: an editor asks it at every save.
    """
    up = setting.migration.up
    key = "\0".join((base.key, up.text[: up.statements[profile.statement].span.start], old, profile.sql))
    proof = setting.workbench.proofs.find(key) or _prove(setting, profile, old, borne_out=borne_out, base=base)
    setting.workbench.proofs.keep(key, proof)
    return proof


def _prove(setting: Setting, profile: Profile, old: str, *, borne_out: bool, base: BaseState) -> Proof:
    config = setting.config.performance
    rounds: list[Round] = []
    proof = weigh(rounds, threshold_pct=config.threshold_pct)
    started = monotonic()
    for each in _rounds(setting, profile, old, base=base):
        rounds.append(each)
        patience = PROOF_SECONDS if len(rounds) >= LOOKS[0] else setting.config.mutation.timeout_seconds
        late = monotonic() - started > patience
        if late or len(rounds) in LOOKS:
            proof = weigh(
                rounds,
                threshold_pct=config.threshold_pct,
                floor_seconds=config.floor_ms / 1000,
                borne_out=borne_out,
            )
        if late or proof.decision is not Decision.OPEN or len(rounds) == LOOKS[-1]:
            break
    return proof


def _rounds(setting: Setting, profile: Profile, old: str, *, base: BaseState) -> Iterator[Round]:
    """Timings of the old and the new text in turn, each round in a new clone; none where they cannot run so."""
    script = setting.migration.up
    old_text, new_text = as_transactional(old), as_transactional(profile.sql)
    if old_text is None or new_text is None or as_transactional(script.text) is None:
        return
    before = transactional(script)[: script.statements[profile.statement].span.start]
    pairs = _PAIRS if profile.seconds < _LONG_SECONDS else 1
    while True:
        with (
            setting.place(base.database) as session,
            session.deadline(setting.config.mutation.timeout_seconds),
        ):

            def timed(text: str) -> Timing:
                timing = run_timed(session, text)[1]
                session.rollback_to("run")
                return timing

            try:
                session.begin()
                session.run(before)
                session.savepoint("run")
                if pairs > 1:  # fill the caches, and let files grow, at nobody's expense
                    timed(old_text)
                    timed(new_text)
                each = [*_in_turn(timed, old_text, new_text, pairs=pairs)]
            except SqlError:  # the old text no longer fits the schema: there is nothing to compare with
                return
        yield each


def _in_turn(timed: Callable[[str], Timing], old: str, new: str, *, pairs: int) -> Iterator[Pair]:
    """Pairs whose order changes each time, so that what drifts counts for neither."""
    for index in range(pairs):
        if index % 2:
            second = timed(new)
            yield timed(old), second
        else:
            yield timed(old), timed(new)
