"""What a workbench knows of migrations that it ran before: a save that changes comments alone runs nothing again."""

import hashlib
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TypeVar

from confiture.engine.base_state import BaseState
from confiture.engine.original import Original
from confiture.engine.project import Project
from confiture.engine.rehearse import Rehearsal
from confiture.engine.steps import seeds_of, steps_after
from confiture.engine.trial import Trial
from confiture.model.event import Event, Found
from confiture.model.migration import Role
from confiture.sql.content import content_key

Returned = TypeVar("Returned")


@dataclass(frozen=True, slots=True)
class Known:
    """What scripts did about which nothing was to be said.

    Attributes:
        original: with the locks of each statement.
        rehearsal: its trial has places in the text of that time; see `again`.
    """

    original: Original
    rehearsal: Rehearsal

    def again(self, trial: Trial) -> Rehearsal:
        """The rehearsal of ``trial``, whose scripts and tests say the same."""
        known = self.rehearsal.trial
        same = replace(
            trial,
            before=known.before,
            after_up=known.after_up,
            after_down=known.after_down,
            residue=known.residue,
            volatile=known.volatile,
            any_order=known.any_order,
        )
        return replace(self.rehearsal, trial=same)


class Quiet:
    """Hears whether something was said that has a place in a text, and so must be said anew each time."""

    def __init__(self) -> None:
        self.silent = True

    def heard(self, run: Generator[Event, None, Returned]) -> Generator[Event, None, Returned]:
        """``run``, listened to."""
        with closing(run):
            while True:
                try:
                    event = next(run)
                except StopIteration as end:
                    return end.value
                self.silent = self.silent and not isinstance(event, Found)
                yield event


def known_key(project: Project, index: int, base: BaseState) -> str:
    """Changes with the content of all that migration ``index`` of the history meets on ``base``."""
    return hashlib.sha256("\0".join(_decisive(project, index, base)).encode()).hexdigest()


def _decisive(project: Project, index: int, base: BaseState) -> Iterator[str]:
    migration = project.history.migrations[index]
    yield f"{base.key} {project.config.mutation.timeout_seconds:g}"
    yield f"{migration.delivery.value} {content_key(migration.up.text)}"
    if migration.down:
        yield f"{migration.delivery_of(Role.DOWN).value} {content_key(migration.down.text)}"
    for step in (*seeds_of(project, migration), *steps_after(project, index)):
        yield f"{step.title} {step.delivery.value} {content_key(step.script.text)}"
    for test in (*project.tests_of(migration), *project.head_tests):
        yield f"{test.name} {test.version} {content_key(test.text or test.script.text)}"
