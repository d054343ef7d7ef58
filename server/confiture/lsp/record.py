"""What is known of one migration: the outcome of its newest run, placed in the texts as they are now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from confiture.config import Config, MutationConfig
from confiture.engine.outcome import Outcome, finding_of, shown
from confiture.lsp.anchors import Anchors
from confiture.model.event import Found, Judged
from confiture.model.finding import Finding
from confiture.model.migration import Migration, Role
from confiture.model.profile import Comparison
from confiture.model.script import Script, Statement
from confiture.model.span import Span
from confiture.model.verdict import UNDETECTED, Judgement


class View:
    """An outcome arranged for reading: made once per outcome, so that keystrokes and lenses need not search it."""

    def __init__(self, outcome: Outcome, config: MutationConfig) -> None:
        self.outcome = outcome
        self._config = config

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Everything to show, the undetected mutants as far as the limits allow."""
        outcome, config = self.outcome, self._config
        chosen = shown(outcome.judgements, outcome.migration, per_line=config.per_line, per_file=config.per_file)
        return (*outcome.findings, *(finding_of(judgement, outcome.migration) for judgement in chosen))

    @cached_property
    def judgements(self) -> Mapping[tuple[Role, int], list[Judgement]]:
        """By script and index of the statement."""
        found: dict[tuple[Role, int], list[Judgement]] = {}
        for judgement in self.outcome.judgements:
            found.setdefault((judgement.mutant.role, judgement.mutant.statement), []).append(judgement)
        return found

    @cached_property
    def comparisons(self) -> Mapping[int, Comparison]:
        """By index of the up script's statement."""
        return {comparison.profile.statement: comparison for comparison in self.outcome.comparisons}


@dataclass(slots=True)
class Record:
    """A run and its places.

    Attributes:
        config: of the project.
        layout: name of the history's layout.
        running: whether more events may come.
        anchors: by path, for the scripts of the migration and other files that findings name.
        told: the kinds of what the run had to say so far.
    """

    outcome: Outcome
    config: Config
    layout: str
    running: bool = True
    anchors: dict[Path, Anchors] = field(default_factory=dict[Path, Anchors])
    told: set[type] = field(default_factory=set[type])
    _view: View | None = None

    @property
    def migration(self) -> Migration:
        """The migration that was checked."""
        return self.outcome.migration

    @property
    def view(self) -> View:
        """The outcome as it is now, arranged for reading."""
        if self._view is None or self._view.outcome is not self.outcome:
            self._view = View(self.outcome, self.config.mutation)
        return self._view

    def findings(self) -> tuple[Finding, ...]:
        """Everything to show."""
        return self.view.findings

    def tells_first(self, message: object) -> bool:
        """Whether ``message`` is the first finding of the run, or its first mutant that no test noticed."""
        match message:
            case Found():
                kind = Found
            case Judged(judgement) if judgement.verdict.status in UNDETECTED:
                kind = Judged
            case _:
                return False
        first = kind not in self.told
        self.told.add(kind)
        return first

    def place(self, path: Path, span: Span) -> Span | None:
        """Where ``span`` of ``path`` is now; None when it was typed in."""
        anchors = self.anchors.get(path)
        return anchors.place(span) if anchors else span

    def scripts(self) -> Iterator[tuple[Role, Script]]:
        """The scripts of the migration."""
        yield Role.UP, self.migration.up
        if self.migration.down:
            yield Role.DOWN, self.migration.down

    def statements(self, path: Path, only: Role | None = None) -> Iterator[tuple[Role, Statement, Span]]:
        """The untouched statements in ``path``, of both scripts or ``only`` one, with the places where they are now."""
        for role, script in self.scripts():
            if script.path == path and only in (None, role):
                for statement in script.statements:
                    place = self.place(path, statement.span)
                    if place:
                        yield role, statement, place

    def judgements(self, role: Role, statement: Statement) -> tuple[Judgement, ...]:
        """The judged mutants of one statement."""
        return tuple(self.view.judgements.get((role, statement.index), ()))

    def comparison(self, role: Role, statement: Statement) -> Comparison | None:
        """What the statement cost, when it is one of the up script."""
        return self.view.comparisons.get(statement.index) if role is Role.UP else None

    def judgement(self, mutant_id: str) -> Judgement | None:
        """The judgement of the mutant with this id."""
        return next((j for j in self.outcome.judgements if j.mutant.id == mutant_id), None)


def anchors_of(migration: Migration) -> Mapping[Path, Anchors]:
    """Anchors of the migration's scripts; up and down may share a file."""
    extents: dict[Path, list[Span]] = {}
    sources: dict[Path, str] = {}
    for script in migration.scripts.values():
        sources[script.path] = script.source
        extents.setdefault(script.path, []).extend(_extent(statement) for statement in script.statements)
    return {path: Anchors(source, extents[path]) for path, source in sources.items()}


def _extent(statement: Statement) -> Span:
    """Where typing changes the statement: up to its semicolon, and directly behind it where there is none."""
    return Span(statement.span.start, max(statement.end, statement.span.end + 1))
