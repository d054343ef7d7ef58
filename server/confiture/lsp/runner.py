"""Runs checks in a thread of its own, so that no handler ever waits for PostgreSQL."""

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from confiture.errors import ConfitureError, DatabaseError

if TYPE_CHECKING:
    from confiture.config import PostgresConfig
    from confiture.engine.interrupt import Run
    from confiture.engine.project import Project
    from confiture.engine.workbench import Workbench
    from confiture.model.event import Event
    from confiture.model.migration import Migration


@dataclass(frozen=True, slots=True)
class Job:
    """One file to check.

    Attributes:
        path: of a migration's script, or of a test.
        overrides: the editor's settings.
    """

    path: Path
    overrides: Mapping[str, object]


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


Message: TypeAlias = "Event | Failed | Outside | Ended"
Tell: TypeAlias = "Callable[[Job, Project | None, Message], None]"


class Runner:
    """Works off jobs one by one; the newest job of a path replaces the others of that path."""

    def __init__(self, tell: Tell) -> None:
        """``tell`` is called in the runner's thread."""
        self._tell = tell
        self._wake = threading.Condition()
        self._jobs: dict[Path, Job] = {}
        self._current: tuple[Job, Run[Event] | None] | None = None
        self._closed = False
        self._resources = ExitStack()
        self._workbench: tuple[PostgresConfig, Workbench] | None = None
        self._thread = threading.Thread(target=self._work, name="confiture-runner", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Runs ``job`` as soon as possible; a run of the same path ends now."""
        with self._wake:
            self._jobs.pop(job.path, None)
            self._jobs[job.path] = job
            self._wake.notify()
        self.cancel(job.path)

    def cancel(self, path: Path | None = None) -> None:
        """Ends the current run if it is of ``path`` (by default any)."""
        with self._wake:
            if self._current and path in (None, self._current[0].path) and self._current[1]:
                self._current[1].close()

    def close(self) -> None:
        """Ends all runs, waits for the thread, and lets go of scratch databases and server."""
        with self._wake:
            self._closed = True
            self._jobs.clear()
            self._wake.notify()
        self.cancel()
        self._thread.join()

    def _work(self) -> None:
        try:
            while job := self._next():
                self._guarded(job)
        finally:
            self._resources.close()

    def _next(self) -> Job | None:
        with self._wake:
            self._wake.wait_for(lambda: self._jobs or self._closed)
            if self._closed:
                return None
            job = self._jobs.pop(next(iter(self._jobs)))
            self._current = (job, None)
            return job

    def _guarded(self, job: Job) -> None:
        try:
            self._check(job)
        except DatabaseError as error:
            self._forget_server()
            self._tell(job, None, Failed(str(error)))
        except ConfitureError as error:
            self._tell(job, None, Failed(str(error)))
        except Exception as error:  # noqa: BLE001 - a bug must not end the thread; the user is told
            self._tell(job, None, Failed(f"internal error, please report it: {error!r}"))
        finally:
            with self._wake:
                self._current = None
            self._tell(job, None, Ended())

    def _check(self, job: Job) -> None:
        from confiture.engine.check import check
        from confiture.engine.project import load_project

        project = load_project(job.path, environment=os.environ, overrides=job.overrides)
        migration = migration_of(project, job.path)
        if migration is None:
            history = project.history
            message = f"Not part of the history in {history.root} ({history.layout}: {history.reason}); nothing was run"
            self._tell(job, project, Outside(message))
            return
        run = check(project, migration, workbench=self._open_workbench(project.config.postgres))
        with self._wake:
            self._current = (job, run)
            if self._closed or job.path in self._jobs:
                return
        for event in run:
            self._tell(job, project, event)

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


def migration_of(project: "Project", path: Path) -> "Migration | None":
    """The migration that ``path`` is a script of, or that the test in ``path`` is about (else the newest one)."""
    migrations = project.history.migrations
    index = project.history.index_of(path)
    if index is not None:
        return migrations[index]
    for test in project.tests:
        if test.script.path == path:
            return next((m for m in migrations if m.version == test.version), migrations[-1])
    return None
