"""What remembered verdicts save, and whether they are those that a fresh run gives.

Run with ``python benchmarks/remembered_verdicts.py [--edits N] [--seed S]``. Makes random edits of the example's
migrations, tests and seeds one after the other; after each, one migration is checked twice: with the verdicts that
earlier runs left, and without any. All verdicts are compared.
"""

import argparse
import random
import re
import shutil
import tempfile
from pathlib import Path
from time import perf_counter

from save_to_verdict import forget, spread

from confiture.engine.check import check
from confiture.engine.project import Project, load_project
from confiture.engine.workbench import Workbench, open_workbench
from confiture.model.event import Judged, Planned
from confiture.model.verdict import Verdict

SHOP = Path(__file__).parents[1] / "examples" / "shop"
COMMENT, NUMBER, TEST, STATEMENT = "a comment", "a number", "a test", "a statement"
KINDS = (COMMENT, NUMBER, TEST, STATEMENT)


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


def main() -> int:
    """Measures, compares and prints; 1 when a verdict differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=12, help="how many edits of each kind")
    parser.add_argument("--seed", type=int, default=1, help="of the edits")
    parser.add_argument("--migrations", type=int, nargs="*", default=[5, 16], help="by number, which are edited")
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    wrong = compared = 0
    with tempfile.TemporaryDirectory() as directory:
        pristine = Path(shutil.copytree(SHOP, Path(directory) / "shop", ignore=shutil.ignore_patterns(".confiture")))
        with open_workbench(load_project(pristine, environment={}).config.postgres) as workbench:
            print(f"{workbench.server.origin}\n")
            print("| after an edit of | whole run, of a fresh one | judging, of a fresh one | verdicts alike |")
            print("|---|---|---|---|")
            for kind in KINDS:
                whole: list[float] = []
                judging: list[float] = []
                alike = total = 0
                for _ in range(arguments.edits):
                    root = Path(directory) / f"{len(whole)} {kind}"
                    shutil.copytree(pristine, root)
                    index = dice.choice(arguments.migrations) - 1
                    judge_all(load_project(root, environment={}), index, workbench)
                    edit(root, index, kind=kind, dice=dice)
                    project = load_project(root, environment={})
                    seconds, judged, verdicts = judge_all(project, index, workbench)
                    forget(root)
                    fresh_seconds, fresh_judged, fresh = judge_all(project, index, workbench)
                    whole.append(seconds / fresh_seconds)
                    if fresh:
                        judging.append(judged / fresh_judged)
                    total += len(fresh)
                    alike += sum(verdicts.get(mutant) == verdict for mutant, verdict in fresh.items())
                    wrong += verdicts != fresh
                print(f"| {kind} | {percent(whole)} | {percent(judging)} | {alike} of {total} |", flush=True)
                compared += total
    print(f"\n{compared} verdicts compared; runs that differ from a fresh one: {wrong}")
    return int(bool(wrong))


def percent(ratios: list[float]) -> str:
    """Median and range, in percent."""
    return spread([ratio / 10 for ratio in ratios]).replace(" ", "% ", 1) if ratios else "–"


if __name__ == "__main__":
    raise SystemExit(main())
