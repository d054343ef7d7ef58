"""The runners that one would write first, and ours, on the same mutants with the same oracles."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TypeVar

from confiture.engine.check import make_trial, plan_of
from confiture.engine.clone_stage import CloneStage
from confiture.engine.costs import breaches
from confiture.engine.deliver import deliver
from confiture.engine.ignores import ignored
from confiture.engine.judge import judge
from confiture.engine.mutate import judge_in_transactions
from confiture.engine.original import Original, run_original
from confiture.engine.rehearse import Mode, Rehearsal, rehearse
from confiture.engine.setting import Setting
from confiture.engine.split_stream import split_stream
from confiture.engine.steps import steps_before
from confiture.engine.trial import Trial
from confiture.model.migration import Role
from confiture.model.mutant import Mutant
from confiture.model.verdict import Judgement
from confiture.postgres.fingerprint import read_fingerprint
from confiture.postgres.session import Session
from confiture.postgres.volatile import differing_columns, read_columns, read_stable

Result = TypeVar("Result")


class ReplayStage(CloneStage):
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


@dataclass(frozen=True, slots=True)
class Case:
    """A migration that is ready to be judged.

    Attributes:
        trial: for the engine and for clones of its base state.
        replayed: the same without columns such as ``created_at DEFAULT now()``, whose values differ in a replay.
    """

    setting: Setting
    trial: Trial
    replayed: Trial
    mutants: tuple[Mutant, ...]


def judge_side_by_side(case: Case) -> list[Judgement]:
    """As the engine does, in as many databases at once as it takes by default."""
    setting, trial = case.setting, case.trial
    with setting.place(trial.base.database) as session:
        return list(judge_in_transactions(setting, trial, case.mutants, session=session))


def judge_by_engine(case: Case) -> list[Judgement]:
    """As the engine does, in one database."""
    setting, trial = case.setting, case.trial
    with setting.place(trial.base.database) as session:
        return list(split_stream(setting.sessions, trial, iter(case.mutants), session=session))


def judge_on_clones(case: Case) -> list[Judgement]:
    """Each mutant on a clone of the base state."""
    found: list[Judgement] = []
    setting, trial = case.setting, case.trial
    with setting.workbench.clone(trial.base.database) as applied:
        with setting.sessions.open(applied) as session:
            deliver(session, setting.migration.up, setting.migration.delivery)
        for mutant in case.mutants:
            template = trial.base.database if mutant.role is Role.UP else applied
            stage = CloneStage(
                setting.workbench, setting.sessions, setting.migration, role=mutant.role, template=template
            )
            with closing(stage):
                found.append(Judgement(mutant, judge(stage, trial, mutant)))
    return found


def judge_on_replays(case: Case) -> list[Judgement]:
    """Each mutant in a new database, after the whole history."""
    found: list[Judgement] = []
    for mutant in case.mutants:
        with closing(ReplayStage(case.setting, mutant.role)) as stage:
            found.append(Judgement(mutant, judge(stage, case.replayed, mutant)))
    return found


def prepare(setting: Setting, *, covered: bool = False) -> Case:
    """The case of one migration.

    Args:
        setting: which migration, and where.
        covered: judge even if no test reaches it.
    """
    base = setting.workbench.base_states.before(setting.project, setting.index, sessions=setting.sessions, made_up=0)
    with setting.place(base.database) as session:
        original = returned(run_original(setting, base, session=session))
        assert isinstance(original, Original), f"{setting.migration.title} applies"
    with setting.place(base.database) as session:
        rehearsal = returned(rehearse(setting, make_trial(setting, base, original), original, session=session))
        assert isinstance(rehearsal, Rehearsal), f"the tests pass on {setting.migration.title}"
        assert rehearsal.mode is Mode.TRANSACTION, f"{setting.migration.title} fits a transaction"
        assert covered or rehearsal.covered, f"a test reaches {setting.migration.title}"
        rehearsal = rehearsal.with_breaches(breaches(setting, original.profiles))
        replayed = _without_replayed_values(setting, rehearsal.trial, session=session)
    planned = plan_of(setting, base, original)
    mutants = tuple(mutant for mutant in planned if ignored(setting.migration.script(mutant.role), mutant) is None)
    return Case(setting, rehearsal.trial, replayed, mutants)


def _without_replayed_values(setting: Setting, trial: Trial, *, session: Session) -> Trial:
    with closing(ReplayStage(setting, Role.UP)) as replayed:
        again = read_fingerprint(replayed.session).rows
        differing = {
            key: differing_columns(read_columns(session, key), read_columns(replayed.session, key))
            for key, rows in trial.before.rows.items()
            if rows != again[key]
        }
        volatile = {**trial.volatile, **differing}
        before = read_stable(session, volatile)
        deliver(session, setting.migration.up, setting.migration.delivery)
        after_up, after_down = read_stable(session, volatile), None
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
