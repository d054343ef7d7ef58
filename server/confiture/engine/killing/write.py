"""Finding, for each survivor, a claim that tells it from the original, and proving it."""

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from enum import Enum
from typing import Self, TypeAlias

from confiture.engine.base_state import BaseState
from confiture.engine.deliver import StatementFailed
from confiture.engine.interrupt import Run
from confiture.engine.killing.catalog import observations
from confiture.engine.killing.claim import Claim, Observation
from confiture.engine.killing.files import TestFile, file_for
from confiture.engine.killing.rows import row_claims
from confiture.engine.killing.statements import statement_claims
from confiture.engine.mutate import plan_mutants
from confiture.engine.names import name_of, split_key
from confiture.engine.prepare import prepare
from confiture.engine.project import Project
from confiture.engine.setting import Setting
from confiture.engine.stage import CloneStage
from confiture.engine.steps import seeds_of, steps_after
from confiture.engine.workbench import Workbench
from confiture.model.difference import Difference
from confiture.model.event import Event, Progress
from confiture.model.migration import Migration, Role
from confiture.model.mutant import Category, Mutant
from confiture.model.span import Edit
from confiture.oracles.answer import Opinion
from confiture.oracles.sql_file import SqlOracle
from confiture.postgres.catalog import read_schema
from confiture.postgres.errors import SqlError
from confiture.postgres.fingerprint import differences, read_fingerprint
from confiture.postgres.results import Value
from confiture.postgres.rows import read_rows
from confiture.postgres.session import Session
from confiture.sql import parse_script

_LONGEST_VALUE = 60
_SAME_STATE = "it leads to the same database: only other rows could show it"
_SAME_COST = "only its cost differs: limit that with a budget above the statement"
_MADE_UP = "only rows differ that Confiture made up: with seed rows of the project a test can name them"
_OF_DOWN = "it is in the down script, which does not restore this as it is"
_WITH_ROWS = frozenset({"rows of", "view", "materialized view"})


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
        ProjectError: the file of tests cannot be read.
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
    with _Comparison(setting, bases, file) as comparison:
        planned = plan_mutants(
            setting.migration, setting.config.mutation, before=bases[0].schema, after=comparison.schema
        )
        yield from _write(comparison, [mutant for mutant in planned if mutant.id in wanted], file)


def _accepts(setting: Setting, base: BaseState) -> bool:
    """Whether the project's tests pass on a state with rows of ours; they may count on empty tables."""
    project, migration = setting.project, setting.migration
    seeds, later = seeds_of(project, migration), steps_after(project, setting.index)
    with closing(_stage(setting, base)) as stage, stage.session.deadline(setting.config.mutation.timeout_seconds):
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


def _stage(setting: Setting, base: BaseState) -> CloneStage:
    return CloneStage(setting.workbench, setting.sessions, setting.migration, role=Role.UP, template=base.database)


def _write(comparison: "_Comparison", mutants: Collection[Mutant], file: TestFile) -> Iterator[Message]:
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


class _Comparison:
    """Originals and one mutant after the other, each in a database right after the migration.

    Rows that we made up stand in all but the last original, where there are such: no claim may depend on them.
    """

    def __init__(self, setting: Setting, bases: Sequence[BaseState], file: TestFile) -> None:
        self._setting = setting
        self._file = file
        self._made_up = bases[-1] is not bases[0]
        self._resources = ExitStack()
        self._originals = [self._resources.enter_context(closing(_stage(setting, base))) for base in bases]
        self._mutant = self._resources.enter_context(closing(_stage(setting, bases[0])))
        for stage in self._originals:
            self._apply(stage, ())
        self._expected = read_fingerprint(self._originals[0].session)
        self.schema = read_schema(self._originals[0].session)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    def _apply(self, stage: CloneStage, edits: tuple[Edit, ...]) -> None:
        with stage.session.deadline(self._setting.config.mutation.timeout_seconds):
            stage.apply(edits)
            for seed in seeds_of(self._setting.project, self._setting.migration):
                stage.advance(seed)

    def claim_against(self, mutant: Mutant, *, known: Iterable[Claim]) -> Claim | str | None:
        """A claim that only the original keeps, or the reason why there is none; None when it fails by itself.

        Args:
            mutant: that it kills.
            known: claims that were proved already; one of them may do.
        """
        try:
            self._mutant.renew()
            self._apply(self._mutant, mutant.edits)
        except (SqlError, StatementFailed):
            return None
        found = differences(self._expected, read_fingerprint(self._mutant.session))
        if not found:
            return _SAME_COST if mutant.category is Category.PERFORMANCE else _SAME_STATE
        for claim in (*known, *self._candidates(mutant, found)):
            if self._proved(claim):
                return claim
        if self._made_up and all(difference.object.startswith("rows of ") for difference in found):
            return _MADE_UP
        return "no short claim tells them apart: " + ", ".join(difference.object for difference in found[:3])

    def _candidates(self, mutant: Mutant, found: Iterable[Difference]) -> Iterator[Claim]:
        for difference in found:
            yield from self._of_catalog(difference)
        by_its_text = [*statement_claims(self._setting.migration.up.statements[mutant.statement])]
        if self._made_up:
            yield from by_its_text
        for difference in found:
            if difference.expected and difference.actual:
                yield from self._of_rows(difference.object)
        if not self._made_up:
            yield from by_its_text

    def _of_catalog(self, difference: Difference) -> Iterator[Claim]:
        for observation in observations(difference):
            answer = _answer(self._originals[0].session, observation)
            if not isinstance(answer, _Nothing) and _answer(self._mutant.session, observation) != answer:
                yield observation.claim(answer)

    def _of_rows(self, key: str) -> Iterator[Claim]:
        """Claims about what a table or view shows."""
        kind, label = split_key(key)
        name = name_of(label, parts=1)
        if name is None or kind not in _WITH_ROWS:
            return
        with suppress(SqlError):
            ours, theirs = (
                read_rows(stage.session, name.schema, name.last) for stage in (self._originals[0], self._mutant)
            )
            if ours and theirs:
                yield from row_claims(name, ours, theirs, stable=self._is_stable)

    def _is_stable(self, value: str | None) -> bool:
        """Whether a value of a row may stand in a test: it is short, and the project's own."""
        if value is None:
            return True
        return len(value) <= _LONGEST_VALUE and (not self._made_up or value in self._setting.migration.up.text)

    def _proved(self, claim: Claim) -> bool:
        alone = SqlOracle(claim.words, parse_script(self._file.path, claim.text))
        whole = self._file.oracle([claim])
        return (
            self._says(self._mutant, alone) is Opinion.FAILED
            and all(self._says(original, alone) is Opinion.PASSED for original in self._originals)
            and self._says(self._originals[0], whole) is Opinion.PASSED
        )

    def _says(self, stage: CloneStage, oracle: SqlOracle) -> Opinion:
        with stage.session.deadline(self._setting.config.mutation.timeout_seconds):
            return stage.ask(oracle).opinion


class _Nothing(Enum):
    """The answer of a database that cannot be asked."""

    NOTHING = "nothing"


def _answer(session: Session, observation: Observation) -> Value | _Nothing:
    session.begin()
    try:
        [result] = session.run(observation.query)
    except SqlError:
        return _Nothing.NOTHING
    finally:
        session.rollback()
    return result.rows[0][0] if len(result.rows) == 1 else _Nothing.NOTHING
