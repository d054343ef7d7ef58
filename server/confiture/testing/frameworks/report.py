"""What became of the mutations of a suite."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from confiture.model.mutant import Severity
from confiture.model.verdict import DETECTED, UNDETECTED, Status
from confiture.testing.frameworks.registry import Mutation, MutationRegistry

_FORMAT = 1
_ERRORS = frozenset({Status.COMPILE_ERROR, Status.RUNTIME_ERROR})


@dataclass(frozen=True, slots=True)
class MutantResult:
    """What became of a mutation at one place of the project.

    Attributes:
        id: stable across edits elsewhere in the file.
        status: `MutationResult.status`.
        path: the file.
        line: from 1.
        killed_by: the test that noticed, or None.
    """

    id: str
    description: str
    status: str
    path: str
    line: int
    reason: str = ""
    killed_by: str | None = None
    duration_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class MutationResult:
    """What became of one mutation.

    Attributes:
        status: ``Killed``, ``Survived``, ``NoCoverage``, ``Timeout``, ``CompileError``, ``RuntimeError``, ``Ignored``
            or ``Pending``, as in the mutation-testing report schema.
        reason: why, for people; may be empty.
        mutants: each place of the project that had the mutation; empty for a test function.
    """

    mutation: Mutation
    status: str
    reason: str = ""
    duration_seconds: float = 0.0
    mutants: tuple[MutantResult, ...] = ()

    @property
    def killed(self) -> bool:
        """A test noticed it, or it did not end in time."""
        return Status(self.status) in DETECTED

    @property
    def survived(self) -> bool:
        """Some place of it went unnoticed."""
        return Status(self.status) in UNDETECTED

    @property
    def error(self) -> str | None:
        """Why nothing can be said of it; None when something can."""
        return self.reason or self.status if Status(self.status) in _ERRORS else None


MutationTestResult = MutationResult


@dataclass(frozen=True, slots=True)
class MutationReport:
    """The results of a suite.

    Attributes:
        results: one for each mutation that was tried.
        timestamp: when the suite began, in UTC.
        duration_seconds: how long it took.
        problems: what kept migrations of the project from being judged, for people.
    """

    results: list[MutationResult]
    timestamp: datetime = field(default_factory=lambda: datetime.now(UTC))
    duration_seconds: float = 0.0
    problems: list[str] = field(default_factory=list[str])

    @property
    def total_mutations(self) -> int:
        """Mutations in the suite."""
        return len(self.results)

    @property
    def killed_mutations(self) -> int:
        """Those that the tests noticed."""
        return sum(result.killed for result in self.results)

    @property
    def survived_mutations(self) -> int:
        """Those that the tests did not notice."""
        return sum(result.survived for result in self.results)

    @property
    def error_mutations(self) -> int:
        """Those of which nothing can be said: PostgreSQL refused them, or a test could not decide."""
        return sum(result.error is not None for result in self.results)

    @property
    def kill_rate(self) -> float:
        """Killed ones among the killed and survived ones, in percent; 0.0 where there are none of both."""
        return _percentage(self.killed_mutations, self.survived_mutations)

    @property
    def mutant_score(self) -> float:
        """Like `kill_rate`, but each place of a mutation counts: the score of ``confiture check``."""
        statuses = [Status(mutant.status) for result in self.results for mutant in result.mutants]
        if not statuses:
            return self.kill_rate
        return _percentage(sum(s in DETECTED for s in statuses), sum(s in UNDETECTED for s in statuses))

    def calculate_kill_rate(self) -> float:
        """`kill_rate`."""
        return self.kill_rate

    def get_survived_mutations(self) -> list[Mutation]:
        """The mutations that went unnoticed, most severe first."""
        return [result.mutation for result in self._survivors()]

    def get_statistics(self) -> dict[str, Any]:
        """Counts, rates in percent and seconds; ``by_category`` and ``by_severity`` hold counts for each."""
        return {
            **_counts(self.results),
            "mutant_score": self.mutant_score,
            "mutants": sum(len(result.mutants) for result in self.results),
            "duration_seconds": self.duration_seconds,
            "by_category": _grouped(self.results, lambda mutation: mutation.category),
            "by_severity": _grouped(self.results, lambda mutation: mutation.severity),
        }

    def get_summary(self) -> str:
        """The result in a few lines, with the mutations that went unnoticed and where."""
        counts = _counts(self.results)
        head = (
            f"Kill rate {self.kill_rate:.1f}%: {counts['killed']} of {counts['total']} mutations killed, "
            f"{counts['survived']} survived, {counts['errors']} errors, {counts['others']} ignored or not judged "
            f"({self.duration_seconds:.1f} s)"
        )
        survived = self._survivors()
        lines = [head, "Weak areas:"] if survived else [head]
        for result in survived:
            lines.append(f"  {result.mutation.id} {result.mutation.severity}: {result.mutation.description}")
            undetected = [mutant for mutant in result.mutants if Status(mutant.status) in UNDETECTED]
            lines += [f"    {mutant.path}:{mutant.line}: {mutant.description}" for mutant in undetected]
        lines += [f"Problem: {problem}" for problem in self.problems]
        return "\n".join(lines)

    def to_json(self) -> str:
        """The report as JSON; `from_json` reads it back."""
        data = {
            "format": _FORMAT,
            "timestamp": self.timestamp.isoformat(),
            "duration_seconds": self.duration_seconds,
            "kill_rate": self.kill_rate,
            "mutant_score": self.mutant_score,
            "results": [_written(result) for result in self.results],
            "problems": self.problems,
        }
        return json.dumps(data, indent=2, ensure_ascii=False)

    def _survivors(self) -> list[MutationResult]:
        """Results that went unnoticed, most severe first."""
        return sorted((result for result in self.results if result.survived), key=_rank)

    @classmethod
    def from_json(cls, text: str) -> "MutationReport":
        """The report that `to_json` wrote.

        Raises:
            ValueError: the text is no such report.
        """
        try:
            data = json.loads(text)
            if data["format"] != _FORMAT:
                raise ValueError(f"format {data['format']} is not {_FORMAT}")
            return cls(
                [_read(result) for result in data["results"]],
                datetime.fromisoformat(data["timestamp"]),
                data["duration_seconds"],
                data["problems"],
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a report of mutations: {error!r}") from error


def _percentage(killed: int, survived: int) -> float:
    return 100 * killed / (killed + survived) if killed + survived else 0.0


def _rank(result: MutationResult) -> int:
    return -Severity[result.mutation.severity]


def _counts(results: Iterable[MutationResult]) -> dict[str, Any]:
    found = [*results]
    killed, survived = sum(result.killed for result in found), sum(result.survived for result in found)
    errors = sum(result.error is not None for result in found)
    return {
        "total": len(found),
        "killed": killed,
        "survived": survived,
        "errors": errors,
        "others": len(found) - killed - survived - errors,
        "kill_rate": _percentage(killed, survived),
    }


def _grouped(results: Iterable[MutationResult], key: Callable[[Mutation], str]) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[MutationResult]] = {}
    for result in results:
        groups.setdefault(key(result.mutation), []).append(result)
    return {name: _counts(group) for name, group in groups.items()}


def _written(result: MutationResult) -> dict[str, Any]:
    mutation = result.mutation
    fields = ("id", "name", "description", "category", "severity", "keywords")
    return {
        "mutation": {name: getattr(mutation, name) for name in fields},
        "status": result.status,
        "reason": result.reason,
        "duration_seconds": result.duration_seconds,
        "mutants": [asdict(mutant) for mutant in result.mutants],
    }


def _read(data: dict[str, Any]) -> MutationResult:
    known = MutationRegistry().get_mutation_by_id(data["mutation"]["id"])
    apply_function = known.apply_function if known else _unknown
    return MutationResult(
        Mutation(**data["mutation"], apply_function=apply_function),
        Status(data["status"]).value,
        data["reason"],
        data["duration_seconds"],
        tuple(MutantResult(**mutant) for mutant in data["mutants"]),
    )


def _unknown(sql: str) -> str:
    raise LookupError(f"a mutation that was read from JSON and is no built-in one cannot be applied to {sql[:40]!r}")
