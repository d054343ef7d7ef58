"""The original and one mutant after the other, side by side: what tells them apart, and whether a claim holds."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from enum import Enum
from itertools import chain

from confiture.engine.base_state import BaseState
from confiture.engine.clone_stage import CloneStage
from confiture.engine.deliver import StatementFailed
from confiture.engine.killing.catalog import observations
from confiture.engine.killing.claim import Claim, Observation
from confiture.engine.killing.files import TestFile
from confiture.engine.killing.rows import row_claims
from confiture.engine.killing.statements import statement_claims
from confiture.engine.names import name_of, split_key
from confiture.engine.setting import Setting
from confiture.engine.steps import seeds_of, steps_after
from confiture.errors import ProjectError
from confiture.model.difference import Difference
from confiture.model.migration import Role
from confiture.model.mutant import Category, Mutant
from confiture.model.span import Edit
from confiture.oracles.answer import Opinion
from confiture.oracles.sql_file import SqlOracle
from confiture.oracles.sql_test import SqlTest
from confiture.postgres.catalog import read_schema
from confiture.postgres.errors import SqlError
from confiture.postgres.fingerprint import ROWS_OF, differences
from confiture.postgres.results import Value
from confiture.postgres.rows import RowColumn, read_rows
from confiture.postgres.volatile import read_stable, volatile_columns
from confiture.sql import parse_script

_ANSWER_SECONDS = 10.0
_LONGEST_VALUE = 60
_DATE = len("2024-02-29")
SAME_STATE = "it leads to the same database: only other rows could show it"
SAME_COST = "only its cost differs: limit that with a budget above the statement"
MADE_UP = "only rows differ that Confiture made up: with seed rows of the project a test can name them"
_WITH_ROWS = frozenset({"rows of", "view", "materialized view"})


@contextmanager
def comparing(setting: Setting, bases: Sequence[BaseState], file: TestFile) -> Generator["Comparison"]:
    """A comparison on databases of its own.

    Args:
        setting: the run.
        bases: states that the migration finds; two at least, and the last one without rows of ours.
        file: that the claims go to.

    Raises:
        ProjectError: the migration fails as it is.
    """
    with ExitStack() as resources:
        originals = [resources.enter_context(closing(stage_on(setting, base))) for base in bases]
        mutant = resources.enter_context(closing(stage_on(setting, bases[0])))
        try:
            comparison = Comparison(setting, originals, mutant, file=file, made_up=bases[-1] is not bases[0])
        except (SqlError, StatementFailed) as failure:
            raise ProjectError(f"{setting.migration.title} fails as it is: {failure}") from failure
        yield comparison


def stage_on(setting: Setting, base: BaseState) -> CloneStage:
    """Where the up script runs, on clones of ``base``."""
    return CloneStage(setting.workbench, setting.sessions, setting.migration, role=Role.UP, template=base.database)


class _Nothing(Enum):
    """The answer of a database that cannot be asked."""

    NOTHING = "nothing"


class Comparison:
    """Originals and one mutant after the other, each in a database right after the migration.

    Where pytest asks the tests, it is at the head of the history, as their database will be.
    Rows that we made up stand in all but the last original, where there are such: no claim may depend on them.
    """

    def __init__(
        self, setting: Setting, originals: Sequence[CloneStage], mutant: CloneStage, *, file: TestFile, made_up: bool
    ) -> None:
        """Applies the migration in ``originals``; see `comparing`."""
        self._setting = setting
        self._originals = originals
        self._mutant = mutant
        self._file = file
        self._made_up = made_up
        for stage in originals:
            self._apply(stage, ())
        project = setting.project
        scripts = [*(each.script for each in project.seeds), *(each.up for each in project.history.migrations)]
        self._texts = "\n".join(script.text for script in scripts)
        self._volatile = volatile_columns(originals[0].session, originals[1].session)
        self._expected = read_stable(originals[0].session, self._volatile)
        self.schema = read_schema(originals[0].session)

    def _apply(self, stage: CloneStage, edits: tuple[Edit, ...]) -> None:
        with stage.session.deadline(self._setting.config.mutation.timeout_seconds):
            stage.apply(edits)
            project = self._setting.project
            later = () if self._file.test else steps_after(project, self._setting.index)
            for step in (*seeds_of(project, self._setting.migration), *later):
                stage.advance(step)

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
        found = differences(self._expected, read_stable(self._mutant.session, self._volatile))
        if not found:
            return SAME_COST if mutant.category is Category.PERFORMANCE else SAME_STATE
        for claim in chain(known, self._candidates(mutant, found)):
            if proved := self._proved(claim):
                return proved
        if self._made_up and all(difference.object.startswith(ROWS_OF) for difference in found):
            return MADE_UP
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
            answer = self._answer(self._originals[0], observation)
            if not isinstance(answer, _Nothing) and self._answer(self._mutant, observation) != answer:
                yield observation.claim(answer)

    def _answer(self, stage: CloneStage, observation: Observation) -> Value | _Nothing:
        stage.session.begin()
        try:
            with stage.session.deadline(min(_ANSWER_SECONDS, self._setting.config.mutation.timeout_seconds)):
                [result] = stage.session.run(observation.query)
        except SqlError:
            return _Nothing.NOTHING
        finally:
            if not stage.session.closed:
                stage.session.rollback()
        return result.rows[0][0] if len(result.rows) == 1 else _Nothing.NOTHING

    def _of_rows(self, key: str) -> Iterator[Claim]:
        """Claims about what a table or view shows."""
        kind, label = split_key(key)
        name = name_of(label, parts=1)
        if name is None or kind not in _WITH_ROWS:
            return
        with suppress(SqlError):
            ours, theirs = (
                read_rows(stage.session, name.schema, name.last, without=self._volatile.get(key, ()))
                for stage in (self._originals[0], self._mutant)
            )
            if ours and theirs:
                yield from row_claims(name, ours, theirs, stable=self._is_stable, countable=not self._made_up)

    def _is_stable(self, column: RowColumn, value: str | None) -> bool:
        """Whether a value of a row may stand in a test: it is short, and the project's own."""
        if value is None:
            return True
        said = value[:_DATE] if column.type.startswith("timestamp") else value
        if column.called and not column.generated and said not in self._texts:
            return False
        return len(value) <= _LONGEST_VALUE and (not self._made_up or value in self._setting.migration.up.text)

    def _proved(self, claim: Claim) -> Claim | None:
        """The claim, in the words of the file's style if these say the same, where only the original keeps it."""
        if not self._tells(SqlOracle(claim.words, parse_script(self._file.path, claim.text)), self._originals):
            return None
        return next((said for said in dict.fromkeys((claim, replace(claim, fact=None))) if self._told_by(said)), None)

    def _told_by(self, claim: Claim) -> bool:
        """Whether the file tells the mutant once it says ``claim``, also on the original's second run."""
        whole = self._file.test_with([claim])
        return whole is None or self._tells(whole, self._originals[:2])

    def _tells(self, oracle: SqlTest, originals: Iterable[CloneStage]) -> bool:
        failed = self._says(self._mutant, oracle) is Opinion.FAILED
        return failed and all(self._says(original, oracle) is Opinion.PASSED for original in originals)

    def _says(self, stage: CloneStage, oracle: SqlTest) -> Opinion:
        with stage.session.deadline(self._setting.config.mutation.timeout_seconds):
            return stage.ask(oracle).opinion
