"""What became of a mutation, gathered from the runs of all migrations."""

from pathlib import Path

import pytest

from confiture.engine.outcome import Outcome
from confiture.model.migration import Delivery, Migration, Role
from confiture.model.mutant import Category, Mutant, Severity
from confiture.model.span import Span
from confiture.model.verdict import Judgement, Status, Verdict
from confiture.sql import parse_script
from confiture.testing.frameworks.mutation import MutantResult, MutationRegistry
from confiture.testing.frameworks.suite import gather

ROOT = Path("/project")
UP = parse_script(ROOT / "migrations" / "001.sql", "\nCREATE TABLE a (id int);\nDROP TABLE a;\n")
MIGRATION = Migration("001", "", UP, None, Delivery.SPLIT)
MUTATION = MutationRegistry().get_all_mutations()[0]
WORST_FIRST = ["Survived", "NoCoverage", "Pending", "Killed", "Timeout", "RuntimeError", "CompileError", "Ignored"]


def mutant(number: int, *, operator: str = MUTATION.id) -> Mutant:
    span = Span(UP.text.index("DROP"), len(UP.text))
    return Mutant(f"m{number}", operator, Category.SCHEMA, Severity.HIGH, f"drops {number}", Role.UP, 1, span, edits=())


def outcome(*verdicts: Verdict) -> Outcome:
    """A run with one mutant for each verdict."""
    judgements = tuple(Judgement(mutant(number), verdict) for number, verdict in enumerate(verdicts))
    return Outcome(MIGRATION, tuple(judgement.mutant for judgement in judgements), judgements)


@pytest.mark.parametrize("worst", WORST_FIRST)
def test_the_worst_of_all_places_counts(worst: str) -> None:
    statuses = [Status(one) for one in WORST_FIRST[WORST_FIRST.index(worst) :]]
    result = gather(MUTATION, [outcome(Verdict(status)) for status in reversed(statuses)], ROOT)
    assert result
    assert (result.mutation, result.status) == (MUTATION, worst)
    assert [one.status for one in result.mutants] == [status.value for status in reversed(statuses)]


def test_an_error_has_up_to_three_reasons() -> None:
    verdicts = [Verdict(Status.RUNTIME_ERROR, reason) for reason in ("a", "", "b", "a", "c", "d")]
    result = gather(MUTATION, [outcome(*verdicts, Verdict(Status.IGNORED, "x"))], ROOT)
    assert result
    assert result.reason == "a; b; c"


def test_what_was_noticed_needs_no_reason() -> None:
    result = gather(MUTATION, [outcome(Verdict(Status.KILLED, "seen", duration_seconds=0.5))] * 2, ROOT)
    assert result
    assert (result.reason, result.duration_seconds) == ("", 1.0)


def test_what_was_not_judged_is_pending() -> None:
    result = gather(
        MUTATION, [Outcome(MIGRATION, (mutant(0), mutant(1)), outcome(Verdict(Status.KILLED)).judgements)], ROOT
    )
    assert result
    assert (result.status, result.reason) == ("Pending", "the time of the suite was over")
    assert [(one.id, one.status) for one in result.mutants] == [("m0", "Killed"), ("m1", "Pending")]


@pytest.mark.parametrize(
    ("root", "path"),
    {ROOT: "migrations/001.sql", ROOT / "migrations": "001.sql", Path("/other"): UP.path.as_posix()}.items(),
)
def test_a_place_is_named_from_the_root_of_the_project(root: Path, path: str) -> None:
    verdict = Verdict(Status.KILLED, "no such table", "tests/a.sql", duration_seconds=0.25)
    result = gather(MUTATION, [outcome(verdict)], root)
    assert result
    assert result.mutants == (
        MutantResult("m0", "drops 0", "Killed", path, 3, "no such table", "tests/a.sql", duration_seconds=0.25),
    )


def test_other_mistakes_do_not_count() -> None:
    judgement = Judgement(mutant(0, operator="SCH_999"), Verdict(Status.SURVIVED))
    assert gather(MUTATION, [Outcome(MIGRATION, (judgement.mutant,), (judgement,))], ROOT) is None
