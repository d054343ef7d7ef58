"""What every step of a run needs."""

from dataclasses import dataclass

from confiture.config import Config
from confiture.engine.interrupt import Sessions
from confiture.engine.project import Project
from confiture.engine.workbench import Workbench
from confiture.model.migration import Migration


@dataclass(frozen=True, slots=True)
class Setting:
    """One migration of a project, and where it is run."""

    project: Project
    migration: Migration
    workbench: Workbench
    sessions: Sessions

    @property
    def config(self) -> Config:
        """The project's settings."""
        return self.project.config

    @property
    def index(self) -> int:
        """Place of the migration in the history."""
        return self.project.history.migrations.index(self.migration)
