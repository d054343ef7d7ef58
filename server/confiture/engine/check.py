"""Checking one migration: apply it, undo it, compare its costs, ask the tests, judge its mutants."""

from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from enum import Enum
from functools import partial
from time import perf_counter

from confiture.config import MutationConfig
from confiture.engine import findings
from confiture.engine.base_state import BaseState
from confiture.engine.costs import breaches, compare_costs
from confiture.engine.deliver import StatementFailed
from confiture.engine.interrupt import Run
from confiture.engine.known import Known, Quiet, known_key
from confiture.engine.locks import with_details
from confiture.engine.mutate import judge_mutants, most_jobs, plan_mutants
from confiture.engine.original import Original, run_original
from confiture.engine.prepare import prepare, with_fitting_seeds
from confiture.engine.programs import Programs, open_programs, rehearse_programs
from confiture.engine.project import Project
from confiture.engine.rehearse import Rehearsal, rehearse
from confiture.engine.scale import measure_growth
from confiture.engine.setting import Setting
from confiture.engine.side_by_side import short_turns
from confiture.engine.steps import made_up_rows, seeds_of, steps_after
from confiture.engine.trial import Trial
from confiture.engine.workbench import Workbench
from confiture.model.event import Applied, Event, Finished, Found, Started, Undone
from confiture.model.finding import Finding
from confiture.model.growth import Growth
from confiture.model.migration import Migration
from confiture.model.mutant import Mutant
from confiture.model.shard import WHOLE, Shard
from confiture.postgres.session import Session


def check(project: Project, migration: Migration, *, workbench: Workbench, shard: Shard = WHOLE) -> Run[Event]:
    """Starts a run that checks ``migration``: iterate it for its events, close it to cancel.

    Args:
        project: has the migration.
        migration: what to check.
        workbench: where.
        shard: the mutants that are judged; all else is done in every shard.

    Iterating raises:
        ConfigError: a budget directive cannot be read.
        DatabaseError: PostgreSQL went away.
    """
    return Run(workbench.server, lambda sessions: _events(Setting(project, migration, workbench, sessions, shard)))


def profile(project: Project, migration: Migration, *, workbench: Workbench, scale: bool = False) -> Run[Event]:
    """Like `check`, but only applies, undoes and compares costs.

    Args:
        project: has the migration.
        migration: what to measure.
        workbench: where.
        scale: also measure how costs grow with the rows.
    """
    costs = _Costs.AT_SCALE if scale else _Costs.ONLY
    return Run(workbench.server, lambda sessions: _events(Setting(project, migration, workbench, sessions), costs))


def places(config: MutationConfig) -> int:
    """Clones that a run takes: for the original, for its statements one by one, and those in which it judges."""
    return 2 + most_jobs(config)


class _Costs(Enum):
    """How much of a run is about costs."""

    BESIDES = "mutants are judged too"
    ONLY = "costs only"
    AT_SCALE = "costs only, with more rows too"


def _events(setting: Setting, costs: _Costs = _Costs.BESIDES) -> Generator[Event]:
    started = perf_counter()
    yield Started(setting.migration)
    setting, left_out = yield from with_fitting_seeds(setting)
    made_up = made_up_rows(setting.project, setting.index)
    failing = yield from _steps(setting, costs, made_up=made_up)
    blamed: list[StatementFailed] = []
    while failing and made_up:
        # The rows may be to blame, and the tests may count on empty tables: all starts anew with fewer, then without.
        blamed += [failing] if isinstance(failing, StatementFailed) else []
        made_up = 1 if made_up > 1 and isinstance(failing, StatementFailed) else 0
        yield Started(setting.migration)
        failing = yield from _steps(setting, costs, made_up=made_up)
    yield from map(Found, left_out)
    if not failing:
        first_of_each = {failure.statement: failure for failure in reversed(blamed)}
        yield from (Found(findings.refused_made_up_rows(each, fewer=made_up)) for each in first_of_each.values())
    if failing:
        failed = isinstance(failing, StatementFailed)
        yield Found(findings.failed(failing, code="apply-error") if failed else failing)
    yield Finished(setting.migration, perf_counter() - started)


