"""Tests that are programs, such as ``npm test`` or pytest: each is asked about a database of its own.

The database is at the head of the history, made as the migration tool makes it, and always has the same name, so that a
program may read ``DATABASE_URL`` once, when it starts. Programs are slow: they are asked only about mutants that all
other tests let pass.
"""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from time import perf_counter

from confiture.engine import findings
from confiture.engine.base_state import BaseState
from confiture.engine.clone_stage import CloneStage
from confiture.engine.deliver import StatementFailed
from confiture.engine.rehearse import Rehearsal
from confiture.engine.setting import Setting
from confiture.engine.steps import seeds_of, steps_after
from confiture.engine.trial import Trial, limit_for
from confiture.model.event import Event, Found, Progress
from confiture.model.finding import Finding
from confiture.model.migration import Role
from confiture.model.span import Edit, Span
from confiture.model.verdict import Status, Verdict
from confiture.oracles.answer import Answer, Opinion
from confiture.oracles.program import Program, ProgramTimeout, RunningProgram, Target
from confiture.postgres.errors import SqlError
from confiture.postgres.variables import with_database


@dataclass(frozen=True, slots=True)
class _Asked:
    """A program that is ready, and the longest that it may take."""

    program: Program
    running: RunningProgram
    seconds: float


class Programs:
    """The programs of one run; none, before `rehearse` said which can be relied on."""

    def __init__(self, setting: Setting, name: str, ready: Mapping[Program, RunningProgram]) -> None:
        """For `open_programs`.

        Args:
            setting: the run.
            name: of the database whenever a program is asked.
            ready: the project's programs, started.
        """
        self._setting = setting
        self._head = Head(setting, name)
        self._ready = ready
        self._asked: list[_Asked] = []

    def rehearse(self, trial: Trial) -> Generator[Event, None, Finding | None]:
        """Asks each program twice about the original.

        One that changes its mind is told and not asked again. Returns a finding, which is not told yet, when one fails.
        """
        for program, running in self._ready.items():
            yield Progress(f"Running {program.name} on {trial.migration.title}")
            asked = _Asked(program, running, trial.timeout_seconds)
            started = perf_counter()
            first = self._answer(asked, trial, ())
            seconds = perf_counter() - started
            second = self._answer(asked, trial, ())
            if first.opinion is not second.opinion:
                worse = second if first.opinion is Opinion.PASSED else first
                yield Found(findings.flaky(program.name, worse, migration=trial.migration))
                continue
            if first.opinion is not Opinion.PASSED:
                return findings.program_failed(program.name, first, migration=trial.migration)
            limit = limit_for(seconds, most=trial.timeout_seconds)
            running.learn(Target(self._head.environment, limit))
            self._asked.append(replace(asked, seconds=limit))
        return None

    def contents(self) -> dict[str, str]:
        """What the answers of the programs depend on, by their names."""
        own = self._setting.project.own_files
        return {asked.program.name: asked.program.content(without=own) for asked in self._asked}

    def notice_absence(self, trial: Trial) -> bool:
        """Whether a program fails when the up script does nothing."""
        nothing = Edit(Span(0, len(trial.migration.up.text)), "")
        return bool(self._asked) and self.judge(trial, (nothing,)) is not None

    def judge(self, trial: Trial, edits: tuple[Edit, ...]) -> Verdict | None:
        """The verdict of the first program that fails; None when all pass."""
        for asked in self._asked:
            answer = self._answer(asked, trial, edits)
            match answer.opinion:
                case Opinion.PASSED:
                    continue
                case Opinion.FAILED:
                    return Verdict(Status.KILLED, answer.message, killed_by=answer.by or asked.program.name)
                case Opinion.TIMEOUT:
                    return Verdict(Status.TIMEOUT, f"{asked.program.name} {answer.message}")
                case Opinion.UNDECIDED:
                    return Verdict(Status.RUNTIME_ERROR, f"{asked.program.name}: {answer.message}")
        return None

    def _answer(self, asked: _Asked, trial: Trial, edits: tuple[Edit, ...]) -> Answer:
        return self._head.ask(asked.running, trial.base, edits=edits, seconds=asked.seconds)


@dataclass(frozen=True, slots=True)
class Head:
    """Databases at the head of the history of a run's project, one after the other, which are all called ``name``."""

    setting: Setting
    name: str

    @property
    def environment(self) -> dict[str, str]:
        """The project's, which leads to the database."""
        return with_database(self.setting.project.environment, self.setting.workbench.server, self.name)

    def ask(self, running: RunningProgram, base: BaseState, *, edits: tuple[Edit, ...], seconds: float) -> Answer:
        """What a program says of the database after ``edits`` of the run's up script, which finds ``base``."""
        try:
            with self._made(base, edits):
                return running.ask(Target(self.environment, seconds))
        except ProgramTimeout as error:
            return Answer(Opinion.TIMEOUT, str(error))
        except (SqlError, StatementFailed) as error:
            return Answer(Opinion.UNDECIDED, f"there is no database for it: {error}")

    @contextmanager
    def _made(self, base: BaseState, edits: tuple[Edit, ...]) -> Generator[None]:
        setting = self.setting
        project, migration = setting.project, setting.migration
        stage = CloneStage(setting.workbench, setting.sessions, migration, role=Role.UP, template=base.database)
        with closing(stage):
            with stage.session.deadline(setting.config.mutation.timeout_seconds):
                stage.apply(edits)
                for step in (*seeds_of(project, migration), *steps_after(project, setting.index)):
                    stage.advance(step)
            stage.session.close()
            with setting.workbench.called(self.name, stage.session.database):
                yield


def rehearse_programs(rehearsal: Rehearsal, programs: Programs) -> Generator[Event, None, Rehearsal | Finding]:
    """Asks the programs about the original, and about an empty up script where no other test noticed that.

    Returns a finding, which is not told yet, when one fails on the original.
    """
    trial = rehearsal.trial
    if problem := (yield from programs.rehearse(trial)):
        return problem
    covered = rehearsal.covered or programs.notice_absence(trial)
    contents = programs.contents()
    if not covered:
        yield Found(findings.no_test(trial.migration, tests=len(trial.tests) + len(contents)))
    return replace(rehearsal, trial=replace(trial, programs=contents), covered=covered)


@contextmanager
def open_programs(setting: Setting) -> Generator[Programs]:
    """The programs of the run's project, ready to be asked; they are ended with the context."""
    name = setting.workbench.scratch.name()
    with ExitStack() as stack:
        ready = {
            program: stack.enter_context(program.start(setting.sessions.watched))
            for program in setting.project.programs
        }
        yield Programs(setting, name, ready)
