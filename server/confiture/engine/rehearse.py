"""The original against the tests, before any mutant: do they pass, and does one transaction tell the truth?"""

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from time import perf_counter

from confiture.engine import findings
from confiture.engine.deliver import StatementFailed
from confiture.engine.judge import ask_tests
from confiture.engine.setting import Setting
from confiture.engine.stage import CloneStage, Stage, TransactionStage
from confiture.engine.trial import Trial
from confiture.model.event import Event, Found, Progress
from confiture.model.finding import Finding
from confiture.model.migration import Migration
from confiture.model.script import Script
from confiture.model.span import Edit, Span
from confiture.oracles.answer import Opinion
from confiture.oracles.sql_file import SqlOracle
from confiture.postgres.errors import SqlError
from confiture.postgres.sequences import restoring_query
from confiture.sql.transactional import as_transactional


class Mode(Enum):
    """Where mutants are run."""

    TRANSACTION = "transaction"
    CLONES = "clones"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the original taught.

    Attributes:
        mode: where its mutants are run.
        covered: some test fails when the up script is empty.
        seconds: how long the original took with its tests.
    """

    mode: Mode
    covered: bool
    seconds: float


def rehearse(setting: Setting, trial: Trial, *, database: str) -> Generator[Event, None, Rehearsal | None]:
    """Asks the tests about the original, then about an empty up script (the canary).

    Returns None, after a finding, when a test fails on the original.

    Args:
        setting: the run.
        trial: what its mutants will be judged against.
        database: in the state that the up script finds; it is left so.
    """
    yield Progress(f"Running {len(trial.tests)} tests on {setting.migration.title}")
    rehearsal = _in_transaction(setting, trial, database) if _fits_transaction(trial) else None
    if rehearsal is None:
        result = _on_clones(setting, trial, database)
        if isinstance(result, Finding):
            yield Found(result)
            return None
        rehearsal = result
    if not rehearsal.covered:
        yield Found(findings.no_test(setting.migration, tests=len(trial.tests)))
    return rehearsal


def _fits_transaction(trial: Trial) -> bool:
    migration = trial.migration
    scripts: list[Script] = [migration.up, *(later.up for later in trial.later)]
    scripts += [migration.down] if migration.down else []
    return all(as_transactional(script.text) is not None for script in scripts)


def _in_transaction(setting: Setting, trial: Trial, database: str) -> Rehearsal | None:
    """A rehearsal in one transaction; None where that leads elsewhere than what the migration tool does."""
    with setting.sessions.open(database) as session, session.deadline(trial.timeout_seconds):
        restore = restoring_query(session)
        try:
            session.begin()
            started = perf_counter()
            stage = TransactionStage(session, trial.migration.up, start=0)
            if _problem(stage, trial) or stage.fingerprint() != trial.after_up:
                return None
            seconds = perf_counter() - started
            session.rollback()
            session.begin()
            return Rehearsal(Mode.TRANSACTION, _is_covered(stage, trial), seconds)
        except SqlError:
            return None
        finally:
            if not session.closed:
                session.rollback()
                if restore:
                    session.query(restore)


def _on_clones(setting: Setting, trial: Trial, database: str) -> Rehearsal | Finding:
    up, delivery = trial.migration.up, trial.migration.delivery
    started = perf_counter()
    stages = [
        CloneStage(setting.workbench, setting.sessions, template=database, script=up, delivery=delivery) for _ in "12"
    ]
    with closing(stages[0]) as stage, stage.session.deadline(trial.timeout_seconds):
        if problem := _problem(stage, trial):
            return problem
    seconds = perf_counter() - started
    with closing(stages[1]) as stage, stage.session.deadline(trial.timeout_seconds):
        return Rehearsal(Mode.CLONES, _is_covered(stage, trial), seconds)


def _problem(stage: Stage, trial: Trial) -> Finding | None:
    """Runs the original, its tests and the later history; the first finding ends it."""
    stage.apply(())
    if problem := _failing_test(stage, trial.bound, trial.migration):
        return problem
    for later in trial.later:
        try:
            stage.advance(later)
        except StatementFailed as failure:
            what = f"{later.title}, which follows {trial.migration.title}, fails"
            return findings.failed(failure, code="history-error", what=what)
    return _failing_test(stage, trial.head, trial.migration)


def _failing_test(stage: Stage, oracles: Iterable[SqlOracle], migration: Migration) -> Finding | None:
    for oracle in oracles:
        answer = stage.ask(oracle)
        if answer.opinion is not Opinion.PASSED:
            return findings.oracle_failed(oracle, answer, migration=migration)
    return None


def _is_covered(stage: Stage, trial: Trial) -> bool:
    """The canary: whether something fails when the up script does nothing."""
    if not trial.tests:
        return False
    nothing = Edit(Span(0, len(trial.migration.up.text)), "")
    stage.apply((nothing,))
    return ask_tests(stage, trial) is not None
