"""All measurements of speed in one run, on a private server of their own; writes RESULTS.md beside this file.

    python benchmarks/run.py [--quick] [--only SECTION …] [--history DIRECTORY …] [--write FILE]

Ratios come from runs side by side; times are of this machine. DIRECTORY holds a public project with 100 migrations or
more. With --quick everything runs once and little of it, to see that it runs. Linux only: CPU times come from /proc.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from traceback import format_exc

from speed.cancelling import cancelling
from speed.comparisons import comparisons
from speed.editor import answers, saves
from speed.flat import flat
from speed.long_run import long_run
from speed.remembered import remembered
from speed.section import Bench, Section, open_bench, table
from speed.work import busy, workers

SECTIONS: dict[str, Callable[[Bench], Section | list[Section]]] = {
    "comparisons": comparisons,
    "busy": busy,
    "workers": workers,
    "saves": saves,
    "flat": flat,
    "long": long_run,
    "answers": answers,
    "cancel": cancelling,
    "remembered": remembered,
}


def main() -> int:
    """Measures, prints and writes, anew after each section; 1 when a part could not be measured."""
    options = _options()
    options.write.parent.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    started = perf_counter()
    found: list[Section] = []
    with (
        tempfile.TemporaryDirectory(prefix="confiture-speed-") as folder,
        open_bench(Path(folder), quick=options.quick, histories=[each.resolve() for each in options.history]) as bench,
    ):
        for name in options.only or SECTIONS:
            found += _measured(name, bench)
            minutes = (perf_counter() - started) / 60
            _write(options.write, found, _environment(bench, load=load, minutes=minutes, quick=options.quick))
    return int(any(not section.measured for section in found))


def _environment(bench: Bench, *, load: float, minutes: float, quick: bool) -> str:
    return (
        f"PostgreSQL {bench.workbench.server.version_text}, data in memory where there is room; "
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; "
        f"load {load:.1f} before, {os.getloadavg()[0]:.1f} after; {datetime.now(UTC):%Y-%m-%d}, {minutes:.0f} minutes"
        f"{'; a quick trial, whose figures mean nothing' if quick else ''}."
    )


def _write(path: Path, found: Sequence[Section], environment: str) -> None:
    path.write_text("\n".join([*_report(found, environment)]) + "\n", "utf-8")
    for section in found:
        for name, picture in section.plots:
            path.with_name(name).write_text(picture, "utf-8")


def _measured(name: str, bench: Bench) -> list[Section]:
    """The sections of one part; one that says why, when it fails: the others are measured all the same."""
    started = perf_counter()
    try:
        result = SECTIONS[name](bench)
    except Exception:  # noqa: BLE001 - it is told, and makes the exit status 1
        result = Section(name, "", "", None, ("Not measured:\n", f"```\n{format_exc()}```"))
    sections = [result] if isinstance(result, Section) else result
    for section in sections:
        print(f"{section.title}: {section.measured or 'not measured'} [{_judged(section)}]", flush=True)
    print(f"    {name} took {perf_counter() - started:.0f} s", flush=True)
    return sections


def _report(sections: Sequence[Section], environment: str) -> list[str]:
    lines = [
        "# How fast it is",
        "",
        "Written by `python benchmarks/run.py`. Medians, with the smallest and the largest value in parentheses;",
        "ratios are of runs side by side.",
        "",
        environment,
        "",
        *table(
            ["", "goal", "measured", "met"],
            [(section.title, section.goal, section.measured, _judged(section)) for section in sections],
        ),
    ]
    for section in sections:
        lines += ["", f"## {section.title}", "", *section.lines]
    return lines


def _judged(section: Section) -> str:
    return {True: "yes", False: "**no**", None: "-"}[section.met]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="run everything once, little of it")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--history", nargs="*", type=Path, default=[], metavar="DIRECTORY", help="public projects")
    results = Path(__file__).with_name("RESULTS.md")
    parser.add_argument("--write", type=Path, default=results, metavar="FILE", help="where the report goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
