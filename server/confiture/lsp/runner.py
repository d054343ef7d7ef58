"""Runs checks in a thread of its own, so that no handler ever waits for PostgreSQL."""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from confiture.errors import ConfitureError, ConnectionLostError, DatabaseError
from confiture.lsp.warm_up import warm_up

if TYPE_CHECKING:
    from confiture.config import PostgresConfig
    from confiture.engine.easing.ease import Eased
    from confiture.engine.interrupt import Run
    from confiture.engine.killing.write import Limited, Proved, Unproved, Written
    from confiture.engine.project import Project
    from confiture.engine.restoring.complete import Completed
    from confiture.engine.workbench import Workbench
    from confiture.model.event import Event
    from confiture.model.migration import Migration


logger = logging.getLogger("confiture.lsp")


class Task(Enum):
    """What a job does with its migration."""

    CHECK = "check"
    WRITE_TESTS = "write tests"
    COMPLETE_DOWN = "complete the down script"
    EASE = "ease the up script"


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Something to do with the migration of a file; two jobs are never equal.

    Attributes:
        path: of a migration's script, a test or a seed.
        overrides: the editor's settings.
        chosen: ids of the mutants that tests are wanted for, or keys of the remedies.
    """

    path: Path
    overrides: Mapping[str, object]
    task: Task = Task.CHECK
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Failed:
    """The job could not run; ``message`` says why and what to do."""

    message: str


@dataclass(frozen=True, slots=True)
class Outside:
    """The file belongs to no history; ``message`` says which one was looked at."""

    message: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The job is over, by itself or because it was closed."""


Fix: TypeAlias = "Proved | Limited | Unproved | Written | Completed | Eased"
"""What the engine proposes."""
Message: TypeAlias = "Event | Fix | Failed | Outside | Ended"
Tell: TypeAlias = "Callable[[Job, Project | None, Message], None]"


@dataclass(slots=True)
class _Current:
    """The job that is under way.

    Attributes:
        paths: of the files that the run read first of all; a save of one of them makes it obsolete.
        cancelled: it ends as soon as it can.
    """

    job: Job
    paths: frozenset[Path] = frozenset()
    run: "Run[Event | Fix] | None" = None
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True
        if self.run:
            self.run.close()


