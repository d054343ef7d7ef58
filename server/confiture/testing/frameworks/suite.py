"""Runs the engine on a project, or a test function on a mutation, and says what became of each mutation."""

import contextvars
import os
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic, perf_counter

from confiture.engine.check import check
from confiture.engine.interrupt import Run
from confiture.engine.outcome import Outcome, fold
from confiture.engine.project import Project, load_project
from confiture.engine.workbench import open_workbench
from confiture.model.event import Event, Judged
from confiture.model.finding import Level
from confiture.model.mutant import Mutant
from confiture.model.verdict import DETECTED, Judgement, Status, Verdict
from confiture.operators import ALL_OPERATORS
from confiture.testing.frameworks.registry import Mutation
from confiture.testing.frameworks.report import MutantResult, MutationReport, MutationResult

_WORST_FIRST = (
    Status.SURVIVED,
    Status.NO_COVERAGE,
    Status.PENDING,
    Status.KILLED,
    Status.TIMEOUT,
    Status.RUNTIME_ERROR,
    Status.COMPILE_ERROR,
    Status.IGNORED,
)
_PENDING = Verdict(Status.PENDING, "the time of the suite was over")


@dataclass(slots=True)
class _Call:
    """What a function gave, in a thread of its own."""

    answer: object = None
    error: BaseException | None = None
    done: threading.Event = field(default_factory=threading.Event)


def ask(mutation: Mutation, test_function: Callable[[Mutation], bool], *, seconds: float) -> MutationResult:
    """Asks ``test_function`` whether it notices ``mutation``; it may take ``seconds``.

    It runs in a thread of its own. One that does not end in time is left behind there: Python cannot end it.

    Raises:
        BaseException: what is not an `Exception`, such as a test framework's skip, is raised here.
    """
    started, call, context = perf_counter(), _Call(), contextvars.copy_context()

    def work() -> None:
        try:
            call.answer = context.run(test_function, mutation)
        except BaseException as error:  # noqa: BLE001 - told below, on the caller's thread
            call.error = error
        finally:
            call.done.set()

    threading.Thread(target=work, name=f"confiture-{mutation.id}", daemon=True).start()
    if call.done.wait(seconds):
        status, reason = _verdict(call)
    else:
        status, reason = Status.TIMEOUT, f"the test function did not end within {seconds:g} s"
    return MutationResult(mutation, status.value, reason, perf_counter() - started)


def _verdict(call: _Call) -> tuple[Status, str]:
    match call.error:
        case None if call.answer is True:
            return Status.KILLED, ""
        case None if call.answer is False:
            return Status.SURVIVED, ""
        case None:
            answer = f"the test function returned {call.answer!r}"
            return Status.RUNTIME_ERROR, f"{answer}; return True if it noticed the mutation, False if not"
        case AssertionError() as error:
            return Status.KILLED, str(error)
        case Exception() as error:
            return Status.RUNTIME_ERROR, f"the test function raised {type(error).__name__}: {error}"
        case error:
            raise error


def run_project(
    near: Path, mutations: Sequence[Mutation], *, seconds: float, tell: Callable[[str], None]
) -> MutationReport:
    """Judges all places in the project of ``near`` that ``mutations`` have; mutations without a place are left out.

    Raises:
        ConfigError: a setting is wrong.
        ProjectError: there is no history, or a file of it cannot be read.
        DatabaseError: PostgreSQL cannot be had.
    """
    end, report = monotonic() + seconds, MutationReport([])
    started = perf_counter()
    project = _only(load_project(near, environment=os.environ), mutations)
    outcomes: list[Outcome] = []
    with open_workbench(project.config.postgres) as workbench:
        for migration in project.history.migrations:
            left = end - monotonic()
            if left <= 0:
                report.problems.append(f"{migration.title} was not judged: the time of the suite was over")
                continue
            run = check(project, migration, workbench=workbench)
            outcome = _collect(run, Outcome(migration), project.config.root, seconds=left, tell=tell)
            outcomes.append(outcome)
            report.problems.extend(_problems(outcome))
    gathered = (gather(mutation, outcomes, project.config.root) for mutation in mutations)
    report.results.extend(result for result in gathered if result)
    return replace(report, duration_seconds=perf_counter() - started)


def gather(mutation: Mutation, outcomes: Sequence[Outcome], root: Path) -> MutationResult | None:
    """What became of ``mutation`` in the runs of all migrations; None where no migration can have it.

    Its status is the worst of its places; paths are below ``root`` where they can be.
    """
    found: list[MutantResult] = []
    for outcome in outcomes:
        judged = {judgement.mutant.id for judgement in outcome.judgements}
        pending = (Judgement(mutant, _PENDING) for mutant in outcome.mutants if mutant.id not in judged)
        own = (one for one in (*outcome.judgements, *pending) if one.mutant.operator == mutation.id)
        found.extend(_mutant(judgement, outcome, root) for judgement in own)
    if not found:
        return None
    status = next(status for status in _WORST_FIRST if any(mutant.status == status.value for mutant in found))
    reasons = dict.fromkeys(mutant.reason for mutant in found if mutant.status == status.value and mutant.reason)
    reason = "; ".join([*reasons][:3]) if status not in DETECTED else ""
    return MutationResult(mutation, status.value, reason, sum(m.duration_seconds for m in found), tuple(found))


def _only(project: Project, mutations: Sequence[Mutation]) -> Project:
    wanted = {mutation.id for mutation in mutations}
    others = tuple(operator.id for operator in ALL_OPERATORS if operator.id not in wanted)
    mutation = project.config.mutation
    return replace(project, config=replace(project.config, mutation=replace(mutation, skip=(*mutation.skip, *others))))


def _collect(run: Run[Event], outcome: Outcome, root: Path, *, seconds: float, tell: Callable[[str], None]) -> Outcome:
    """``outcome`` with the events of ``run``, which is closed after ``seconds``."""
    with _closing_after(run, seconds):
        for event in run:
            outcome = fold(outcome, event)
            if isinstance(event, Judged):
                mutant, verdict = event.judgement.mutant, event.judgement.verdict
                path, line = _place(mutant, outcome, root)
                tell(f"{path}:{line}: {mutant.operator} {verdict.status.value}: {mutant.description}")
    return outcome


@contextmanager
def _closing_after(run: Run[Event], seconds: float) -> Generator[None]:
    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), run.close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _problems(outcome: Outcome) -> Iterator[str]:
    title = outcome.migration.title
    errors = [finding for finding in outcome.findings if finding.level is Level.ERROR]
    yield from (f"{title}: {finding.message}" for finding in errors)
    if not outcome.finished:
        yield f"{title} was not judged to its end: the time of the suite was over"


def _mutant(judgement: Judgement, outcome: Outcome, root: Path) -> MutantResult:
    mutant, verdict = judgement.mutant, judgement.verdict
    path, line = _place(mutant, outcome, root)
    return MutantResult(
        id=mutant.id,
        description=mutant.description,
        status=verdict.status.value,
        path=path,
        line=line,
        reason=verdict.reason,
        killed_by=verdict.killed_by,
        duration_seconds=verdict.duration_seconds,
    )


def _place(mutant: Mutant, outcome: Outcome, root: Path) -> tuple[str, int]:
    script = outcome.migration.script(mutant.role)
    path = script.path.relative_to(root) if script.path.is_relative_to(root) else script.path
    return path.as_posix(), script.text[: mutant.span.start].count("\n") + 1
