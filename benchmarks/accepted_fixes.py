"""What a project's score becomes when every fix that is offered is accepted.

Run with ``python benchmarks/accepted_fixes.py PROJECT [--without SHARE] [--seed S] [--changes DIRECTORY]``. It works on
a copy: takes away a share of the tests, checks all migrations, writes every test that is offered, and checks again.
With ``--changes``, each ``.sql`` file there is then the newest migration of the project once, and all tests run.
"""

import argparse
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from confiture.engine.check import check
from confiture.engine.killing.write import Proved, Unproved, Written, write_tests
from confiture.engine.outcome import Outcome, collect
from confiture.engine.project import Project, load_project
from confiture.engine.workbench import Workbench, open_workbench
from confiture.model.mutant import Mutant
from confiture.model.verdict import UNDETECTED, score


def main() -> None:
    """Prints both scores, what became of each survivor, and which tests later changes break."""
    options = _options()
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "project"
        shutil.copytree(options.project, root, ignore=shutil.ignore_patterns(".confiture"))
        with open_workbench(_load(root).config.postgres) as workbench:
            _take_away(_load(root), options.without, random.Random(options.seed))
            before = [*_check(_load(root), workbench)]
            _print_score("before", before)
            _accept(root, before, workbench)
            after = [*_check(_load(root), workbench)]
            _print_score("after", after)
            for operator, description, reason in _left(after):
                print(f"  {operator} {description}: {reason}")
            for change in sorted(options.changes.glob("*.sql")) if options.changes else ():
                _try_change(root, change, workbench)


def _load(root: Path) -> Project:
    return load_project(root, environment={})


def _take_away(project: Project, share: float, chance: random.Random) -> None:
    """Deletes a share of the files of tests."""
    paths = [test.script.path for test in project.tests]
    for path in chance.sample(paths, round(len(paths) * share)):
        path.unlink()


def _check(project: Project, workbench: Workbench) -> Iterator[Outcome]:
    for migration in project.history.migrations:
        outcome = collect(check(project, migration, workbench=workbench))
        yield outcome
        for finding in outcome.findings:
            if finding.level.value == "error":
                print(f"  {migration.title}: {finding.message}")


def _print_score(when: str, outcomes: list[Outcome]) -> None:
    judgements = [judgement for outcome in outcomes for judgement in outcome.judgements]
    counts = Counter(judgement.verdict.status.value for judgement in judgements)
    print(f"{when}: score {score(judgements):.1f} %, {dict(sorted(counts.items()))}", flush=True)


def _survivors(outcome: Outcome) -> dict[str, Mutant]:
    return {j.mutant.id: j.mutant for j in outcome.judgements if j.verdict.status in UNDETECTED}


def _accept(root: Path, outcomes: list[Outcome], workbench: Workbench) -> None:
    """Writes all tests that are offered into their files."""
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        migration = outcome.migration
        for message in write_tests(_load(root), migration, mutants=_survivors(outcome), workbench=workbench):
            match message:
                case Proved(mutant):
                    counts[mutant.operator, "proved"] += 1
                case Unproved(mutant, reason):
                    counts[mutant.operator, reason.partition(":")[0]] += 1
                case Written(file, claims, rows) if claims:
                    _put(file.path, file.with_claims(claims))
                    if rows:
                        _put(rows.file.path, rows.file.with_rows(rows.inserts))
                case _:
                    pass
    total = counts.total()
    proved = sum(count for (_, what), count in counts.items() if what == "proved")
    print(f"offered and proved: {proved} of {total} survivors ({proved / max(1, total):.0%})")
    for (operator, what), count in sorted(counts.items()):
        print(f"  {operator}  {count:4}  {what}")


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def _left(outcomes: list[Outcome]) -> Iterator[tuple[str, str, str]]:
    for outcome in outcomes:
        for judgement in outcome.judgements:
            if judgement.verdict.status in UNDETECTED:
                yield judgement.mutant.operator, judgement.mutant.description, judgement.verdict.reason or ""


def _try_change(root: Path, change: Path, workbench: Workbench) -> None:
    """Says which tests fail once ``change`` is the newest migration."""
    raise NotImplementedError


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path, metavar="PROJECT")
    parser.add_argument("--without", type=float, default=0.0, metavar="SHARE", help="take away this share of the tests")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which tests are taken away")
    parser.add_argument("--changes", type=Path, metavar="DIRECTORY", help="later migrations to try")
    return parser.parse_args()


if __name__ == "__main__":
    main()
