"""The original against the tests, before any mutant: do they pass, and does one transaction tell the truth?"""

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from enum import Enum
from time import perf_counter

from confiture.engine import findings
from confiture.engine.deliver import StatementFailed
from confiture.engine.judge import ask_tests
from confiture.engine.original import Original
from confiture.engine.programs import Programs
from confiture.engine.setting import Setting
from confiture.engine.stage import CloneStage, Stage, TransactionStage
from confiture.engine.steps import Step
from confiture.engine.trial import Trial
from confiture.model.event import Event, Found, Progress
from confiture.model.finding import Finding
from confiture.model.migration import Migration, Role
from confiture.model.span import Edit, Span
from confiture.oracles.answer import Answer, Opinion
from confiture.oracles.sql_test import SqlTest
from confiture.postgres.errors import SqlError, SqlTimeout
from confiture.postgres.fingerprint import differences, read_fingerprint
from confiture.postgres.sequences import restoring_query
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
        flaky: findings about tests that changed their mind; the trial is without them.
    """

    trial: Trial
    mode: Mode
    covered: bool
    seconds: float
    flaky: tuple[Finding, ...] = ()


def rehearse(
    setting: Setting, trial: Trial, original: Original, *, database: str, programs: Programs
) -> Generator[Event, None, Rehearsal | Finding]:
    """Asks the tests about the original, twice, then about an empty up script (the canary).

    Returns a finding, which is not told yet, when a test fails on the original.

    Args:
        setting: the run.
        trial: what its mutants will be judged against.
        original: what the original scripts did before.
        database: in the state that the up script finds; it is left so.
        programs: tests that are asked after all others.
    """
    yield Progress(f"Running {len(trial.tests)} tests on {setting.migration.title}")
    rehearsal = _in_transaction(setting, trial, original, database=database) if _fits_transaction(trial) else None
    if rehearsal is None:
        result = _on_clones(setting, trial, original, database=database)
        if isinstance(result, Finding):
            return result
        rehearsal = result
    if rehearsal.trial.volatile:
        rehearsal = replace(rehearsal, trial=_with_base(setting, rehearsal.trial, database=database))
    yield from map(Found, rehearsal.flaky)
    if problem := (yield from programs.rehearse(rehearsal.trial)):
        return problem
    rehearsal = replace(
        rehearsal,
        trial=replace(rehearsal.trial, programs=programs.contents()),
        covered=rehearsal.covered or programs.notice_absence(rehearsal.trial),
    )
    if not rehearsal.covered:
        yield Found(findings.no_test(setting.migration, tests=len(trial.tests) + len(rehearsal.trial.programs)))
    return rehearsal


def _fits_transaction(trial: Trial) -> bool:
    migration = trial.migration
    scripts = [migration.up, *(step.script for step in (*trial.seeds, *trial.later))]
    scripts += [migration.down] if migration.down else []
    return all(as_transactional(script.text) is not None for script in scripts)


def _in_transaction(setting: Setting, trial: Trial, original: Original, *, database: str) -> Rehearsal | None:
    """A rehearsal in one transaction; None where that leads elsewhere than what the migration tool does."""
    with setting.sessions.open(database) as session:
        restore = restoring_query(session)
        try:
            with session.deadline(trial.timeout_seconds):
                return _rehearse_in(session, trial, original)
        except SqlError:
            return None
        finally:
            if not session.closed:
                session.rollback()
                if restore:
                    session.query(restore)


def _rehearse_in(session: Session, trial: Trial, original: Original) -> Rehearsal | None:
    started = perf_counter()
    session.begin()
    stage = TransactionStage(session, trial.migration.up, first=0)
    passed = _run(stage, trial)
    if isinstance(passed, Finding):
        return None
    seconds = perf_counter() - started
    trial, flaky = passed
    trial = _without_volatile(stage, trial, original)
    if read_stable(session, trial.volatile) != trial.after_up:
        return None
    trial = _with_down(stage, trial)
    session.rollback()
    session.begin()
    return Rehearsal(trial, Mode.TRANSACTION, _is_covered(stage, trial), seconds, flaky)


def _on_clones(setting: Setting, trial: Trial, original: Original, *, database: str) -> Rehearsal | Finding:
    stage = CloneStage(setting.workbench, setting.sessions, trial.migration, role=Role.UP, template=database)
    with closing(stage):
        started = perf_counter()
        with stage.session.deadline(trial.timeout_seconds):
            passed = _run(stage, trial)
        if isinstance(passed, Finding):
            return passed
        seconds = perf_counter() - started
        trial, flaky = passed
        trial = _with_down(stage, _without_volatile(stage, trial, original))
        stage.renew()
        with stage.session.deadline(trial.timeout_seconds):
            return Rehearsal(trial, Mode.CLONES, _is_covered(stage, trial), seconds, flaky)


def _without_volatile(stage: Stage, trial: Trial, original: Original) -> Trial:
    """``trial`` with the columns that this second run filled differently, and the state after up without them."""
    stage.rewind()
    rows = read_fingerprint(stage.session).rows
    differing = {
        key: differing_columns(columns, read_columns(stage.session, key))
        for key, columns in original.written.items()
        if rows.get(key) != trial.after_up.rows.get(key)
    }
    volatile = {key: columns for key, columns in differing.items() if columns}
    if not volatile:
        return trial
    return replace(trial, volatile=volatile, after_up=read_stable(stage.session, volatile))


def _with_down(stage: Stage, trial: Trial) -> Trial:
    """``trial`` with the state after down, read without volatile columns."""
    if not (trial.volatile and trial.after_down):
        return trial
    stage.undo(trial.migration)
    return replace(trial, after_down=read_stable(stage.session, trial.volatile))


def _with_base(setting: Setting, trial: Trial, *, database: str) -> Trial:
    with setting.sessions.open(database) as session:
        before = read_stable(session, trial.volatile)
    residue = differences(before, trial.after_down) if trial.after_down else ()
    return replace(trial, before=before, residue=residue)


def _run(stage: Stage, trial: Trial) -> tuple[Trial, tuple[Finding, ...]] | Finding:
    """Runs the original, its tests and the later history; the first finding ends it.

    Returns the trial without tests that change their mind, and what to tell of those.
    """
    try:
        stage.apply(())
    except StatementFailed as failure:
        return findings.failed(failure, code="apply-error", what="applied before, but not again")
    steady: list[tuple[SqlTest, ...]] = []
    flaky: list[Finding] = []
    for steps, tests in ((trial.seeds, trial.bound), (trial.later, trial.head)):
        if failing := _failing_step(stage, steps, trial.migration):
            return failing
        kept: list[SqlTest] = []
        for test in tests:
            first, second = _ask(stage, test), _ask(stage, test)
            if first.opinion is not second.opinion:
                worse = second if first.opinion is Opinion.PASSED else first
                flaky.append(findings.flaky(test.name, worse, migration=trial.migration))
            elif first.opinion is not Opinion.PASSED:
                return findings.oracle_failed(test, first, migration=trial.migration)
            else:
                kept.append(test.knowing(first))
        steady.append(tuple(kept))
    bound, head = steady
    return replace(trial, bound=bound, head=head), tuple(flaky)


def _failing_step(stage: Stage, steps: Iterable[Step], migration: Migration) -> Finding | None:
    for step in steps:
        try:
            stage.advance(step)
        except StatementFailed as failure:
            what = f"{step.title}, which follows {migration.title}, fails"
            return findings.failed(failure, code="history-error", what=what)
    return None


def _ask(stage: Stage, test: SqlTest) -> Answer:
    try:
        return stage.ask(test)
    except SqlTimeout as error:
        return Answer(Opinion.FAILED, str(error))


def _is_covered(stage: Stage, trial: Trial) -> bool:
    """The canary: whether something fails when the up script does nothing."""
    if not trial.tests:
        return False
    nothing = Edit(Span(0, len(trial.migration.up.text)), "")
    try:
        stage.apply((nothing,))
        return ask_tests(stage, trial) is not None
    except SqlTimeout:
        return True