class Runner:
    """Works off jobs one by one; the newest job of a path replaces the others of the same task."""

    def __init__(self, tell: Tell) -> None:
        """``tell`` is called in any thread; the last message of each job is `Ended`."""
        self._tell = tell
        self._wake = threading.Condition()
        self._jobs: dict[tuple[Path, Task], Job] = {}
        self._current: _Current | None = None
        self._closed = False
        self._resources = ExitStack()
        self._workbench: tuple[PostgresConfig, Workbench] | None = None
        self._thread = threading.Thread(target=self._work, name="confiture-runner", daemon=True)
        self._thread.start()

    @property
    def origin(self) -> str:
        """Where PostgreSQL came from, for people; empty before the first run."""
        return self._workbench[1].server.origin if self._workbench else ""

    def submit(self, job: Job) -> None:
        """Runs ``job`` as soon as possible; what a new check makes obsolete ends now."""
        key = (job.path, job.task)
        with self._wake:
            replaced = self._jobs.pop(key, None)
            self._jobs[key] = job
            if self._current and job.task is Task.CHECK and job.path in self._current.paths:
                self._current.cancel()
            self._wake.notify()
        if replaced:
            self._tell(replaced, None, Ended())

    def cancel(self, job: Job | None = None) -> None:
        """Ends ``job``, by default all; a job that has not started never will."""
        with self._wake:
            waiting = [each for each in self._jobs.values() if job in (None, each)]
            self._jobs = {key: each for key, each in self._jobs.items() if each not in waiting}
            if self._current and job in (None, self._current.job):
                self._current.cancel()
        for each in waiting:
            self._tell(each, None, Ended())

    def close(self) -> None:
        """Ends all runs, waits for the thread, and lets go of scratch databases and server."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self.cancel()
        self._thread.join()

    def _work(self) -> None:
        warm_up()
        try:
            while current := self._next():
                self._guarded(current)
        finally:
            self._resources.close()

    def _next(self) -> _Current | None:
        with self._wake:
            self._wake.wait_for(lambda: self._jobs or self._closed)
            if self._closed:
                return None
            job = self._jobs.pop(next(iter(self._jobs)))
            self._current = _Current(job, frozenset({job.path}))
            return self._current

    def _guarded(self, current: _Current) -> None:
        job = current.job
        try:
            self._check_again(current)
        except ConfitureError as error:
            if isinstance(error, DatabaseError):
                self._forget_server()
            self._tell(job, None, Failed(str(error)))
        except Exception as error:
            logger.exception("the check of %s failed", job.path)
            self._tell(job, None, Failed(f"internal error, please report it: {error!r}"))
        finally:
            with self._wake:
                self._current = None
            self._tell(job, None, Ended())

    def _check_again(self, current: _Current) -> None:
        """Checks; once more if the server that was kept warm turns out to be gone."""
        warm = self._workbench is not None
        try:
            self._check(current)
        except DatabaseError as error:
            self._forget_server()
            if not warm or not isinstance(error, ConnectionLostError) or current.cancelled:
                raise
            logger.warning("starting anew: %s", error)
            self._check(current)

    def _check(self, current: _Current) -> None:
        from confiture.engine.check import places
        from confiture.engine.project import load_project

        job = current.job
        project = load_project(job.path, environment=os.environ, overrides=job.overrides)
        migration = migration_of(project, job.path)
        if migration is None:
            history = project.history
            message = f"Not part of the history in {history.root} ({history.layout}: {history.reason}); nothing was run"
            self._tell(job, project, Outside(message))
            return
        workbench = self._open_workbench(project.config.postgres)
        run = _start(job, project, migration, workbench)
        with self._wake:
            current.run = run
            current.paths |= paths_of(project, migration)
            saved = {each.path for each in self._jobs.values() if each.task is Task.CHECK}
            if self._closed or current.cancelled or current.paths & saved:
                return
        for event in run:
            self._tell(job, project, event)
        workbench.spares.want_again(places(project.config.mutation))

    def _open_workbench(self, config: "PostgresConfig") -> "Workbench":
        from confiture.engine.workbench import open_workbench

        if self._workbench is None or self._workbench[0] != config:
            self._forget_server()
            self._workbench = (config, self._resources.enter_context(open_workbench(config)))
        return self._workbench[1]

    def _forget_server(self) -> None:
        self._workbench = None
        with suppress(ConfitureError):  # it may be gone already
            self._resources.close()


def _start(job: Job, project: "Project", migration: "Migration", workbench: "Workbench") -> "Run[Event | Fix]":
    match job.task:
        case Task.CHECK:
            from confiture.engine.check import check

            return check(project, migration, workbench=workbench)
        case Task.WRITE_TESTS:
            from confiture.engine.killing.write import write_tests

            return write_tests(project, migration, mutants=job.chosen, workbench=workbench)
        case Task.COMPLETE_DOWN:
            from confiture.engine.restoring.complete import complete_down

            return complete_down(project, migration, workbench=workbench)
        case Task.EASE:
            from confiture.engine.easing.ease import ease

            return ease(project, migration, workbench=workbench, chosen=job.chosen)


def migration_of(project: "Project", path: Path) -> "Migration | None":
    """The migration that ``path`` is a script of, or that the test or seed in ``path`` is about (else the newest)."""
    migrations = project.history.migrations
    index = project.history.index_of(path)
    if index is not None:
        return migrations[index]
    for each in (*project.tests, *project.seeds):
        if each.script.path == path:
            return next((m for m in migrations if m.version == each.version), migrations[-1])
    return None


def paths_of(project: "Project", migration: "Migration") -> frozenset[Path]:
    """The files whose save checks ``migration``."""
    others = (each.script.path for each in (*project.tests, *project.seeds))
    return frozenset(
        {script.path for script in migration.scripts.values()}
        | {path for path in others if migration_of(project, path) is migration}
    )
