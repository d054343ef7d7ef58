"""Mutants judged on one connection after the other get the verdicts that one connection gives."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from confiture.engine import split_stream
from confiture.engine.check import check
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.model.event import Judged
from confiture.postgres import bloat


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
