"""Finding, for each survivor, a claim that tells it from the original, and proving it."""

from collections.abc import Collection, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

from confiture.engine.base_state import BaseState
from confiture.engine.deliver import StatementFailed
from confiture.engine.interrupt import Run
from confiture.engine.killing.claim import Claim
from confiture.engine.killing.comparison import Comparison, comparing, stage_on
from confiture.engine.killing.files import TestFile, file_for
from confiture.engine.mutate import plan_mutants
from confiture.engine.prepare import prepare
from confiture.engine.project import Project
from confiture.engine.setting import Setting
from confiture.engine.steps import seeds_of, steps_after
from confiture.engine.workbench import Workbench
from confiture.model.event import Event, Progress
from confiture.model.migration import Migration, Role
from confiture.model.mutant import Mutant
from confiture.oracles.answer import Opinion
from confiture.postgres.errors import SqlError

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
class Written:
    """All mutants were tried.

    Attributes:
        file: that gets the claims.
        claims: each once, in the order of the script.
    """

    file: TestFile
    claims: tuple[Claim, ...]


Message: TypeAlias = Event | Proved | Unproved | Written


def write_tests(
    project: Project,
    migration: Migration,
    *,
    mutants: Collection[str],
    workbench: Workbench,
    file: TestFile | None = None,
) -> Run[Message]:
    """Starts a run that writes the missing tests: iterate it, close it to cancel. No file is touched.

    Verdicts of earlier runs are not asked: every claim is tried on databases of its own.

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
    bare = yield from prepare(setting, generate=False)
    if bare is None:
        return
    bases = [bare, bare]
    if not setting.project.seeds:
        filled = yield from prepare(setting, generate=True)
        if filled and _accepts(setting, filled):
            bases = [filled, filled, bare]
    with comparing(setting, bases, file) as comparison:
        planned = plan_mutants(
            setting.migration, setting.config.mutation, before=bases[0].schema, after=comparison.schema
        )
        yield from _write(comparison, [mutant for mutant in planned if mutant.id in wanted], file)


def _accepts(setting: Setting, base: BaseState) -> bool:
    """Whether the project's tests pass on a state with rows of ours; they may count on empty tables."""
    project, migration = setting.project, setting.migration
    seeds, later = seeds_of(project, migration), steps_after(project, setting.index)
    with closing(stage_on(setting, base)) as stage, stage.session.deadline(setting.config.mutation.timeout_seconds):
        try:
            stage.apply(())
            for steps, tests in ((seeds, project.tests_of(migration)), (later, project.head_tests)):
                for step in steps:
                    stage.advance(step)
                if any(stage.ask(test).opinion is not Opinion.PASSED for test in tests):
                    return False
        except (SqlError, StatementFailed):
            return False
    return True


def _write(comparison: Comparison, mutants: Collection[Mutant], file: TestFile) -> Iterator[Message]:
    claims: list[Claim] = []
    for done, mutant in enumerate(mutants):
        yield Progress("Writing tests", done, len(mutants))
        found = _OF_DOWN if mutant.role is Role.DOWN else comparison.claim_against(mutant, known=claims)
        if isinstance(found, str):
            yield Unproved(mutant, found)
            continue
        if found and found not in claims:
            claims.append(found)
        yield Proved(mutant, found)
    yield Written(file, tuple(claims))
