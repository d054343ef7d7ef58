"""Making an up script easier on the tables in use, and proving that it does the same with less."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TypeAlias

from confiture.engine.base_state import BaseState
from confiture.engine.deliver import StatementFailed
from confiture.engine.easing.remedies import REMEDIES
from confiture.engine.easing.remedy import Refusal, Relief, Remedy, Situation
from confiture.engine.easing.strain import Step, Strain, gains, strains
from confiture.engine.interrupt import Run
from confiture.engine.locks import transactions
from confiture.engine.prepare import on_best_rows
from confiture.engine.project import Project
from confiture.engine.setting import Setting
from confiture.engine.stage import CloneStage
from confiture.engine.workbench import Workbench
from confiture.errors import ConfitureError, ProjectError
from confiture.layouts import find_history
from confiture.model.event import Event
from confiture.model.migration import Migration, Role
from confiture.model.profile import Profile
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span, apply_edits
from confiture.postgres.costs import CostMeter
from confiture.postgres.errors import SqlError
from confiture.postgres.fingerprint import Fingerprint, differences
from confiture.postgres.volatile import read_stable, volatile_columns
from confiture.sql import read_source
from confiture.sql.spelling import as_written
from confiture.sql.transactional import as_transactional

_NO_GAIN = "measured, it is no easier on any table"


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
    known = _original(setting, base)
    while new := _next(Situation(known.migration, layout, schema), tried, chosen):
        remedy, proposal = new
        tried.add((remedy.name, proposal.statement.text))
        match _proved(setting, base, known, proposal):
            case str(reason):
                # What helps nowhere is nothing to do; who asked for it is told.
                if reason != _NO_GAIN or chosen is not None:
                    refused.append(Refused(remedy, proposal.statement, reason))
            case better, words:
                found.append(Gain(remedy, proposal.statement, words))
                known = better
    edit = _difference(original.up, known.migration.up.source) if found else None
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What the best script so far leads to and costs.

    Attributes:
        up: the state after it, without volatile columns.
        down: the state after the way back; None where there is none or it fails.
        volatile: columns that differ each time, by the key of their table's rows.
    """

    migration: Migration
    up: Fingerprint
    down: Fingerprint | None
    volatile: Mapping[str, frozenset[str]]
    strains: Mapping[str, Strain]


@contextmanager
def _stage(setting: Setting, base: BaseState, migration: Migration) -> Generator[CloneStage]:
    stage = CloneStage(setting.workbench, setting.sessions, migration, role=Role.UP, template=base.database)
    with closing(stage), stage.session.deadline(setting.config.mutation.timeout_seconds):
        yield stage


def _original(setting: Setting, base: BaseState) -> _Known:
    """The script as it is, run twice.

    Raises:
        ProjectError: it fails.
    """
    migration = setting.migration
    try:
        with _stage(setting, base, migration) as first, _stage(setting, base, migration) as second:
            first.apply(())
            steps = tuple(_steps(second, migration))
            volatile = volatile_columns(first.session, second.session)
            up = read_stable(first.session, volatile)
            return _Known(migration, up, _way_back(first, migration, volatile), volatile, strains(steps))
    except (SqlError, StatementFailed) as failure:
        raise ProjectError(f"{migration.title} fails as it is: {failure}") from failure


def _steps(stage: CloneStage, migration: Migration) -> Iterator[Step]:
    """Runs the up script and measures each statement."""
    meter = CostMeter(stage.session)
    measured: list[tuple[Profile, str]] = []

    def run(statement: Statement) -> None:
        [[timeout]] = stage.session.query("SELECT current_setting('lock_timeout')")
        # From within a transaction all locks are seen for sure, from outside only the first.
        wrapped = not stage.session.in_transaction and _fits_block(statement)
        if wrapped:
            stage.session.begin()
        measured.append((meter.measure(statement), str(timeout)))
        if wrapped:
            stage.session.commit()

    stage.apply_each((), run)
    for (profile, timeout), number in zip(measured, transactions(migration), strict=True):
        yield Step(profile, number, timeout)


def _fits_block(statement: Statement) -> bool:
    """Whether a transaction block around it changes nothing."""
    return statement.kind not in ("CALL", "SET") and as_transactional(statement.text) == statement.text


def _way_back(stage: CloneStage, migration: Migration, volatile: Mapping[str, frozenset[str]]) -> Fingerprint | None:
    if migration.down is None:
        return None
    try:
        stage.undo(migration)
    except StatementFailed:
        return None
    return read_stable(stage.session, volatile)


def _proved(
    setting: Setting, base: BaseState, known: _Known, proposal: Relief | Refusal
) -> tuple[_Known, tuple[str, ...]] | str:
    """The better script with what was measured to be better, or the reason why it is none."""
    match proposal:
        case Refusal(reason=reason):
            return reason
        case Relief(edits=edits):
            source = apply_edits(known.migration.up.source, edits)
    try:
        migration = _read_again(setting, source)
        with _stage(setting, base, migration) as stage:
            steps = tuple(_steps(stage, migration))
            found = differences(known.up, read_stable(stage.session, known.volatile))
            down = _way_back(stage, migration, known.volatile)
    except (SqlError, StatementFailed, ConfitureError) as failure:
        return f"tried so, it fails: {failure}"
    if found or (known.down is not None and down is None):
        return f"tried so, {found[0] if found else 'its down script fails'}"
    if known.down and down and (undone := differences(known.down, down)):
        return f"tried so, after its down script {undone[0]}"
    after = strains(steps)
    words = gains(known.strains, after)
    return (replace(known, migration=migration, strains=after), words) if words else _NO_GAIN


def _read_again(setting: Setting, source: str) -> Migration:
    """The migration as its tool would read it with another text of its up script."""
    path = setting.migration.up.path
    history = find_history(setting.config, near=path, texts={path: source})
    return next(each for each in history.migrations if each.version == setting.migration.version)


def _difference(script: Script, source: str) -> Edit:
    """The smallest edit that makes the script's file ``source``."""
    old = script.source
    start = _alike(old, source)
    end = min(_alike(old[::-1], source[::-1]), min(len(old), len(source)) - start)
    return Edit(Span(start, len(old) - end), source[start : len(source) - end])


def _alike(first: str, second: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
