"""Statements that are never run, because their effects would outlive the scratch database."""

from collections.abc import Iterator

from confiture.engine.project import Project
from confiture.model.finding import Finding, Level
from confiture.model.migration import Migration
from confiture.model.script import Script
from confiture.sql.reach import Reach, reach_of


def refusals(project: Project, migration: Migration, *, private: bool) -> Iterator[Finding]:
    """A finding per statement that would run and reaches outside, in any script of ``project``.

    Args:
        project: whose history, seeds and tests would run.
        migration: the one to be checked; of the others only the up script runs.
        private: the server is a private cluster of ours, where roles may be made.
    """
    scripts = [other.up for other in project.history.migrations]
    scripts += [migration.down] if migration.down else []
    scripts += [seed.script for seed in project.seeds] + [test.script for test in project.tests]
    scripts += [project.prerequisites] if project.prerequisites else []
    for script in scripts:
        yield from _refusals(script, private=private)


def _refusals(script: Script, *, private: bool) -> Iterator[Finding]:
    for statement in script.statements:
        reach = reach_of(statement)
        if reach is Reach.OUTSIDE:
            why = "reaches outside the scratch database (files, programs, other databases or the server's settings)"
            advice = "nothing was run; move it out of this file"
        elif reach is Reach.CLUSTER and not private:
            why = "changes what all databases of your server share"
            advice = "nothing was run; unset the server's URL to check it on a private PostgreSQL"
        else:
            continue
        message = f"{statement.operation} {why}: {advice}"
        yield Finding("outside-scratch", Level.ERROR, message, script.path, statement.span)
