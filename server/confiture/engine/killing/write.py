"""Finding, for each survivor, a claim that tells it from the original, and proving it."""

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TypeAlias

from confiture.engine.base_state import BaseState
from confiture.engine.clone_stage import CloneStage
from confiture.engine.deliver import StatementFailed
from confiture.engine.interrupt import Run
from confiture.engine.killing.claim import Claim
from confiture.engine.killing.comparison import MADE_UP, SAME_STATE, Comparison, comparing, stage_on
from confiture.engine.killing.exercise import as_inserts, rows_that_show
from confiture.engine.killing.files import TestFile, file_for
from confiture.engine.killing.limits import Limit, Measured, budget_edits
from confiture.engine.killing.pytest_proof import kills_in_pytest
from confiture.engine.killing.seed_file import SeedFile, seed_file_for
from confiture.engine.mutate import plan_mutants
from confiture.engine.prepare import prepare
from confiture.engine.project import Project
from confiture.engine.setting import Setting
from confiture.engine.steps import made_up_rows, seeds_of, steps_of
from confiture.engine.workbench import Workbench
from confiture.model.event import Event, Progress
from confiture.model.migration import Migration, Role
from confiture.model.mutant import Category, Mutant
from confiture.model.span import Edit
from confiture.operators.performance import drop_index
from confiture.oracles.answer import Opinion
from confiture.oracles.sql_test import SqlTest
from confiture.postgres.errors import SqlError
from confiture.postgres.seed_variety import OfferedRow

_OF_DOWN = "it is in the down script, which does not restore this as it is"


@dataclass(frozen=True, slots=True)
class Proved:
    """A claim that passed twice on the original and failed on the mutant.

    Attributes:
        claim: None when the mutant fails by itself, which any test that reaches the migration makes a kill.
    """

    mutant: Mutant
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class Unproved:
    """No claim was found.

    Attributes:
        reason: why, for people.
    """

    mutant: Mutant
    reason: str


@dataclass(frozen=True, slots=True)
class Limited:
    """Only the cost of the mutant differs: it breaks a budget that the original keeps."""

    mutant: Mutant
    limit: Limit


Attempt: TypeAlias = Proved | Limited | Unproved
"""What became of telling a mutant from the original."""


@dataclass(frozen=True, slots=True)
class SeedRows:
    """Seed rows that the claims need.

    Attributes:
        file: that gets them.
        inserts: the statements.
    """

    file: SeedFile
    inserts: str


@dataclass(frozen=True, slots=True)
class Written:
    """All mutants were tried.

    Attributes:
        file: that gets the claims.
        claims: each once, in the order of the script.
        rows: to be written with them.
        budgets: edits of the up script that write budgets above statements.
    """

    file: TestFile
    claims: tuple[Claim, ...]
    rows: SeedRows | None = None
    budgets: tuple[Edit, ...] = ()


Message: TypeAlias = Event | Attempt | Written


def write_tests(
    project: Project,
    migration: Migration,
    *,
    mutants: Collection[str],
    workbench: Workbench,
    file: TestFile | None = None,
) -> Run[Message]:
    """Starts a run that writes the missing tests: iterate it, close it to cancel. No file is touched.

    Verdicts of earlier runs are not asked: every claim is tried on databases of its own. Where only other rows could
    show a mistake, a few are looked for, and the claims are proved with them.

    Args:
        project: that gets the tests.
        migration: whose mutants they kill.
        mutants: ids of survivors.
        workbench: where the scripts run.
        file: that the tests go to; by default the one of `file_for`.

    Iterating raises:
        DatabaseError: PostgreSQL went away.
        ProjectError: the migration fails as it is, or the file of tests cannot be read.
    """
    target = file or file_for(project, migration)
    return Run(
        workbench.server, lambda sessions: _messages(Setting(project, migration, workbench, sessions), mutants, target)
    )


def _messages(setting: Setting, wanted: Collection[str], file: TestFile) -> Generator[Message]:
    bare = yield from prepare(setting, made_up=0)
    if bare is None:
        return
    bases = [bare, bare]
    if made_up := made_up_rows(setting.project, setting.index):
        filled = yield from prepare(setting, made_up=made_up)
        if filled and _accepts(setting, filled):
            bases = [filled, filled, bare]
    attempts = yield from _attempts(setting, bases, file, wanted)
    rows = None
    if any(isinstance(each, Unproved) and each.reason in (SAME_STATE, MADE_UP) for each in attempts):
        yield Progress("Looking for rows that show mistakes")
        rows, shown = yield from _with_rows(setting, bare, file, attempts)
        attempts = shown if rows else attempts
    attempts = [*_limited(setting, bases[0], attempts)]
    yield from attempts
    claims = dict.fromkeys(each.claim for each in attempts if isinstance(each, Proved) and each.claim)
    limits = [each.limit for each in attempts if isinstance(each, Limited)]
    yield Written(file, tuple(claims), rows, tuple(budget_edits(setting.migration.up, limits)))


def _limited(setting: Setting, base: BaseState, attempts: Sequence[Attempt]) -> Iterator[Attempt]:
    """``attempts``, with budgets for mistakes in what statements cost, where budgets can tell."""
    measured: Measured | None = None
    for each in attempts:
        if not _is_of_costs(each):
            yield each
            continue
        measured = measured or Measured(setting, base)
        limit = measured.limit_against(each.mutant)
        yield Limited(each.mutant, limit) if limit else each


