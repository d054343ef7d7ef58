"""What the sections of the report have in common."""

import os
import shutil
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from stranger import own_installation

from confiture.config import PostgresConfig
from confiture.engine.interrupt import Sessions
from confiture.engine.project import Project, load_project
from confiture.engine.workbench import Workbench, open_workbench

SHOP = Path(__file__).parents[2] / "examples" / "shop"


_SPARES = 6
_EDIT = "COMMENT ON TABLE loyalty_entries IS 'edit "


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report.

    Attributes:
        goal: what is wanted; empty where there is only something to see.
        measured: the figures that belong to the goal, with their spread.
        met: whether it is; None where nothing is wanted.
        lines: the tables and remarks behind it, in Markdown.
        plots: SVG by file name.
    """

    title: str
    goal: str
    measured: str
    met: bool | None
    lines: tuple[str, ...] = ()
    plots: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """Where everything is measured: a server of our own, and copies of the example.

    Attributes:
        quick: only try whether it runs.
        histories: public projects with many migrations.
        binaries: from which the server was started.
        postmaster: its process.
    """

    quick: bool
    folder: Path
    histories: tuple[Path, ...]
    workbench: Workbench
    binaries: Path
    postmaster: int

    @property
    def repeats(self) -> int:
        """How often a ratio is measured."""
        return 1 if self.quick else 5

    def example(self, name: str) -> Path:
        """A fresh copy of the example, which is run on our server."""
        target = self.folder / name
        shutil.copytree(SHOP, target, ignore=shutil.ignore_patterns(".confiture"))
        with (target / "confiture.toml").open("a", encoding="utf-8") as settings:
            settings.write(f'\n[postgres]\nbinaries = "{self.binaries}"\n')
        return target

    def project(self, root: Path, **mutation: object) -> Project:
        """The project in ``root``, with one database at a time unless ``mutation`` says otherwise."""
        overrides = {"mutation": {"jobs": 1, **mutation}, "postgres": {"binaries": str(self.binaries)}}
        return load_project(root, environment={}, overrides=overrides)

    def server_seconds(self) -> float:
        """Seconds that all processes of the server have computed so far, those that ended too."""
        while (found := self._sum_of_seconds()) != self._sum_of_seconds():  # one may have ended in between
            time.sleep(0.05)
        return found

    def _sum_of_seconds(self) -> float:
        children = [path.name for path in Path("/proc").glob("[0-9]*") if _parent(path.name) == self.postmaster]
        return _cpu_seconds(self.postmaster) + sum(_cpu_seconds(int(child)) for child in children)


@contextmanager
def open_bench(folder: Path, *, quick: bool, histories: Sequence[Path]) -> Iterator[Bench]:
    """A bench with a server that nobody else uses."""
    with own_installation() as installation:
        config = PostgresConfig(binaries=installation.binaries)
        with open_workbench(config) as workbench:
            with workbench.clone(None) as database, Sessions(workbench.server).open(database) as session:
                postmaster = _parent(str(session.backend_pid)) or 0
            yield Bench(quick, folder, tuple(histories), workbench, installation.binaries, postmaster)


def make_ready(workbench: Workbench, template: str | None = None) -> None:
    """Waits until the spare clones of the base state ``template`` are ready, as they are between two saves."""
    if template:
        workbench.spares.want(template, _SPARES)
    workbench.spares.want_again(_SPARES)
    workbench.spares.wait()


_turns = count()


def edited(root: Path) -> None:
    """Changes what the newest migration of the example in ``root`` says, so that nothing is known of it any more."""
    file = max((root / "migrations").glob("*_loyalty.up.sql"))
    text = file.read_text("utf-8").partition(_EDIT)[0].rstrip()
    file.write_text(f"{text}\n{_EDIT}{next(_turns)}';\n", "utf-8")
    forget(root)


def forget(root: Path) -> None:
    """Deletes the verdicts that are remembered of the project in ``root``."""
    shutil.rmtree(root / ".confiture" / "cache", ignore_errors=True)


def spread(values: Sequence[float], *, unit: str = "", digits: int = 1) -> str:
    """Median with the smallest and the largest value."""
    low, middle, high = (f"{value:,.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return f"{middle}{unit} ({low}-{high})"


def milliseconds(seconds: Sequence[float]) -> str:
    """`spread` of seconds, in milliseconds."""
    return spread([value * 1000 for value in seconds], unit=" ms", digits=0)


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Of values that were measured in turn."""
    return [one / other for one, other in zip(above, below, strict=True)]


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> tuple[str, ...]:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return tuple(f"| {' | '.join(map(str, line))} |" for line in lines)


def resident_megabytes(process: int) -> float:
    """What ``process`` holds in memory that it shares with nobody, so that shared buffers do not count."""
    found = 0
    for line in Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Private_"):
            found += int(line.split()[1])
    return found / 1024


def _cpu_seconds(process: int) -> float:
    fields = _status(str(process))
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _parent(process: str) -> int | None:
    fields = _status(process)
    return int(fields[1]) if fields else None


def _status(process: str) -> list[str]:
    """The fields of ``/proc/PID/stat`` behind the name; empty when the process is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
