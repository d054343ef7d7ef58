"""Making an up script easier on the tables in use, and proving that it does the same with less."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeAlias

from confiture.engine.base_state import BaseState
from confiture.engine.easing.many_rows import try_on_many_rows
from confiture.engine.easing.proof import Better, Useless, measured, try_out
from confiture.engine.easing.remedies import REMEDIES
from confiture.engine.easing.remedy import Aim, Refusal, Relief, Remedy, Situation
from confiture.engine.interrupt import Run
from confiture.engine.prepare import on_best_rows
from confiture.engine.project import Project
from confiture.engine.setting import Setting
from confiture.engine.workbench import Workbench
from confiture.errors import ProjectError
from confiture.model.event import Event
from confiture.model.migration import Migration
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span
from confiture.sql import read_source
from confiture.sql.spelling import as_written


@dataclass(frozen=True, slots=True)
class Gain:
    """A remedy that helped.

    Attributes:
        statement: as it was before.
        words: what was measured to be better.
    """

    remedy: Remedy
    statement: Statement
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A remedy that cannot be had for a statement, or does not help."""

    remedy: Remedy
    statement: Statement
    reason: str


@dataclass(frozen=True, slots=True)
class Eased:
    """What became of an up script.

    Attributes:
        migration: as it is.
        edit: of its up script, which holds all ``gains``; None when there is none.
    """

    migration: Migration
    edit: Edit | None
    gains: tuple[Gain, ...]
    refused: tuple[Refused, ...]


Message: TypeAlias = Event | Eased


def ease(
    project: Project, migration: Migration, *, workbench: Workbench, chosen: frozenset[str] | None = None
) -> Run[Message]:
    """Starts a run that tries all remedies on the up script of ``migration``: iterate it, close it to cancel.

    No file is touched. Iterating raises:
        DatabaseError: PostgreSQL went away.
        ProjectError: a script of the migration fails as it is, or its file is a template.

    Args:
        project: of the migration.
        migration: whose up script is tried.
        workbench: where.
        chosen: keys of what is wanted, see `key_of`; by default everything.
    """
    return Run(workbench.server, lambda sessions: _messages(Setting(project, migration, workbench, sessions), chosen))


def key_of(remedy: Remedy, statement: Statement) -> str:
    """What tells a remedy for a statement from all others of its script."""
    return f"{remedy.name} {statement.operation}"


def proposals(situation: Situation) -> Iterator[tuple[Remedy, Relief | Refusal]]:
    """What the remedies propose for an up script, before anything is measured."""
    for remedy in REMEDIES:
        for proposal in remedy.propose(situation):
            yield remedy, proposal


def _messages(setting: Setting, chosen: frozenset[str] | None) -> Generator[Message]:
    up = setting.migration.up
    if read_source(up.path) != up.source:
        raise ProjectError(f"{up.path.name} is a template or was changed meanwhile: edit it by hand, or try again")
    eased = yield from on_best_rows(setting, lambda base: _ease(setting, base, chosen))
    if eased is not None:
        yield eased


def _ease(setting: Setting, base: BaseState, chosen: frozenset[str] | None) -> Eased:
    """Takes one remedy after the other that is proved to help beside those before it."""
    original, layout, schema = setting.migration, setting.project.history.layout, as_written(base.schema)
    found: list[Gain] = []
    refused: list[Refused] = []
    tried: set[tuple[str, str]] = set()
    variant, left = measured(setting, base, original), chosen
    while new := _next(Situation(variant.migration, layout, schema, variant.unstable), tried, left):
        remedy, proposal = new
        tried.add((remedy.name, proposal.statement.text))
        # A statement of which something else was made leaves its name to a later one of its kind.
        left = left and left - {key_of(remedy, proposal.statement)}
        attempt = try_on_many_rows if remedy.aim is Aim.ROWS else try_out
        match attempt(setting, base, variant, proposal):
            case Better(variant=variant, words=words):
                found.append(Gain(remedy, proposal.statement, words))
            case Refusal(reason=reason):
                refused.append(Refused(remedy, proposal.statement, reason))
            case Useless(reason=reason):
                # What helps nowhere is nothing to do; who asked for it is told.
                if chosen is not None:
                    refused.append(Refused(remedy, proposal.statement, reason))
    edit = _difference(original.up, variant.migration.up.source) if found else None
    return Eased(original, edit, tuple(found), tuple(refused))


def _next(
    situation: Situation, tried: set[tuple[str, str]], chosen: frozenset[str] | None
) -> tuple[Remedy, Relief | Refusal] | None:
    """The first proposal that was not tried."""
    for remedy, proposal in proposals(situation):
        is_wanted = chosen is None or key_of(remedy, proposal.statement) in chosen
        if is_wanted and (remedy.name, proposal.statement.text) not in tried:
            return remedy, proposal
    return None


def _difference(script: Script, source: str) -> Edit:
    """The smallest edit that makes the script's file ``source``."""
    old = script.source
    start = _alike(old, source)
    end = min(_alike(old[::-1], source[::-1]), min(len(old), len(source)) - start)
    return Edit(Span(start, len(old) - end), source[start : len(source) - end])


def _alike(first: str, second: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