def _is_of_costs(attempt: Attempt) -> bool:
    """Whether the mistake is what a statement costs; an index that is missing is one of the catalog."""
    return attempt.mutant.category is Category.PERFORMANCE and attempt.mutant.operator != drop_index.OPERATOR.id


def _attempts(
    setting: Setting, bases: Sequence[BaseState], file: TestFile, wanted: Collection[str]
) -> Generator[Event, None, list[Attempt]]:
    """What becomes of each mutant that is ``wanted``, on these states; see `comparing`."""
    with comparing(setting, bases, file) as comparison:
        config = setting.config.mutation
        planned = plan_mutants(setting.migration, config, before=bases[0].schema, after=comparison.schema)
        mutants = [mutant for mutant in planned if mutant.id in wanted]
        attempts: list[Attempt] = []
        for done, mutant in enumerate(mutants):
            yield Progress("Writing tests", done, len(mutants))
            known = dict.fromkeys(each.claim for each in attempts if isinstance(each, Proved) and each.claim)
            attempts.append(_attempt(comparison, mutant, known))
    return attempts if file.test else (yield from _by_pytest(setting, bases, file, attempts))


def _by_pytest(
    setting: Setting, bases: Sequence[BaseState], file: TestFile, attempts: list[Attempt]
) -> Generator[Event, None, list[Attempt]]:
    """``attempts`` as far as pytest says the same of the written tests."""
    found = {each.mutant.id: each.claim for each in attempts if isinstance(each, Proved) and each.claim}
    if not found:
        return attempts
    mutants = [each.mutant for each in attempts if each.mutant.id in found]
    claims = tuple(dict.fromkeys(found.values()))
    kills = yield from kills_in_pytest(setting, bases, file, claims=claims, mutants=mutants)

    def asked(attempt: Attempt) -> Attempt:
        if attempt.mutant.id not in found:
            return attempt
        claim = kills.by_mutant.get(attempt.mutant.id)
        return Proved(attempt.mutant, claim) if claim else Unproved(attempt.mutant, kills.reason)

    return [asked(attempt) for attempt in attempts]


def _attempt(comparison: Comparison, mutant: Mutant, known: Collection[Claim]) -> Attempt:
    if mutant.role is Role.DOWN:
        return Unproved(mutant, _OF_DOWN)
    found = comparison.claim_against(mutant, known=known)
    return Unproved(mutant, found) if isinstance(found, str) else Proved(mutant, found)


def _with_rows(
    setting: Setting, bare: BaseState, file: TestFile, attempts: Sequence[Attempt]
) -> Generator[Event, None, tuple[SeedRows | None, list[Attempt]]]:
    """Rows that show more mistakes, and what becomes of all mutants with them; no rows if that is not better."""
    target = seed_file_for(setting.project, setting.migration)
    if target is None:
        return None, []
    hidden = [each.mutant for each in attempts if isinstance(each, Unproved) and each.reason in (SAME_STATE, MADE_UP)]
    if made_up_rows(setting.project, setting.index):
        hidden = [each.mutant for each in attempts if each.mutant.role is Role.UP]  # there will be no rows of ours then

    def accepted(rows: Collection[OfferedRow]) -> bool:
        changed = target.added_to(setting.project, as_inserts(bare.schema, rows))
        return _takes(replace(setting, project=changed))

    found = rows_that_show(setting, bare, hidden, accepted=accepted)
    if not found:
        return None, []
    inserts = as_inserts(bare.schema, found)
    changed = replace(setting, project=target.added_to(setting.project, inserts))
    base = yield from prepare(changed, made_up=0)
    if base is None:
        return None, []
    better = yield from _attempts(changed, [base, base], file, {each.mutant.id for each in attempts})
    if sum(isinstance(each, Proved) for each in better) <= sum(isinstance(each, Proved) for each in attempts):
        return None, []
    return SeedRows(target, inserts), better


def _takes(setting: Setting) -> bool:
    """Whether the project's tests pass with its seeds, those of the migration before included."""
    project = setting.project
    base = _returned(prepare(setting, made_up=0))
    if base is None:
        return False
    with setting.place(base.database) as session:
        session.begin()
        before = project.tests_of(project.history.migrations[setting.index - 1])
        if any(test.ask(session).opinion is not Opinion.PASSED for test in before):
            return False
    return _accepts(setting, base)


def _returned(run: Generator[Event, None, BaseState | None]) -> BaseState | None:
    """What a part of a run returns, without what it tells."""
    while True:
        try:
            next(run)
        except StopIteration as end:
            return end.value


def _accepts(setting: Setting, base: BaseState) -> bool:
    """Whether the project's tests pass on a state with rows of ours; they may count on empty tables."""
    project = setting.project
    with closing(stage_on(setting, base)) as stage, stage.session.deadline(setting.config.mutation.timeout_seconds):
        try:
            stage.apply(())
            for step in seeds_of(project, setting.migration):
                stage.advance(step)
            if not _pass(stage, project.tests_of(setting.migration)):
                return False
            for later in project.history.migrations[setting.index + 1 :]:
                for step in steps_of(project, later):
                    stage.advance(step)
                if not _pass(stage, project.tests_of(later)):
                    return False
            return _pass(stage, project.head_tests)
        except (SqlError, StatementFailed):
            return False


def _pass(stage: CloneStage, tests: Iterable[SqlTest]) -> bool:
    return all(stage.ask(test).opinion is Opinion.PASSED for test in tests)
