"""The original against the tests, before any mutant: do they pass, and does one transaction tell the truth?"""

from collections.abc import Collection, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from enum import Enum
from time import perf_counter

from confiture.engine import findings
from confiture.engine.clone_stage import CloneStage
from confiture.engine.deliver import StatementFailed
from confiture.engine.original import Original
from confiture.engine.setting import Setting
from confiture.engine.stage import Failure, Stage
from confiture.engine.steps import Step
from confiture.engine.transaction_stage import TransactionStage
from confiture.engine.trial import Trial
from confiture.model.event import Event, Found, Progress
from confiture.model.finding import Finding
from confiture.model.migration import Migration, Role
from confiture.model.span import Edit, Span
from confiture.oracles.answer import Answer, Opinion
from confiture.oracles.sql_test import SqlTest
from confiture.postgres.errors import SqlError, SqlTimeout
from confiture.postgres.fingerprint import differences
from confiture.postgres.sequences import restoring_command
from confiture.postgres.session import Session
from confiture.postgres.volatile import differing_columns, read_columns, read_stable
from confiture.sql.transactional import as_transactional


class Mode(Enum):
    """Where mutants are run."""

    TRANSACTION = "transaction"
    CLONES = "clones"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the original taught.

    Attributes:
        trial: with the states that the original leads to, without volatile columns.
        mode: where its mutants are run.
        covered: some test fails when the up script is empty.
        seconds: how long the original took with its tests.
    """

    trial: Trial
    mode: Mode
    covered: bool
    seconds: float

    def with_breaches(self, breaches: Mapping[str, Collection[str]]) -> "Rehearsal":
        """The same, where ``breaches`` of budgets are known of the original, by operation."""
        return replace(self, trial=replace(self.trial, breaches=breaches))


@dataclass(frozen=True, slots=True)
class _Flaky:
    """A test that passed and failed on the same database, and how it failed."""

    test: SqlTest
    answer: Answer


def rehearse(
    setting: Setting, trial: Trial, original: Original, *, session: Session
) -> Generator[Event, None, Rehearsal | Finding]:
    """Asks the tests about the original, twice, then about an empty up script (the canary).

    A test that changes its mind is told, and not asked again.

    Returns a finding, which is not told yet, when a test fails on the original.

    Args:
        setting: the run.
        trial: what its mutants will be judged against.
        original: what the original scripts did before.
        session: its database is in the state that the up script finds, and left so.
    """
    yield Progress(f"Running {len(trial.tests)} tests on {setting.migration.title}")
    while isinstance(rehearsal := _rehearse(setting, trial, original, session=session), _Flaky):
        yield Found(findings.flaky(rehearsal.test.name, rehearsal.answer, migration=trial.migration))
        trial = trial.without(rehearsal.test)
    if isinstance(rehearsal, Finding):
        return rehearsal
    if rehearsal.trial.volatile:
        rehearsal = replace(rehearsal, trial=_with_base(setting, rehearsal.trial, database=session.database))
    return rehearsal


def _rehearse(setting: Setting, trial: Trial, original: Original, *, session: Session) -> Rehearsal | Finding | _Flaky:
    found = _in_transaction(session, trial, original) if _fits_transaction(trial) else None
    return found or _on_clones(setting, trial, original)


def _fits_transaction(trial: Trial) -> bool:
    migration = trial.migration
    scripts = [migration.up, *(stop.script for stop in trial.way)]
    scripts += [migration.down] if migration.down else []
    return all(as_transactional(script.text) is not None for script in scripts)


def _in_transaction(session: Session, trial: Trial, original: Original) -> Rehearsal | _Flaky | None:
    """A rehearsal in one transaction; None where that leads elsewhere than what the migration tool does."""
    restore = restoring_command(session)
    try:
        with session.deadline(trial.timeout_seconds):
            return _rehearse_in(session, trial, original)
    except SqlError:
        return None
    finally:
        if not session.closed:
            session.rollback()
            if restore:
                session.run(restore)


def _rehearse_in(session: Session, trial: Trial, original: Original) -> Rehearsal | _Flaky | None:
    started = perf_counter()
    session.begin()
    session.savepoint("confiture_rehearsal")
    stage = TransactionStage(session, trial.migration.up, first=0, deferring=trial.deferring, states=trial.states())
    if failure := stage.try_out((), trial.way):
        return _changed_mind(stage, trial, failure)
    seconds = perf_counter() - started
    stage.rewind()
    trial, same = _without_volatile(stage, trial, original)
    if not same:
        return None
    trial = replace(trial, any_order=stage.go(trial.way_back) is None)
    if not trial.any_order and (flaky := _second_run(stage, trial)):
        return flaky
    if trial.after_down:
        stage.rewind()
        stage.undo(trial.migration)
        after_down = stage.state(trial.volatile)
        if after_down.catalog != trial.after_down.catalog or not (trial.volatile or after_down == trial.after_down):
            return None
        trial = replace(trial, after_down=after_down)
    session.rollback_to("confiture_rehearsal")
    stage = TransactionStage(session, trial.migration.up, first=0, deferring=trial.deferring)
    return Rehearsal(trial, Mode.TRANSACTION, _is_covered(stage, trial), seconds)


def _on_clones(setting: Setting, trial: Trial, original: Original) -> Rehearsal | Finding | _Flaky:
    template = trial.base.database
    stage = CloneStage(setting.workbench, setting.sessions, trial.migration, role=Role.UP, template=template)
    with closing(stage):
        started = perf_counter()
        with stage.session.deadline(trial.timeout_seconds):
            if failure := stage.try_out((), trial.way):
                return _changed_mind(stage, trial, failure) or _problem(failure, trial.migration)
            seconds = perf_counter() - started
            if flaky := _second_run(stage, trial):
                return flaky
        stage.rewind()
        trial, _ = _without_volatile(stage, trial, original)
        if trial.volatile and trial.after_down:
            stage.undo(trial.migration)
            trial = replace(trial, after_down=stage.state(trial.volatile))
        stage.renew()
        with stage.session.deadline(trial.timeout_seconds):
            return Rehearsal(trial, Mode.CLONES, _is_covered(stage, trial), seconds)


def _changed_mind(stage: Stage, trial: Trial, failure: Failure) -> _Flaky | None:
    """Whether the test that failed passes now."""
    if failure.stop is None or isinstance(failure.stop, Step) or isinstance(failure.cause, SqlTimeout):
        return None
    stage.rewind()
    again = stage.go(trial.way)
    same = again is not None and again.stop is failure.stop
    return None if same else _Flaky(failure.stop, _said(failure))


def _second_run(stage: Stage, trial: Trial) -> _Flaky | None:
    """Whether a test fails now, after all have passed in this order."""
    if not trial.tests:
        return None
    stage.rewind()
    failure = stage.go(trial.way_to_last_test)
    if failure is None or failure.stop is None or isinstance(failure.stop, Step):
        return None
    return _Flaky(failure.stop, _said(failure))


def _without_volatile(stage: Stage, trial: Trial, original: Original) -> tuple[Trial, bool]:
    """``trial`` with the columns that this second run filled differently, and the state after up without them.

    The second value is whether the session is in the state of the first run otherwise.
    """
    state = stage.state({})
    if state == trial.after_up:
        return trial, True
    differing = {
        key: differing_columns(columns, read_columns(stage.session, key))
        for key, columns in original.written.items()
        if state.rows.get(key) != trial.after_up.rows.get(key)
    }
    volatile = {key: columns for key, columns in differing.items() if columns}
    if not volatile:
        return trial, False
    return replace(trial, volatile=volatile, after_up=stage.state(volatile)), True


def _with_base(setting: Setting, trial: Trial, *, database: str) -> Trial:
    with setting.sessions.open(database) as session:
        before = read_stable(session, trial.volatile)
    residue = differences(before, trial.after_down) if trial.after_down else ()
    return replace(trial, before=before, residue=residue)


def _problem(failure: Failure, migration: Migration) -> Finding:
    """What is said when the original fails on its way."""
    if failure.stop is not None and not isinstance(failure.stop, Step):
        return findings.oracle_failed(failure.stop, _said(failure), migration=migration)
    match failure:
        case Failure(Step() as step, StatementFailed() as cause):
            what = f"{step.title}, which follows {migration.title}, fails"
            return findings.failed(cause, code="history-error", what=what)
        case Failure(_, StatementFailed() as cause):
            return findings.failed(cause, code="apply-error", what="applied before, but not again")
        case Failure(_, SqlError() as cause):
            raise cause
        case _:
            raise ValueError(f"{failure.stop} gives no answer")


def _said(failure: Failure) -> Answer:
    return failure.cause if isinstance(failure.cause, Answer) else Answer(Opinion.FAILED, str(failure.cause))


def _is_covered(stage: Stage, trial: Trial) -> bool:
    """The canary: whether something fails when the up script does nothing."""
    if not trial.tests:
        return False
    text = trial.migration.up.text
    try:
        return stage.try_out((Edit(Span(0, len(text)), ""),), trial.way_of(text)) is not None
    except SqlTimeout:
        return True
