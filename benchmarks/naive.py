"""The runner that one would write first: a new database and the whole history for each mutant."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TypeVar

from confiture.engine.check import make_trial
from confiture.engine.deliver import deliver
from confiture.engine.judge import judge
from confiture.engine.mutate import plan_mutants
from confiture.engine.original import Original, run_original
from confiture.engine.programs import Programs
from confiture.engine.rehearse import Rehearsal, rehearse
from confiture.engine.setting import Setting
from confiture.engine.stage import CloneStage
from confiture.engine.steps import steps_before
from confiture.engine.trial import Trial
from confiture.model.migration import Role
from confiture.model.mutant import Mutant
from confiture.model.verdict import Judgement
from confiture.postgres.fingerprint import read_fingerprint
from confiture.postgres.volatile import differing_columns, read_columns, read_stable

Result = TypeVar("Result")


class NaiveStage(CloneStage):
    """Like a clone, but made by replaying the history into an empty database."""

    def __init__(self, setting: Setting, role: Role) -> None:
        self._setting = setting
        self._role = role
        super().__init__(setting.workbench, setting.sessions, setting.migration, role=role, template=None)

    def renew(self) -> None:
        super().renew()
        for step in steps_before(self._setting.project, self._setting.index):
            deliver(self.session, step.script, step.delivery)
        if self._role is Role.DOWN:
            deliver(self.session, self._setting.migration.up, self._setting.migration.delivery)


def judge_naively(setting: Setting, trial: Trial, mutants: Sequence[Mutant]) -> Iterator[Judgement]:
    """Judges ``mutants`` by the same oracles as the engine does."""
    for mutant in mutants:
        with closing(NaiveStage(setting, mutant.role)) as stage:
            yield Judgement(mutant, judge(stage, trial, mutant))


def prepare(setting: Setting) -> tuple[Trial, tuple[Mutant, ...]]:
    """What the engine judges against, and all mutants of the migration.

    A replayed history has other values in columns such as ``created_at DEFAULT now()`` than the engine's base state, so
    the trial leaves them out of all comparisons.
    """
    base = setting.workbench.base_states.before(
        setting.project, setting.index, sessions=setting.sessions, generate=False
    )
    clone = setting.workbench.clone
    with clone(base.database) as database:
        original = returned(run_original(setting, base, database=database))
    assert isinstance(original, Original), "the example applies"
    with clone(base.database) as database:
        trial = make_trial(setting, base, original)
        none = Programs(setting, "", {})
        rehearsal = returned(rehearse(setting, trial, original, database=database, programs=none))
        assert isinstance(rehearsal, Rehearsal), "the example's tests pass"
        trial = _without_replayed_values(setting, rehearsal.trial, database=database)
    mutation = setting.config.mutation
    return trial, plan_mutants(setting.migration, mutation, before=base.schema, after=original.schema)


def _without_replayed_values(setting: Setting, trial: Trial, *, database: str) -> Trial:
    with closing(NaiveStage(setting, Role.UP)) as replayed, setting.sessions.open(database) as session:
        again = read_fingerprint(replayed.session).rows
        differing = {
            key: differing_columns(read_columns(session, key), read_columns(replayed.session, key))
            for key, rows in trial.before.rows.items()
            if rows != again[key]
        }
        volatile = {**trial.volatile, **differing}
        before = read_stable(session, volatile)
        deliver(session, setting.migration.up, setting.migration.delivery)
        after_up = read_stable(session, volatile)
        if setting.migration.down:
            deliver(session, setting.migration.down, setting.migration.delivery_of(Role.DOWN))
        after_down = read_stable(session, volatile)
    return replace(trial, volatile=volatile, before=before, after_up=after_up, after_down=after_down)


def returned(generator: Generator[object, None, Result]) -> Result:
    """What ``generator`` returns once all that it yields is taken."""
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return stop.value
