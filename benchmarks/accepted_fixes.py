"""What a project's score becomes when every fix that is offered is accepted.

Run with ``python benchmarks/accepted_fixes.py PROJECT [--without SHARE] [--seed S] [--changes FILE]``. It works on a
copy: takes away a share of the tests, checks all migrations, writes every test that is offered, and checks again. Each
change in FILE is then the newest migration once, and the files that got tests are asked where they are bound to, and at
the head of the history too, where those that speak of what has changed must fail.
"""

import argparse
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from confiture.engine.check import check
from confiture.engine.deliver import deliver
from confiture.engine.killing.write import Limited, Proved, Unproved, Written, write_tests
from confiture.engine.outcome import Outcome, collect
from confiture.engine.project import Project, load_project
from confiture.engine.steps import steps_of
from confiture.engine.workbench import Workbench, open_workbench
from confiture.model.mutant import Mutant
from confiture.model.span import apply_edits
from confiture.model.verdict import UNDETECTED, score
from confiture.oracles.answer import Opinion
from confiture.oracles.sql_file import SqlOracle
from confiture.postgres.session import Session
from confiture.sql import parse_script


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
            written = _accept(root, before, workbench)
            after = [*_check(_load(root), workbench)]
            _print_score("after", after)
            for operator, description, reason in _left(after):
                print(f"  {operator} {description}: {reason}")
            if options.changes:
                _try_changes(_load(root), options.changes, written, workbench)


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


def _accept(root: Path, outcomes: list[Outcome], workbench: Workbench) -> set[Path]:
    """Writes all tests that are offered into their files, which are returned."""
    written: set[Path] = set()
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        migration = outcome.migration
        for message in write_tests(_load(root), migration, mutants=_survivors(outcome), workbench=workbench):
            match message:
                case Proved(mutant):
                    counts[mutant.operator, "proved"] += 1
                case Limited(mutant):
                    counts[mutant.operator, "a budget"] += 1
                case Unproved(mutant, reason):
                    counts[mutant.operator, reason.partition(":")[0]] += 1
                case Written(file, claims, rows, budgets):
                    if claims:
                        _put(file.path, file.with_claims(claims))
                        written.add(file.path)
                    if rows:
                        _put(rows.file.path, rows.file.with_rows(rows.inserts))
                    _put(migration.up.path, apply_edits(migration.up.source, budgets))
                case _:
                    pass
    total = counts.total()
    proved = sum(count for (_, what), count in counts.items() if what in ("proved", "a budget"))
    print(f"offered and proved: {proved} of {total} survivors ({proved / max(1, total):.0%})")
    for (operator, what), count in sorted(counts.items()):
        print(f"  {operator}  {count:4}  {what}")
    return written


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def _left(outcomes: list[Outcome]) -> Iterator[tuple[str, str, str]]:
    for outcome in outcomes:
        for judgement in outcome.judgements:
            if judgement.verdict.status in UNDETECTED:
                yield judgement.mutant.operator, judgement.mutant.description, judgement.verdict.reason or ""


def _try_changes(project: Project, path: Path, written: set[Path], workbench: Workbench) -> None:
    """Says how many of the ``written`` files fail once each change in ``path`` is the newest migration."""
    head, *parts = re.split(r"^-- change: (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    del head
    totals: Counter[str] = Counter()
    for title, text in zip(parts[::2], parts[1::2], strict=True):
        newest = replace(project.history.migrations[-1], version="999999", name=title, up=parse_script(path, text))
        history = replace(project.history, migrations=(*project.history.migrations, newest))
        broken = _broken(replace(project, history=history), written, workbench)
        totals.update(broken)
        print(f"  {title}: {broken['bound']} of {len(written)} files break; at the head {broken['head']} would")
    print(f"later changes: {totals['bound']} of {len(written) * len(parts) // 2} break ({totals['head']} at the head)")


def _broken(project: Project, written: set[Path], workbench: Workbench) -> Counter[str]:
    """How many files fail right after the migration that they are bound to, and how many at the head."""
    broken: Counter[str] = Counter()
    mine = [test for test in project.tests if test.script.path in written]
    with workbench.clone(None) as database, Session(workbench.server, database) as session:
        for migration in project.history.migrations:
            for step in steps_of(project, migration):
                deliver(session, step.script, step.delivery)
            broken["bound"] += _failing(session, [test for test in mine if test.version == migration.version])
        broken["head"] = _failing(session, mine)
    return broken


def _failing(session: Session, tests: list[SqlOracle]) -> int:
    session.begin()
    try:
        return sum(test.ask(session).opinion is not Opinion.PASSED for test in tests)
    finally:
        session.rollback()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path, metavar="PROJECT")
    parser.add_argument("--without", type=float, default=0.0, metavar="SHARE", help="take away this share of the tests")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which tests are taken away")
    parser.add_argument("--changes", type=Path, metavar="FILE", help="later migrations to try")
    return parser.parse_args()


if __name__ == "__main__":
    main()
