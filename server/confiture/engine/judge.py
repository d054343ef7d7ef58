"""From one mutant, run on a stage, to its verdict."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, takewhile
from time import perf_counter

from confiture.engine.deliver import StatementFailed
from confiture.engine.stage import Failure, Stage, Stop, is_test
from confiture.engine.steps import Step
from confiture.engine.trial import Trial
from confiture.model.migration import Role
from confiture.model.mutant import Category, Mutant
from confiture.model.script import Statement
from confiture.model.verdict import Status, Verdict
from confiture.oracles import budgets, round_trip, validity
from confiture.oracles.answer import PASSED, Answer, Opinion
from confiture.postgres.costs import CostMeter
from confiture.postgres.errors import OF_THE_DATA, OF_THE_SERVER, SqlError, SqlTimeout
from confiture.postgres.invalid import read_invalid
from confiture.sql.clauses import WRITING

_INVALID = frozenset({"42", "0A", "3D", "3F"})
"""Classes of SQLSTATE with which PostgreSQL says that SQL makes no sense where it stands."""
_CANNOT_TELL = OF_THE_SERVER | {"25", "40", "XX"}
"""Classes of SQLSTATE that speak of the server or of how we run a script."""
_SOON = 3
"""Tests that take no longer than reading the state. They are the likely killers: most mutants get no further."""


def judge(stage: Stage, trial: Trial, mutant: Mutant) -> Verdict:
    """Runs ``mutant`` and asks the oracles until one fails.

    Raises:
        Interrupted: the run was closed.
        ConnectionLostError: the server went away.
    """
    started = perf_counter()
    try:
        with stage.session.deadline(trial.timeout_seconds):
            verdict = _judge(stage, trial, mutant)
    except SqlTimeout as error:
        verdict = Verdict(Status.TIMEOUT, str(error))
    return replace(verdict, duration_seconds=perf_counter() - started)


def _judge(stage: Stage, trial: Trial, mutant: Mutant) -> Verdict:
    if mutant.category is Category.PERFORMANCE:
        return _judge_cost(stage, trial, mutant)
    way = trial.way_of_mutant(mutant)
    # Seeds that are written twice get other numbers from their sequences, and tests may speak of these.
    soon, rest = _in_two(way) if stage.rewinds_at_once and not trial.seeds else (way, ())
    if failure := stage.try_out(mutant.edits, soon):
        return verdict_of(failure)
    if mutant.role is Role.DOWN:
        return _judge_down(stage, trial, mutant)
    stage.rewind()
    if stage.state(trial.volatile) == trial.after_up:
        return _same_state(trial, mutant, oracles=len(trial.tests))
    if rest:
        if failure := stage.go(rest):
            return verdict_of(failure)
        stage.rewind()
    return _judge_survivor(stage, trial)


def _in_two(way: Sequence[Stop]) -> tuple[Sequence[Stop], Sequence[Stop]]:
    """What to try before the state is looked at, and what only another state than the original's has to go through."""
    soon = [*islice(takewhile(is_test, way), _SOON)]
    return soon, way[len(soon) :]


def _judge_cost(stage: Stage, trial: Trial, mutant: Mutant) -> Verdict:
    cost = None
    if any(_is_limited(statement, trial, mutant) for statement in stage.script(mutant.edits).statements):
        try:
            cost = _measure(stage, trial, mutant)
        except (SqlError, StatementFailed) as error:
            return verdict_of(Failure(None, error))
        if cost.opinion is Opinion.FAILED:
            return Verdict(Status.KILLED, cost.message, killed_by=budgets.NAME)
    elif failure := stage.try_out(mutant.edits, ()):
        return verdict_of(failure)
    if mutant.role is Role.DOWN:
        return _judge_down(stage, trial, mutant)
    # In the same state the tests would say what they said of the original; another index is another state.
    indexed = trial.migration.up.statements[mutant.statement].kind == "CREATE INDEX"
    differs = indexed or stage.state(trial.volatile) != trial.after_up
    if differs and (failure := stage.go(trial.way_of_mutant(mutant))):
        return verdict_of(failure)
    return _within_budget(trial, cost)


def _measure(stage: Stage, trial: Trial, mutant: Mutant) -> Answer:
    """Runs the mutant and measures the statements that have budgets.

    The time of one that is as it was is left out: what else it costs may be the mutant's doing, that is not.
    """
    known = {statement.text for statement in stage.script(()).statements}
    stage.settle()
    meter = CostMeter(stage.session, disk=False)
    answers: list[Answer] = []

    def measure(statement: Statement) -> None:
        profile = meter.measure(statement)
        if statement.text in known:
            profile = replace(profile, samples=(0.0,))
        known_breaches = trial.breaches.get(statement.operation, ())
        answers.append(budgets.ask(statement, profile, trial.config, known=known_breaches))

    def is_in_question(statement: Statement) -> bool:
        return _is_limited(statement, trial, mutant, within_time=statement.text in known)

    stage.apply_each(mutant.edits, measure, which=is_in_question)
    return next((answer for answer in answers if answer.opinion is Opinion.FAILED), PASSED)


