"""The state that a migration finds, made ready for it, or the reason why nothing is run."""

from collections.abc import Generator

from confiture.engine import findings
from confiture.engine.base_state import BaseState
from confiture.engine.deliver import StatementFailed
from confiture.engine.pgtap import pgtap_steps
from confiture.engine.refuse import refusals
from confiture.engine.setting import Setting
from confiture.errors import ProjectError
from confiture.model.event import Event, Found, Progress


def prepare(setting: Setting, *, generate: bool) -> Generator[Event, None, BaseState | None]:
    """The base state of the run's migration; None, after findings, when there is none or a statement is never run.

    Args:
        setting: the run.
        generate: fill empty tables with rows of ours.
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
        base = states.before(
            setting.project, setting.index, sessions=setting.sessions, generate=generate, needed=needed
        )
    except StatementFailed as failure:
        what = f"{failure.script.path.name} fails before {title} can run"
        yield Found(findings.failed(failure, code="history-error", what=what))
        return None
    if base.notes:
        yield Found(findings.not_seeded(setting.migration, base.notes))
    return base
