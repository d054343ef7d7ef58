"""What a run has to say that nothing may delay: the first of its findings, and the first mutant that nobody noticed."""

from pathlib import Path

from confiture.config import Config
from confiture.engine.outcome import begin
from confiture.lsp.record import Record
from confiture.model.event import Event, Found, Judged, Planned, Started
from confiture.model.finding import Finding, Level
from confiture.model.migration import Delivery, Migration
from confiture.model.span import Span
from confiture.model.verdict import Judgement, Status, Verdict
from confiture.operators import mutants
from confiture.sql import parse_script

UP = Path("up.sql")


def test_the_first_finding_and_the_first_survivor_of_a_run_are_told_at_once() -> None:
    migration = Migration("1", "notes", parse_script(UP, "CREATE TABLE notes (id int);"), None, Delivery.TRANSACTION)
    mutant = next(iter(mutants(migration.up)))
    found = Found(Finding("residue", Level.ERROR, "something is left", UP, Span(0, 1)))
    killed, survived = (Judged(Judgement(mutant, Verdict(status))) for status in (Status.KILLED, Status.SURVIVED))
    events: list[Event] = [Planned((mutant,)), found, found, killed, survived, found, survived]
    for _ in range(2):
        record = Record(begin(Started(migration)), Config(Path.cwd()), "plain")
        assert [event for event in events if record.tells_first(event)] == [found, survived]
