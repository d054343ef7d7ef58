"""Mutants judged in several databases get the same verdicts in the same order, and end together."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from confiture.engine import mutate
from confiture.engine.check import check
from confiture.engine.interrupt import Sessions
from confiture.engine.project import load_project
from confiture.engine.side_by_side import judge_side_by_side
from confiture.engine.trial import Trial
from confiture.engine.workbench import Workbench
from confiture.model.event import Event, Judged, Planned
from confiture.model.migration import Role
from confiture.model.mutant import Category, Mutant, Severity
from confiture.model.profile import TOO_SLOW
from confiture.model.span import Span
from confiture.model.verdict import Judgement, Status, Verdict
from confiture.oracles import budgets
from confiture.postgres.session import Session

MUTANTS = [
    Mutant(str(number), "SCH_001", Category.SCHEMA, Severity.LOW, "", Role.UP, number, Span(0, 0), ())
    for number in range(50)
]


def judged_in_two_places(mutants: Sequence[Mutant]) -> list[Judgement]:
    """What is told; its reasons say where. Neither place goes on before the other has begun."""
    both = Barrier(2, timeout=60)

    def judge(source: Iterator[Mutant], place: str) -> Iterator[Judgement]:
        for count, mutant in enumerate(source):
            if not count:
                both.wait()
            yield Judgement(mutant, Verdict(Status.SURVIVED, place))

    return list(judge_side_by_side(mutants, judge, places=["a", "b"]))


def test_each_mutant_is_judged_once_and_told_in_order() -> None:
    judged = judged_in_two_places(MUTANTS)
    assert [judgement.mutant for judgement in judged] == MUTANTS
    assert {judgement.verdict.reason for judgement in judged} == {"a", "b"}


def test_mutants_of_one_statement_stay_together_four_at_a_time() -> None:
    six_and_two = [replace(mutant, statement=index // 6) for index, mutant in enumerate(MUTANTS[:8])]
    places = [judgement.verdict.reason for judgement in judged_in_two_places(six_and_two)]
    assert [len({*part}) for part in (places[:4], places[4:6], places[6:])] == [1, 1, 1]
    assert places[0] != places[4]


def test_an_error_in_one_place_ends_all() -> None:
    def judge(source: Iterator[Mutant], _: str) -> Iterator[Judgement]:
        for mutant in source:
            if mutant == MUTANTS[21]:
                raise RuntimeError("gone")
            yield Judgement(mutant, Verdict(Status.SURVIVED))

    with pytest.raises(RuntimeError, match="gone"):
        list(judge_side_by_side(MUTANTS, judge, places=["a", "b", "c"]))


def test_closing_ends_all_places() -> None:
    def judge(source: Iterator[Mutant], _: str) -> Iterator[Judgement]:
        return (Judgement(mutant, Verdict(Status.SURVIVED)) for mutant in source)

    endless = judge_side_by_side(MUTANTS, judge, places=["a", "b"])
    with closing(endless) as found:
        assert next(found).mutant == MUTANTS[0]


def test_the_example_has_the_same_verdicts_with_any_number_of_databases(shop: Path, workbench: Workbench) -> None:
    told: list[list[tuple[str, str, str]]] = []
    for jobs in (1, 3):
        project = load_project(shop, environment={}, overrides={"mutation": {"jobs": jobs}})
        promotions = project.history.migrations[13]  # inserts rows whose keys come from a sequence
        events = check(project, promotions, workbench=workbench)
        judgements = [event.judgement for event in events if isinstance(event, Judged)]
        told.append(sorted((j.mutant.id, j.verdict.status.value, str(j.verdict.killed_by)) for j in judgements))
        (shop / ".confiture" / "cache" / "verdicts.sqlite3").unlink()
    assert told[0] == told[1]
    assert len(told[0]) > 40


@pytest.mark.parametrize("slow_alone", [False, True], ids=["only beside others", "alone too"])
def test_what_is_too_slow_beside_others_is_judged_again_alone(
    shop: Path, workbench: Workbench, monkeypatch: pytest.MonkeyPatch, *, slow_alone: bool
) -> None:
    too_slow = Verdict(Status.KILLED, f"took 3 s, {TOO_SLOW} 1 s", killed_by=budgets.NAME)
    project = load_project(shop, environment={}, overrides={"mutation": {"jobs": 2}})
    promotions, ways = project.history.migrations[13], list[list[str]]()
    slow = {mutant.id for mutant in _planned(check(project, promotions, workbench=workbench))[::5]}
    (shop / ".confiture" / "cache" / "verdicts.sqlite3").unlink()
    judge = mutate.split_stream

    def on_a_busy_machine(
        sessions: Sessions, trial: Trial, mutants: Iterator[Mutant], *, session: Session
    ) -> Iterator[Judgement]:
        way = list[str]()
        ways.append(way)
        is_alone = len(ways) > 2
        for judgement in judge(sessions, trial, mutants, session=session):
            way.append(judgement.mutant.id)
            is_slow = judgement.mutant.id in slow and (slow_alone or not is_alone)
            yield Judgement(judgement.mutant, too_slow if is_slow else judgement.verdict)

    monkeypatch.setattr(mutate, "split_stream", on_a_busy_machine)
    told = [event.judgement for event in check(project, promotions, workbench=workbench) if isinstance(event, Judged)]
    first, second, alone = ways
    assert set(alone) == slow.intersection([*first, *second])
    assert len(alone) > 3
    assert len(told) == len({judgement.mutant.id for judgement in told})
    assert {j.mutant.id for j in told if j.verdict is too_slow} == (set(alone) if slow_alone else set())


def _planned(events: Iterable[Event]) -> tuple[Mutant, ...]:
    """The mutants of a run that are no matter of costs, which a workbench remembers."""
    (planned,) = [event.mutants for event in events if isinstance(event, Planned)]
    return tuple(mutant for mutant in planned if mutant.category is not Category.PERFORMANCE)
