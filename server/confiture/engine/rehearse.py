"""The original against the tests, before any mutant: do they pass, and does one transaction tell the truth?"""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from enum import Enum
from time import perf_counter

from confiture.engine import findings
from confiture.engine.deliver import StatementFailed
from confiture.engine.original import Original
from confiture.engine.setting import Setting
from confiture.engine.stage import CloneStage, Failure, Stage, TransactionStage
from confiture.engine.steps import Step
from confiture.engine.trial import Trial
from confiture.model.event import Event, Found, Progress
from confiture.model.finding import Finding
from confiture.model.migration import Migration, Role
from confiture.model.span import Edit, Span
from confiture.oracles.answer import Answer, Opinion
from confiture.oracles.sql_file import SqlOracle
from confiture.postgres.errors import SqlError, SqlTimeout
from confiture.postgres.fingerprint import differences, read_fingerprint
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


def rehearse(
    setting: Setting, trial: Trial, original: Original, *, session: Session
) -> Generator[Event, None, Rehearsal | Finding]:
    """Asks the tests about the original, then about an empty up script (the canary).

    Returns a finding, which is not told yet, when a test fails on the original.

    Args:
        setting: the run.
        trial: what its mutants will be judged against.
        original: what the original scripts did before.
        session: its database is in the state that the up script finds, and left so.
    """
    yield Progress(f"Running {len(trial.tests)} tests on {setting.migration.title}")
    rehearsal = _in_transaction(session, trial, original) if _fits_transaction(trial) else None
    if rehearsal is None:
        result = _on_clones(setting, trial, original)
        if isinstance(result, Finding):
            return result
        rehearsal = result
    if rehearsal.trial.volatile:
        rehearsal = replace(rehearsal, trial=_with_base(setting, rehearsal.trial, database=session.database))
    if not rehearsal.covered:
        yield Found(findings.no_test(setting.migration, tests=len(trial.tests)))
    return rehearsal


def _fits_transaction(trial: Trial) -> bool:
    migration = trial.migration
    scripts = [migration.up, *(stop.script for stop in trial.way)]
    scripts += [migration.down] if migration.down else []
    return all(as_transactional(script.text) is not None for script in scripts)


def _in_transaction(session: Session, trial: Trial, original: Original) -> Rehearsal | None:
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


def _rehearse_in(session: Session, trial: Trial, original: Original) -> Rehearsal | None:
    started = perf_counter()
    session.begin()
    session.savepoint("confiture_rehearsal")
    stage = TransactionStage(session, trial.migration.up, first=0, deferring=trial.deferring)
    if stage.try_out((), trial.way):
        return None
    seconds = perf_counter() - started
    stage.rewind()
    trial, same = _without_volatile(session, trial, original)
    if not same:
        return None
    trial = replace(trial, any_order=stage.go(trial.way_back) is None)
    if trial.after_down:
        stage.rewind()
        stage.undo(trial.migration)
        after_down = read_stable(session, trial.volatile)
        if not trial.volatile and after_down != trial.after_down:
            return None
        trial = replace(trial, after_down=after_down)
    session.rollback_to("confiture_rehearsal")
    stage = TransactionStage(session, trial.migration.up, first=0, deferring=trial.deferring)
    return Rehearsal(trial, Mode.TRANSACTION, _is_covered(stage, trial), seconds)


def _on_clones(setting: Setting, trial: Trial, original: Original) -> Rehearsal | Finding:
    template = trial.base.database
    stage = CloneStage(setting.workbench, setting.sessions, trial.migration, role=Role.UP, template=template)
    with closing(stage):
        started = perf_counter()
        with stage.session.deadline(trial.timeout_seconds):
            if failure := stage.try_out((), trial.way):
                return _problem(failure, trial.migration)
        seconds = perf_counter() - started
        stage.rewind()
        trial, _ = _without_volatile(stage.session, trial, original)
        if trial.volatile and trial.after_down:
            stage.undo(trial.migration)
            trial = replace(trial, after_down=read_stable(stage.session, trial.volatile))
        stage.renew()
        with stage.session.deadline(trial.timeout_seconds):
            return Rehearsal(trial, Mode.CLONES, _is_covered(stage, trial), seconds)


def _without_volatile(session: Session, trial: Trial, original: Original) -> tuple[Trial, bool]:
    """``trial`` with the columns that this second run filled differently, and the state after up without them.

    The second value is whether the session is in the state of the first run otherwise.
    """
    state = read_fingerprint(session)
    if state == trial.after_up:
        return trial, True
    differing = {
        key: differing_columns(columns, read_columns(session, key))
        for key, columns in original.written.items()
        if state.rows.get(key) != trial.after_up.rows.get(key)
    }
    volatile = {key: columns for key, columns in differing.items() if columns}
    if not volatile:
        return trial, False
    return replace(trial, volatile=volatile, after_up=read_stable(session, volatile)), True


def _with_base(setting: Setting, trial: Trial, *, database: str) -> Trial:
    with setting.sessions.open(database) as session:
        before = read_stable(session, trial.volatile)
    residue = differences(before, trial.after_down) if trial.after_down else ()
    return replace(trial, before=before, residue=residue)


def _problem(failure: Failure, migration: Migration) -> Finding:
    """What is said when the original fails on its way."""
    match failure:
        case Failure(SqlOracle() as oracle, cause):
            answer = cause if isinstance(cause, Answer) else Answer(Opinion.FAILED, str(cause))
            return findings.oracle_failed(oracle, answer, migration=migration)
        case Failure(Step() as step, StatementFailed() as cause):
            what = f"{step.title}, which follows {migration.title}, fails"
            return findings.failed(cause, code="history-error", what=what)
        case Failure(_, StatementFailed() as cause):
            return findings.failed(cause, code="apply-error", what="applied before, but not again")
        case Failure(_, SqlError() as cause):
            raise cause
        case _:
            raise ValueError(f"{failure.stop} gives no answer")


def _is_covered(stage: Stage, trial: Trial) -> bool:
    """The canary: whether something fails when the up script does nothing."""
    if not trial.tests:
        return False
    text = trial.migration.up.text
    try:
        return stage.try_out((Edit(Span(0, len(text)), ""),), trial.way_of(text)) is not None
    except SqlTimeout:
        return True
