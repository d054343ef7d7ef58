"""A save that changes comments alone runs the original no more; any other save does."""

from pathlib import Path

import pytest

from confiture.engine.check import check
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.model.event import Applied, Event, Found, Judged, Progress, Undone
from confiture.postgres.session import Session

UP = "CREATE TABLE a (id int PRIMARY KEY, size int NOT NULL);\nINSERT INTO a VALUES (1, 2);\n"
APPLYING = Progress("Applying 001 a")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("migrations", "tests"):
        (tmp_path / folder).mkdir()
    (tmp_path / "migrations" / "001_a.sql").write_text(UP)
    (tmp_path / "migrations" / "001_a.down.sql").write_text("DROP TABLE a;\n")
    (tmp_path / "tests" / "a.sql").write_text("SELECT size = 2 FROM a;\n")
    return tmp_path


def run(root: Path, workbench: Workbench) -> list[Event]:
    project = load_project(root, environment={}, overrides={"tests": ["tests/*.sql"]})
    return list(check(project, project.history.migrations[0], workbench=workbench))


def verdicts(events: list[Event]) -> list[tuple[str, str]]:
    judged = [event.judgement for event in events if isinstance(event, Judged)]
    return [(each.mutant.id, each.verdict.status.value) for each in judged]


def databases(workbench: Workbench) -> set[str]:
    """The scratch databases of this process; one that is given up is there until the next are made."""
    ours = workbench.scratch.name().rpartition("_")[0]
    with Session(workbench.server, workbench.server.maintenance) as session:
        found = session.query("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{ours}%"])
    return {str(name) for (name,) in found}


def test_a_comment_runs_nothing_and_tells_the_same(root: Path, workbench: Workbench) -> None:
    script, up = root / "migrations" / "001_a.sql", UP.replace("(1,", "(7,")  # nothing that another test ran
    script.write_text(up)
    first = run(root, workbench)
    script.write_text(f"-- of sizes\n{up}")
    before = databases(workbench)
    again = run(root, workbench)
    assert databases(workbench) <= before
    assert (APPLYING in first, APPLYING in again) == (True, False)
    assert verdicts(again) == verdicts(first)
    told = [[type(event) for event in events if isinstance(event, Applied | Undone)] for events in (first, again)]
    assert told[0] == told[1] == [Applied, Undone]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("migrations/001_a.sql", UP.replace("2", "3")),
        ("migrations/001_a.down.sql", "DROP TABLE IF EXISTS a;\n"),
        ("tests/a.sql", "SELECT size > 1 FROM a;\n"),
        ("tests/b.sql", "SELECT true;\n"),
    ],
)
def test_anything_else_runs_the_original(root: Path, workbench: Workbench, *, file: str, text: str) -> None:
    run(root, workbench)
    (root / file).write_text(text)
    assert APPLYING in run(root, workbench)


def test_what_has_a_place_in_the_text_is_told_at_its_new_place(root: Path, workbench: Workbench) -> None:
    (root / "migrations" / "001_a.down.sql").write_text("SELECT 1;\n")
    places: list[int] = []
    for comment in ("", "-- leaves the table\n"):
        (root / "migrations" / "001_a.down.sql").write_text(f"{comment}SELECT 1;\n")
        found = [event.finding for event in run(root, workbench) if isinstance(event, Found)]
        places += [finding.span.start for finding in found if finding.code == "residue" and finding.span]
    assert places[1] == places[0] + len("-- leaves the table\n")
