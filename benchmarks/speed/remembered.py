"""What remembered verdicts save after random edits, and whether they are those that a fresh run gives."""

import random
import re
from pathlib import Path
from time import perf_counter

from confiture.engine.check import check
from confiture.engine.project import Project
from confiture.engine.workbench import Workbench
from confiture.model.event import Judged, Planned
from confiture.model.verdict import Verdict
from speed.section import Bench, Section, forget, spread, table

COMMENT, NUMBER, TEST, STATEMENT = "a comment", "a number", "a test", "a statement"
KINDS = (COMMENT, NUMBER, TEST, STATEMENT)
_EDITS = 6
_MIGRATIONS = (5, 16)


def judge_all(project: Project, index: int, workbench: Workbench) -> tuple[float, float, dict[str, tuple[object, ...]]]:
    """Seconds of the whole run and of its judging, and what each verdict says."""
    verdicts: dict[str, tuple[object, ...]] = {}
    started = planned = last = perf_counter()
    for event in check(project, project.history.migrations[index], workbench=workbench):
        if isinstance(event, Planned):
            planned = last = perf_counter()
        elif isinstance(event, Judged):
            last = perf_counter()
            verdicts[event.judgement.mutant.id] = said(event.judgement.verdict)
    return perf_counter() - started, last - planned, verdicts


def said(verdict: Verdict) -> tuple[object, ...]:
    """All of ``verdict`` but how long it took."""
    return verdict.status, verdict.reason, verdict.killed_by, verdict.equivalent, verdict.oracles


def edit(root: Path, index: int, *, kind: str, dice: random.Random) -> None:
    """Changes a file of the project; the history may not apply any more, and nothing is judged then."""
    folder, pattern = ("tests", "*.sql") if kind == TEST else ("migrations", f"{index + 1:06}_*.sql")
    path = dice.choice(sorted((root / folder).glob(pattern)))
    text = path.read_text("utf-8")
    match kind:
        case "a comment":
            lines = text.splitlines()
            lines.insert(dice.randrange(len(lines) + 1), f"-- {dice.random()}")
            text = "\n".join(lines) + "\n"
        case "a number":
            numbers = list(re.finditer(r"\b\d+\b", text))
            if numbers:
                number = dice.choice(numbers)
                text = f"{text[: number.start()]}{int(number.group()) + 1}{text[number.end() :]}"
        case "a test":
            text += f"SELECT {dice.randrange(1000)} >= 0;\n"
        case _:
            text += f"COMMENT ON SCHEMA public IS '{dice.random()}';\n"
    path.write_text(text, "utf-8")


def remembered(bench: Bench) -> Section:
    """Checks one migration twice after each edit: with the verdicts that earlier runs left, and without any."""
    dice = random.Random(1)
    wrong = compared = 0
    rows: list[tuple[str, str, str, str]] = []
    for kind in KINDS:
        whole: list[float] = []
        judging: list[float] = []
        alike = total = 0
        for turn in range(1 if bench.quick else _EDITS):
            root = bench.example(f"remembered {kind} {turn}")
            index = dice.choice(_MIGRATIONS) - 1
            judge_all(bench.project(root), index, bench.workbench)
            edit(root, index, kind=kind, dice=dice)
            project = bench.project(root)
            seconds, judged, verdicts = judge_all(project, index, bench.workbench)
            forget(root)
            fresh_seconds, fresh_judged, fresh = judge_all(project, index, bench.workbench)
            whole.append(100 * seconds / fresh_seconds)
            if fresh:
                judging.append(100 * judged / fresh_judged)
            total += len(fresh)
            alike += sum(verdicts.get(mutant) == verdict for mutant, verdict in fresh.items())
            wrong += verdicts != fresh
        shown = spread(judging, unit=" %", digits=0) if judging else "-"
        rows.append((kind, spread(whole, unit=" %", digits=0), shown, f"{alike} of {total}"))
        compared += total
    return Section(
        "Remembered verdicts",
        "after any edit those of a fresh run",
        f"{compared} verdicts compared, {wrong} of the runs differ from a fresh one",
        not wrong,
        table(["after an edit of", "whole run, of a fresh one", "judging, of a fresh one", "alike"], rows),
    )
