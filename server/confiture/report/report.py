"""What every format reports on, and the arithmetic they share."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from confiture.engine.outcome import Outcome
from confiture.model.shard import Shard
from confiture.model.verdict import Judgement, Status, score


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of one project.

    Attributes:
        root: the project's directory; paths are shown relative to it.
        server: where PostgreSQL came from, for people.
        layout: name of the history's layout.
        outcomes: one for each migration that was checked, in the order of the history.
        sources: texts of all files that findings can speak of: migrations, tests and seeds.
        inputs: changes with all that the run read of these texts; empty where nobody compares it.
        repository: the checkout that holds the project, to which CI servers' paths are relative; None for the root.
        per_line: how many survivors of one line are shown.
        per_file: how many survivors of one file are shown.
        fail_under: the score that the project asks for, 0 to 100.
        duration_seconds: of the whole run.
        shard: the share of the mutants that was judged; None when all were.
    """

    root: Path
    server: str
    layout: str
    outcomes: tuple[Outcome, ...]
    sources: Mapping[Path, str] = field(default_factory=lambda: MappingProxyType({}))
    inputs: str = ""
    repository: Path | None = None
    per_line: int = 1
    per_file: int = 7
    fail_under: float | None = None
    duration_seconds: float = 0.0
    shard: Shard | None = None

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """All judgements of all outcomes."""
        return tuple(judgement for outcome in self.outcomes for judgement in outcome.judgements)

    @property
    def score(self) -> float | None:
        """The score over all migrations, 0 to 100; None when no mutant was valid."""
        return score(self.judgements)

    def shown_path(self, path: Path) -> str:
        """``path`` relative to the root where it lies below it, with forward slashes."""
        return _relative(path, to=self.root)

    def repository_path(self, path: Path) -> str:
        """``path`` relative to the repository where it lies below it, with forward slashes."""
        return _relative(path, to=self.repository or self.root)


def _relative(path: Path, *, to: Path) -> str:
    """Bytes of a name that are no UTF-8 are replaced: no report could hold them."""
    shown = path.relative_to(to) if path.is_relative_to(to) else path
    return os.fsencode(shown.as_posix()).decode("utf-8", "replace")


def digest(sources: Mapping[Path, str], *, root: Path) -> str:
    """Of ``sources`` and their paths below ``root``, wherever that is."""
    texts = sorted((_relative(path, to=root), text) for path, text in sources.items())
    return hashlib.sha256(repr(texts).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many mutants got which verdict."""

    killed: int
    timeout: int
    survived: int
    no_coverage: int
    invalid: int
    ignored: int
    pending: int

    @property
    def total(self) -> int:
        """All mutants."""
        return self.detected + self.survived + self.no_coverage + self.invalid + self.ignored + self.pending

    @property
    def detected(self) -> int:
        """Mutants that the tests noticed."""
        return self.killed + self.timeout

    @property
    def valid(self) -> int:
        """Mutants that the score counts."""
        return self.detected + self.survived + self.no_coverage


def count(judgements: Iterable[Judgement]) -> Counts:
    """The number of ``judgements`` for each verdict; what PostgreSQL or an oracle could not run is invalid."""
    statuses = Counter(judgement.verdict.status for judgement in judgements)
    return Counts(
        killed=statuses[Status.KILLED],
        timeout=statuses[Status.TIMEOUT],
        survived=statuses[Status.SURVIVED],
        no_coverage=statuses[Status.NO_COVERAGE],
        invalid=statuses[Status.COMPILE_ERROR] + statuses[Status.RUNTIME_ERROR],
        ignored=statuses[Status.IGNORED],
        pending=statuses[Status.PENDING],
    )
