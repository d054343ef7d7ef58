"""Engine cases: a directory with a small project, what its run tells in ``expected.txt``.

The newest migration is checked, or the one whose version the file ``target`` holds.
"""

import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from confiture.engine.check import check
from confiture.engine.project import Project, load_project
from confiture.engine.workbench import Workbench
from confiture.model.event import Applied, Event, Found, Judged, Undone
from confiture.model.finding import Finding
from confiture.model.migration import Migration
from confiture.model.verdict import Judgement

CASES = Path(__file__).parent / "cases"


def all_cases() -> list[Path]:
    return sorted(path for path in CASES.iterdir() if path.is_dir())


def copy_case(case: Path, directory: Path) -> Path:
    """The case's project in a place where the run may write baselines."""
    project = directory / case.name
    shutil.copytree(case, project, ignore=shutil.ignore_patterns("expected.txt", "target"))
    (project / "node_modules").symlink_to(CASES.parents[2] / "node_modules")
    return project


def target_of(case: Path, project: Project) -> Migration:
    target = case / "target"
    wanted = target.read_text().strip() if target.exists() else project.history.migrations[-1].version
    return next(migration for migration in project.history.migrations if migration.version == wanted)


def run_case(case: Path, directory: Path, workbench: Workbench) -> list[Event]:
    project = load_project(copy_case(case, directory), environment={"PATH": str(Path(sys.executable).parent)})
    return list(check(project, target_of(case, project), workbench=workbench))


def render(events: Iterable[Event]) -> str:
    return "".join(f"{line}\n" for event in events for line in _lines(event))


def _lines(event: Event) -> Iterator[str]:
    match event:
        case Applied():
            yield "applied"
        case Undone(residue=residue):
            yield f"undone, residue: {len(residue)}"
        case Found(finding):
            yield from _finding(finding)
        case Judged(judgement):
            yield _judgement(judgement)
        case _:
            pass


def _finding(finding: Finding) -> Iterator[str]:
    source = finding.path.read_bytes().decode()
    line = source.count("\n", 0, finding.span.start) + 1
    column = finding.span.start - (source.rfind("\n", 0, finding.span.start) + 1) + 1
    place = f"{finding.path.name}:{line}:{column} “{finding.span.of(source)}”"
    yield f"{finding.level.value} {finding.code} at {place}"
    yield from (f"    {text}" for text in finding.message.splitlines() if ".control" not in text)


def _judgement(judgement: Judgement) -> str:
    mutant, verdict = judgement.mutant, judgement.verdict
    status = "Equivalent" if verdict.equivalent else verdict.status.value
    by = f" by {verdict.killed_by}" if verdict.killed_by else ""
    reason = f" ({verdict.reason})" if verdict.reason else ""
    return f"{mutant.operator} {mutant.role.value}: {mutant.description}: {status}{by}{reason}"
