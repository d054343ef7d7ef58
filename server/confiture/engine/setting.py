"""What every step of a run needs."""

from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from confiture.config import Config
from confiture.engine.interrupt import Sessions
from confiture.engine.project import Project
from confiture.engine.workbench import Workbench
from confiture.layouts import find_history
from confiture.model.migration import Migration
from confiture.model.shard import WHOLE, Shard
from confiture.postgres.session import Session


@dataclass(frozen=True, slots=True)
class Setting:
    """One migration of a project, where it is run, and which of its mutants are judged."""

    project: Project
    migration: Migration
    workbench: Workbench
    sessions: Sessions
    shard: Shard = WHOLE

    @property
    def config(self) -> Config:
        """The project's settings."""
        return self.project.config

    @property
    def index(self) -> int:
        """Place of the migration in the history."""
        return self.project.history.migrations.index(self.migration)

    def read_again(self, texts: Mapping[Path, str]) -> Migration:
        """The migration as its tool would read it with other texts of its files.

        Raises:
            ProjectError: the tool would not read them.
        """
        history = find_history(self.config, near=self.migration.up.path, texts=texts)
        return next(each for each in history.migrations if each.version == self.migration.version)

    @contextmanager
    def place(self, template: str) -> Generator[Session]:
        """A session in a clone of ``template``, a spare one if there is one.

        Raises:
            Interrupted: the run was closed.
        """
        if spare := self.workbench.spares.take(template):
            with closing(spare), self.sessions.watched(spare.session):
                yield spare.session
        else:
            with self.workbench.clone(template) as database, self.sessions.open(database) as session:
                yield session
