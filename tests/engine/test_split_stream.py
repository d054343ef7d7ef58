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


def verdicts(shop: Path, workbench: Workbench) -> Iterator[tuple[str, str, str | None]]:
    project = load_project(shop, environment={}, overrides={"mutation": {"jobs": 1}})
    promotions = project.history.migrations[13]  # makes tables, and inserts rows whose keys come from a sequence
    for event in check(project, promotions, workbench=workbench):
        if isinstance(event, Judged):
            verdict = event.judgement.verdict
            yield event.judgement.mutant.id, verdict.status.value, verdict.killed_by
    (shop / ".confiture" / "cache" / "verdicts.sqlite3").unlink()


def test_new_connections_change_no_verdict(shop: Path, workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = list(verdicts(shop, workbench))
    monkeypatch.setattr(split_stream, "_LEG", 5)
    monkeypatch.setattr(bloat, "_MANY", 0)  # every table that was written to is vacuumed in between
    assert list(verdicts(shop, workbench)) == at_once


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