def _is_limited(statement: Statement, trial: Trial, mutant: Mutant, *, within_time: bool = False) -> bool:
    """Whether ``statement`` has a budget, of more than time if that is no question, and can be the mutant's doing."""
    behind = statement.span.start >= trial.migration.script(mutant.role).start_of(mutant.statement)
    budget = budgets.budget_of(statement, trial.config)
    return behind and (replace(budget, max_seconds=None) if within_time else budget) != budgets.NO_LIMITS


def _within_budget(trial: Trial, cost: Answer | None) -> Verdict:
    if cost is None:
        reason = "no budget limits what it costs; write one above the statement or in the configuration"
        return Verdict(Status.NO_COVERAGE, reason, oracles=len(trial.tests))
    return Verdict(Status.SURVIVED, "within its budget", oracles=len(trial.tests) + 1)


def verdict_of(failure: Failure) -> Verdict:
    """What ``failure`` makes of a mutant.

    Raises:
        SqlTimeout: it was the end of our deadline, for `judge` to take.
    """
    match failure.cause:
        case Answer(Opinion.UNDECIDED) as answer:
            return Verdict(Status.RUNTIME_ERROR, f"{_title(failure.stop)}: {answer.message}")
        case Answer() as answer:
            return Verdict(Status.KILLED, answer.message, killed_by=_title(failure.stop))
        case SqlError() | StatementFailed() as error if failure.stop is None:
            return rejected(_cause(error))
        case SqlError() | StatementFailed() as error:
            return Verdict(Status.KILLED, str(_cause(error)), killed_by=_title(failure.stop))


def _title(stop: Stop | None) -> str:
    match stop:
        case None:
            return ""
        case Step():
            return stop.title
        case _:
            return stop.name


def _judge_survivor(stage: Stage, trial: Trial) -> Verdict:
    """No test fails in another state: asks the oracles that are built in."""
    answer = validity.ask(read_invalid(stage.session), known=trial.invalid)
    if answer.opinion is Opinion.FAILED:
        return Verdict(Status.KILLED, answer.message, killed_by=validity.NAME)
    oracles = len(trial.tests) + 1
    if trial.after_down:
        try:
            stage.undo(trial.migration)
        except (SqlError, StatementFailed) as error:
            reason = f"the down script fails: {_cause(error)}"
            return Verdict(Status.KILLED, reason, killed_by=round_trip.NAME)
        answer = round_trip.ask(trial.before, stage.state(trial.volatile), known=trial.residue)
        if answer.opinion is Opinion.FAILED:
            return Verdict(Status.KILLED, answer.message, killed_by=round_trip.NAME)
        oracles += 1
    return Verdict(Status.SURVIVED, oracles=oracles)


def _judge_down(stage: Stage, trial: Trial, mutant: Mutant) -> Verdict:
    state = stage.state(trial.volatile)
    if state == trial.after_down:
        return _same_state(trial, mutant, oracles=1)
    answer = round_trip.ask(trial.before, state, known=trial.residue)
    if answer.opinion is Opinion.FAILED:
        return Verdict(Status.KILLED, answer.message, killed_by=round_trip.NAME)
    return Verdict(Status.SURVIVED, "the original does not restore this either", oracles=1)


def _same_state(trial: Trial, mutant: Mutant, *, oracles: int) -> Verdict:
    """The verdict of a mutant that leads to the state of the original."""
    if _changes_rows(trial, mutant):
        return Verdict(Status.NO_COVERAGE, "the seed rows do not exercise it", oracles=oracles)
    return Verdict(Status.IGNORED, "leads to the same database", equivalent=True, oracles=oracles)


def _changes_rows(trial: Trial, mutant: Mutant) -> bool:
    """Whether the mistake concerns rows, so that other rows could show it."""
    statement = trial.migration.script(mutant.role).statements[mutant.statement]
    return mutant.category is Category.DATA or statement.kind in WRITING


def rejected(error: SqlError) -> Verdict:
    """The verdict of a mutant whose own script PostgreSQL refuses."""
    match error.sqlstate[:2]:
        case code if code in _INVALID:
            return Verdict(Status.COMPILE_ERROR, str(error))
        case code if code in _CANNOT_TELL:
            return Verdict(Status.RUNTIME_ERROR, str(error))
        case _:
            by = "data" if error.sqlstate[:2] in OF_THE_DATA else "PostgreSQL"
            return Verdict(Status.KILLED, str(error), killed_by=by)


def _cause(error: SqlError | StatementFailed) -> SqlError:
    """What PostgreSQL said; the end of our deadline is raised instead, for `judge` to take."""
    cause = error.error if isinstance(error, StatementFailed) else error
    if isinstance(cause, SqlTimeout):
        raise cause
    return cause