def _steps(
    setting: Setting, costs: _Costs, *, made_up: int
) -> Generator[Event, None, Finding | StatementFailed | None]:
    """The whole run; returns what ended it where other rows might not have: a test, or the script on its data."""
    base = yield from prepare(setting, made_up=made_up)
    if base is None:
        return None
    key = known_key(setting.project, setting.index, base)
    known = None if costs is not _Costs.BESIDES else setting.workbench.known.find(key)
    if known:
        return (yield from _again(setting, base, known))
    quiet = Quiet()
    with setting.place(base.database) as session:
        original = yield from quiet.heard(run_original(setting, base, session=session, made_up=made_up > 0))
    if not isinstance(original, Original):
        return original
    if costs is _Costs.BESIDES:
        return (yield from _judge(setting, base, original, key=key, quiet=quiet))
    original = replace(original, profiles=with_details(setting, original.profiles, database=base.database))
    growths: Mapping[int, Growth] = {}
    if costs is _Costs.AT_SCALE:
        growths = yield from measure_growth(setting, base, original.profiles)
    yield from compare_costs(setting, base, original, growths=growths)
    return None


def _judge(
    setting: Setting, base: BaseState, original: Original, *, key: str, quiet: Quiet
) -> Generator[Event, None, Finding | None]:
    """The rest of a run after its original, which is remembered under ``key`` if nothing was heard of it."""
    config = setting.config.mutation
    setting.workbench.spares.want(base.database, most_jobs(config) - 1)
    with (
        short_turns(),
        ThreadPoolExecutor(max_workers=2, thread_name_prefix="confiture-meanwhile") as meanwhile,
        setting.place(base.database) as session,
        open_programs(setting) as programs,
    ):
        detailed = meanwhile.submit(with_details, setting, original.profiles, database=base.database)
        planned = meanwhile.submit(plan_of, setting, base, original)
        trial = make_trial(setting, base, original)
        rehearsal = yield from quiet.heard(rehearse(setting, trial, original, session=session))
        original = replace(original, profiles=detailed.result())
        yield from compare_costs(setting, base, original)
        if isinstance(rehearsal, Finding):
            return rehearsal
        if quiet.silent:
            setting.workbench.known.keep(key, Known(original, rehearsal))
        place = partial(nullcontext, session)
        return (yield from _judge_planned(setting, original, rehearsal, planned.result, place=place, programs=programs))


def plan_of(setting: Setting, base: BaseState, original: Original) -> tuple[Mutant, ...]:
    """The mutants of both scripts, given what the original ones did."""
    after = original.schema if original.after_down else None
    return plan_mutants(setting.migration, setting.config.mutation, before=base.schema, after=after)


def _again(setting: Setting, base: BaseState, known: Known) -> Generator[Event, None, Finding | None]:
    """The run of a migration that is known: only its costs are compared anew, and the mutants that are new judged."""
    original = known.original
    yield Applied(setting.migration, sum(profile.seconds for profile in original.profiles))
    if original.after_down:
        yield Undone(setting.migration, original.residue)
    yield from compare_costs(setting, base, original, measured_now=False)
    rehearsal = known.again(make_trial(setting, base, original))
    plan, place = partial(plan_of, setting, base, original), partial(setting.place, base.database)
    with open_programs(setting) as programs:
        return (yield from _judge_planned(setting, original, rehearsal, plan, place=place, programs=programs))


def _judge_planned(
    setting: Setting,
    original: Original,
    rehearsal: Rehearsal,
    plan: Callable[[], Sequence[Mutant]],
    *,
    place: Callable[[], AbstractContextManager[Session]],
    programs: Programs,
) -> Generator[Event, None, Finding | None]:
    """Judges the mutants, once the programs too were asked about the original, whose costs are known by now."""
    rehearsal = rehearsal.with_breaches(breaches(setting, original.profiles))
    asked = yield from rehearse_programs(rehearsal, programs)
    if isinstance(asked, Finding):
        return asked
    yield from judge_mutants(setting, asked, plan(), place=place, programs=programs)
    return None


def make_trial(setting: Setting, base: BaseState, original: Original) -> Trial:
    """What the mutants of a migration are judged against, but for the budgets, given what its original scripts did."""
    project, migration = setting.project, setting.migration
    return Trial(
        migration=migration,
        base=base,
        seeds=tuple(seeds_of(project, migration)),
        later=tuple(steps_after(project, setting.index)),
        bound=project.tests_of(migration),
        head=project.head_tests,
        before=base.fingerprint,
        after_up=original.after_up,
        after_down=original.after_down,
        invalid=original.invalid,
        residue=original.residue,
        config=setting.config,
        timeout_seconds=setting.config.mutation.timeout_seconds,
        volatile={},
    )
