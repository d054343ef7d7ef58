"""What the up script costs, beside baselines and budgets."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from confiture.engine import findings
from confiture.engine.base_state import BaseState
from confiture.engine.baselines import BaselineStore, key_of, matched, outdated
from confiture.engine.compare import compare
from confiture.engine.cost_history import CostHistory
from confiture.engine.original import Original
from confiture.engine.setting import Setting
from confiture.errors import ProjectError
from confiture.model.event import Event, Found, Profiled
from confiture.model.finding import Finding
from confiture.model.growth import Growth
from confiture.model.profile import Baseline, Comparison, Environment, Profile
from confiture.model.script import Script
from confiture.oracles.budgets import breaches_of


def compare_costs(
    setting: Setting,
    base: BaseState,
    original: Original,
    *,
    growths: Mapping[int, Growth] | None = None,
    measured_now: bool = True,
) -> Iterator[Event]:
    """Compares each profile with its baseline and budget; an operation without a baseline gets its first one.

    Args:
        setting: the run.
        base: what the up script finds.
        original: what the original scripts did.
        growths: by index of the statement, where they were measured.
        measured_now: False where the profiles are remembered, so that they are no news.
    """
    profiles = original.profiles
    keys = [key_of(setting.migration, profile) for profile in profiles]
    environment = Environment(setting.workbench.server.version_text, _machine(), base.rows, original.pace)
    store = BaselineStore(setting.config.root / setting.config.performance.baseline)
    try:
        known = matched(setting.migration, profiles, store.load())
    except ProjectError as error:
        yield Found(findings.baselines_unusable(setting.migration, str(error)))
        store, known = None, [None for _ in profiles]
    if reasons := _outdated(profiles, known, environment):
        yield Found(findings.outdated_baselines(setting.migration, reasons))
    history = CostHistory(setting.config)
    earlier = history.load(environment)
    if measured_now:
        history.append(environment, {key: profile.seconds for key, profile in zip(keys, profiles, strict=True)})
    broken = breaches(setting, profiles)
    for key, profile, baseline in zip(keys, profiles, known, strict=True):
        comparison = compare(setting, profile, baseline, environment=environment, base=base)
        comparison = replace(
            comparison,
            environment=environment,
            growth=(growths or {}).get(profile.statement),
            history=earlier.get(key, ()),
        )
        yield Profiled(comparison)
        yield from map(Found, _alarms(setting.migration.up, comparison, broken[profile.operation]))
    if store is None:
        return
    try:
        store.record_first(dict(zip(keys, profiles, strict=True)), environment)
    except ProjectError as error:
        yield Found(findings.baselines_unusable(setting.migration, str(error)))


def _alarms(up: Script, comparison: Comparison, broken: tuple[str, ...]) -> Iterator[Finding]:
    statement = up.statements[comparison.profile.statement]
    if comparison.regressed:
        yield findings.regression(comparison, statement, up)
    if broken:
        yield findings.over_budget(statement, up, broken)


def _outdated(
    profiles: Sequence[Profile], known: Sequence[Baseline | None], environment: Environment
) -> tuple[str, ...]:
    """Operations whose baselines say little about today, each with its reason."""
    today = datetime.now(UTC).date()
    return tuple(
        f"{profile.operation}: {reason}"
        for profile, baseline in zip(profiles, known, strict=True)
        if baseline and (reason := outdated(baseline, today=today, server=environment.server))
    )


def breaches(setting: Setting, profiles: Sequence[Profile]) -> Mapping[str, tuple[str, ...]]:
    """By operation, the limits that each profile exceeds.

    Raises:
        ConfigError: a budget directive cannot be read.
    """
    statements = setting.migration.up.statements
    return {
        profile.operation: breaches_of(statements[profile.statement], profile, setting.config) for profile in profiles
    }


def _machine() -> str:
    return f"{platform.system()} {platform.machine()} {os.cpu_count()} cores"
