"""The state that a migration finds, made ready for it, or the reason why nothing is run."""

from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from confiture.engine import findings
from confiture.engine.base_state import BaseState
from confiture.engine.deliver import StatementFailed
from confiture.engine.pgtap import pgtap_steps
from confiture.engine.refuse import refusals
from confiture.engine.setting import Setting
from confiture.engine.steps import made_up_rows
from confiture.errors import ProjectError
from confiture.model.event import Event, Found, Progress
from confiture.model.finding import Finding

_Made = TypeVar("_Made")

_NOT_THERE = frozenset({"42P01", "42703", "42883", "42704", "3F000", "42P10", "22P02"})
"""A relation, column, function, type, schema, unique constraint or enum label is missing."""


def on_best_rows(setting: Setting, work: Callable[[BaseState], _Made]) -> Generator[Event, None, _Made | None]:
    """What ``work`` makes of the base state, with rows of ours if the scripts take them; None as of `prepare`.

    Raises:
        ProjectError: ``work`` raised it without rows of ours too.
    """
    setting, left_out = yield from with_fitting_seeds(setting)
    yield from map(Found, left_out)
    if made_up := made_up_rows(setting.project, setting.index):
        filled = yield from prepare(setting, made_up=made_up)
        if filled is None:
            return None
        with suppress(ProjectError):  # The scripts may not like our rows.
            return work(filled)
    bare = yield from prepare(setting, made_up=0)
    return None if bare is None else work(bare)


def with_fitting_seeds(setting: Setting) -> Generator[Event, None, tuple[Setting, tuple[Finding, ...]]]:
    """The setting without the seeds that need what its migration or a later one makes, and what is to be said of them.

    Seeds that are bound to no migration are often written for the head of the history.
    """
    left_out: list[Finding] = []
    while failure := (yield from _failing_seed(setting)):
        left_out.append(findings.seed_left_out(failure, setting.migration))
        others = tuple(seed for seed in setting.project.seeds if seed.script is not failure.script)
        setting = replace(setting, project=replace(setting.project, seeds=others))
    return setting, tuple(left_out)


def _failing_seed(setting: Setting) -> Generator[Event, None, StatementFailed | None]:
    """How the first seed fails that is bound to no migration and misses something."""
    unbound = [seed.script for seed in setting.project.seeds if seed.version is None]
    private = setting.workbench.server.private
    if not unbound or any(refusals(setting.project, setting.migration, private=private)):
        return None
    yield Progress(f"Preparing the state before {setting.migration.title}")
    states = setting.workbench.base_states
    try:
        states.before(setting.project, setting.index, sessions=setting.sessions, made_up=0)
    except StatementFailed as failure:
        is_early = any(script is failure.script for script in unbound) and failure.error.sqlstate in _NOT_THERE
        return failure if is_early else None
    return None


def prepare(setting: Setting, *, made_up: int) -> Generator[Event, None, BaseState | None]:
    """The base state of the run's migration; None, after findings, when there is none or a statement is never run.

    Args:
        setting: the run.
        made_up: rows of ours for each empty table.
    """
    refused = [*refusals(setting.project, setting.migration, private=setting.workbench.server.private)]
    if refused:
        yield from map(Found, refused)
        return None
    try:
        needed = pgtap_steps(setting)
    except ProjectError as error:
        yield Found(findings.no_pgtap(setting.project.tests, str(error)))
        return None
    title = setting.migration.title
    yield Progress(f"Preparing the state before {title}")
    states = setting.workbench.base_states
    try:
        base = states.before(setting.project, setting.index, sessions=setting.sessions, made_up=made_up, needed=needed)
    except StatementFailed as failure:
        what = f"{failure.script.path.name} fails before {title} can run"
        yield Found(findings.failed(failure, code="history-error", what=what))
        return None
    if base.notes:
        yield Found(findings.not_seeded(setting.migration, base.notes))
    return base
