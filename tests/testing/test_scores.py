"""The score of the engine and the rates of the Python API are the same arithmetic."""

import pytest

from confiture.model.verdict import Judgement, Status, Verdict, score
from confiture.testing.frameworks.mutation import MutantResult, MutationRegistry, MutationReport, MutationResult

MUTATION = MutationRegistry().get_all_mutations()[0]
SCORES = {
    "": None,
    "KILLED": 100.0,
    "TIMEOUT": 100.0,
    "SURVIVED": 0.0,
    "NO_COVERAGE": 0.0,
    "COMPILE_ERROR": None,
    "RUNTIME_ERROR": None,
    "IGNORED": None,
    "PENDING": None,
    "KILLED SURVIVED": 50.0,
    "KILLED TIMEOUT NO_COVERAGE SURVIVED IGNORED": 50.0,
    "KILLED KILLED KILLED NO_COVERAGE": 75.0,
    "KILLED COMPILE_ERROR RUNTIME_ERROR IGNORED PENDING": 100.0,
    "SURVIVED COMPILE_ERROR RUNTIME_ERROR IGNORED PENDING": 0.0,
}


@pytest.mark.parametrize("names", SCORES)
def test_a_score_is_what_was_detected_of_what_could_be(names: str) -> None:
    statuses = [Status[name] for name in names.split()]
    assert score(Judgement(None, Verdict(status)) for status in statuses) == SCORES[names]
    rate = SCORES[names] or 0.0
    assert MutationReport([MutationResult(MUTATION, status.value) for status in statuses]).kill_rate == rate
    places = tuple(MutantResult("", "", status.value, "", 1) for status in statuses)
    assert MutationReport([MutationResult(MUTATION, "Survived", mutants=places)]).mutant_score == (
        rate if places else 0.0
    )
