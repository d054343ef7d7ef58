"""What judging in several databases at once gains, and whether the verdicts stay the same.

Run with ``python benchmarks/jobs.py [--repeats N]``. Checks one migration of the example with one, two and four
databases in turn, with no remembered verdicts. Ratios count; they mean little while the machine does other work.
"""

import argparse
import os
import statistics
import sys

from save_to_verdict import engine_run, example, spread

from confiture.engine.project import load_project
from confiture.engine.workbench import open_workbench

JOBS = (1, 2, 4)


def main() -> int:
    """Measures and prints; 1 when verdicts differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    seconds: dict[int, list[float]] = {jobs: [] for jobs in JOBS}
    verdicts: set[frozenset[object]] = set()
    with example() as shop:
        projects = {jobs: load_project(shop, environment={}, overrides={"mutation": {"jobs": jobs}}) for jobs in JOBS}
        with open_workbench(projects[1].config.postgres) as workbench:
            engine_run(projects[1], workbench)
            for _ in range(repeats):
                for jobs, project in projects.items():
                    elapsed, judgements = engine_run(project, workbench)
                    seconds[jobs].append(elapsed)
                    verdicts.add(frozenset((j.mutant.id, j.verdict.status, j.verdict.killed_by) for j in judgements))
            print(f"{workbench.server.origin}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| databases | median ms (range) | against one |\n|---|---|---|")
    for jobs, times in seconds.items():
        ratios = [one / many for one, many in zip(seconds[1], times, strict=True)]
        print(f"| {jobs} | {spread(times)} | {statistics.median(ratios):.2f}× ({min(ratios):.2f}–{max(ratios):.2f}) |")
    print(f"\nAll runs have the same verdicts: {len(verdicts) == 1}")
    return int(len(verdicts) != 1)


if __name__ == "__main__":
    sys.exit(main())
