"""Mutants judged in transactions: on one connection after the other, and with no more tests than tell something."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from confiture.engine import split_stream
from confiture.engine.check import check
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.model.event import Judged
from confiture.model.mutant import Category
from confiture.model.verdict import Status
from confiture.postgres import bloat
from confiture.postgres.batch import Batch, Part
from confiture.postgres.session import Session


def judged(
    shop: Path, workbench: Workbench, index: int, *, jobs: int = 1
) -> Iterator[tuple[int, str, str, str | None]]:
    """The statement of each mutant that no workbench remembers, the mutant and its verdict, as they are told."""
    project = load_project(shop, environment={}, overrides={"mutation": {"jobs": jobs}})
    for event in check(project, project.history.migrations[index], workbench=workbench):
        if isinstance(event, Judged):
            mutant, verdict = event.judgement.mutant, event.judgement.verdict
            if mutant.category is not Category.PERFORMANCE:
                yield mutant.statement, mutant.id, verdict.status.value, verdict.killed_by
    (shop / ".confiture" / "cache" / "verdicts.sqlite3").unlink()


def test_new_connections_change_no_verdict(shop: Path, workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    promotions = 13  # makes tables, and inserts rows whose keys come from a sequence
    at_once = list(judged(shop, workbench, promotions))
    monkeypatch.setattr(split_stream, "_LEG", 5)
    monkeypatch.setattr(bloat, "_MANY", 0)  # every table that was written to is vacuumed in between
    assert list(judged(shop, workbench, promotions)) == at_once


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_edited_statement_is_judged_first_and_all_get_the_verdicts_of_another_order(
    jobs: int, shop: Path, workbench: Workbench
) -> None:
    newest = -1
    list(judged(shop, workbench, newest, jobs=jobs))
    path = shop / "migrations" / "000016_loyalty.up.sql"
    path.write_text(path.read_text("utf-8").replace("points >= 500", "points >= 400"), "utf-8")
    from_the_edited = list(judged(shop, workbench, newest, jobs=jobs))
    from_the_first = list(judged(shop, workbench, newest, jobs=jobs))
    edited = 6
    assert from_the_edited[0][0] == edited
    assert from_the_first[0][0] < edited
    assert sorted(from_the_edited) == sorted(from_the_first)


def test_only_what_leads_to_another_state_meets_all_tests(
    shop: Path, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    send = Session.run_batch

    def run_batch(session: Session, parts: Sequence[Part]) -> Batch:
        sent.extend(part.text for part in parts)
        return send(session, parts)

    monkeypatch.setattr(Session, "run_batch", run_batch)
    project = load_project(shop, environment={}, overrides={"mutation": {"jobs": 1}})
    loyalty = project.history.migrations[-1]
    tests = {test.text for test in (*project.tests_of(loyalty), *project.head_tests)}
    met: dict[Status, set[int]] = {}
    for event in check(project, loyalty, workbench=workbench):
        if isinstance(event, Judged) and event.judgement.mutant.category is not Category.PERFORMANCE:
            met.setdefault(event.judgement.verdict.status, set()).add(len(tests.intersection(sent)))
        sent.clear()
    assert met[Status.SURVIVED] == {len(tests)}
    assert met[Status.NO_COVERAGE] == {3}
