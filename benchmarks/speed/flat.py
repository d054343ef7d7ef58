"""The same save behind histories of different lengths, and what a cold start costs."""

import shutil
import statistics
import subprocess
from pathlib import Path
from time import perf_counter

from confiture.engine.check import check
from confiture.engine.interrupt import Sessions
from confiture.engine.workbench import Workbench
from confiture.model.event import Judged
from confiture.postgres.installation import find_installations
from confiture.postgres.scratch import Scratch
from speed.section import Bench, Section, edited, make_ready, milliseconds, ratios, spread, table

_LENGTHS = (15, 100, 1000)
_WITHIN = 0.2
_COLD, _WARM = 1.2, 0.2
_SHOP_BEFORE = 15
"""Migrations of the example before its newest one, which all projects begin with."""


def flat(bench: Bench) -> list[Section]:
    """Saves behind 15, 100 and 1,000 earlier migrations that leave the same schema, and the cold start behind 1,000."""
    lengths = (15, 100) if bench.quick else _LENGTHS
    roots = {length: _project(bench, length) for length in lengths}
    seconds: dict[int, list[float]] = {length: [] for length in lengths}
    for turn in range(bench.repeats + 1):
        for length, root in roots.items():
            elapsed = _save(bench, root)
            if turn:
                seconds[length].append(elapsed)
    last = lengths[-1]
    against = {length: ratios(seconds[length], seconds[lengths[0]]) for length in lengths}
    rows = [(length, milliseconds(seconds[length]), spread(against[length], unit="x", digits=2)) for length in lengths]
    middle = [statistics.median(values) for values in against.values()]
    saves = Section(
        "Flat: the same save behind longer histories",
        f"behind 15, 100 and 1,000 earlier migrations within ±{_WITHIN:.0%}",
        "; ".join(f"{length}: {value:.2f}x" for length, value in zip(lengths, middle, strict=True)),
        all(abs(value - 1) <= _WITHIN for value in middle),
        (
            (
                f"The example's newest migration, its {_SHOP_BEFORE} earlier ones, and between them as many of three "
                "statements each that write rows, replace indexes and change columns of one table, so that all "
                "histories end in the same schema: length alone differs. From the save (reading the project) to the "
                "last verdict, none of them remembered.\n"
            ),
            *table(["earlier migrations", "save → last verdict", f"of {lengths[0]}"], rows),
        ),
    )
    return [saves, _cold(bench, roots[last], last)]


def _save(bench: Bench, root: Path) -> float:
    edited(root)
    make_ready(bench.workbench)
    started = last = perf_counter()
    project = bench.project(root)
    for event in check(project, project.history.migrations[-1], workbench=bench.workbench):
        if isinstance(event, Judged):
            last = perf_counter()
    return last - started


def _cold(bench: Bench, root: Path, length: int) -> Section:
    cold: list[float] = []
    again: list[float] = []
    plain: list[float] = []
    for _ in range(bench.repeats):
        plain.append(_by_psql(bench, root))
        with Scratch(bench.workbench.server) as scratch:
            workbench = Workbench(bench.workbench.server, scratch)  # it knows no state
            cold.append(_base_state(bench, root, workbench))
            again.append(_base_state(bench, root, workbench))
    first, next_time = ratios(cold, plain), ratios(again, plain)
    return Section(
        f"Cold base state of {length:,} migrations",
        f"at most {_COLD}x psql applying the same files, {_WARM}x the next time",
        f"{spread(first, unit='x', digits=2)} and {spread(next_time, unit='x', digits=3)}",
        statistics.median(first) <= _COLD and statistics.median(next_time) <= _WARM,
        (
            (
                "One `psql` with a `-f` per file, on the same server. Ours includes reading the project, its catalog "
                "and the fingerprint of the state.\n"
            ),
            *table(
                ["", "seconds"],
                [
                    ("psql", spread(plain, digits=2)),
                    ("base state, cold", spread(cold, digits=2)),
                    ("base state, known", spread(again, digits=3)),
                ],
            ),
        ),
    )


def _base_state(bench: Bench, root: Path, workbench: Workbench) -> float:
    started = perf_counter()
    project = bench.project(root)
    sessions = Sessions(workbench.server)
    index = len(project.history.migrations) - 1
    workbench.base_states.before(project, index, sessions=sessions, made_up=0)
    return perf_counter() - started


def _by_psql(bench: Bench, root: Path) -> float:
    files = [argument for path in sorted((root / "migrations").glob("*.up.sql"))[:-1] for argument in ("-f", path)]
    installation = next(lead.installation for lead in find_installations(bench.project(root).config.postgres))
    assert installation
    program = installation.program("psql")
    psql = str(program) if program.exists() else shutil.which("psql")
    assert psql, "psql is needed for the comparison"
    with bench.workbench.clone(None) as database:
        command = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", bench.workbench.server.dsn(database), *files]
        started = perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return perf_counter() - started


def _project(bench: Bench, length: int) -> Path:
    """The example with ``length`` migrations before its newest one."""
    root = bench.example(f"behind {length}")
    folder = root / "migrations"
    earlier = sorted(folder.glob("*.sql"))
    for path in earlier:
        number, _, rest = path.name.partition("_")
        if int(number) > _SHOP_BEFORE:
            path.rename(folder / f"900000_{rest}")
    [bound] = (root / "tests").glob(f"{_SHOP_BEFORE + 1:06}_*.sql")
    bound.rename(root / "tests" / f"900000{bound.name[6:]}")
    for number in range(_SHOP_BEFORE + 1, length + 1):
        (folder / f"{number:06}_more.up.sql").write_text(_more(number - _SHOP_BEFORE - 1), "utf-8")
    return root


def _more(count: int) -> str:
    if not count:
        columns = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL, extra integer"
        return f"CREATE TABLE notes ({columns});\n"
    return (
        f"INSERT INTO notes (body) VALUES ('note {count}');\n"
        f"DROP INDEX IF EXISTS notes_body_idx; CREATE INDEX notes_body_idx ON notes (body, extra);\n"
        f"ALTER TABLE notes ALTER COLUMN extra SET DEFAULT {count};\n"
    )
