"""How long an editor waits for answers: at the start, for a keystroke's syntax error, and for a hover during a run.

``python benchmarks/lsp_answers.py [REPEATS]``. Times are of this machine; the last line is a share: how much of reading
the example's project the first time a save reads again.
"""

import asyncio
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "lsp"))

from editor import Editor, started

from confiture.engine.project import load_project

SHOP = Path(__file__).parents[1] / "examples" / "shop"


async def starts(root: Path, repeats: int) -> list[float]:
    """Seconds from the start of the process to the answer to ``initialize``, as far as a client waits for it."""
    seconds: list[float] = []
    for _ in range(repeats):
        began = perf_counter()
        async with started(root):
            seconds.append(perf_counter() - began)
    return seconds


async def keystrokes(editor: Editor, migrations: Path, repeats: int) -> list[float]:
    """Seconds from a keystroke in a script of 1,000 statements to the syntax error that it makes."""
    path = migrations / "000099_typed.up.sql"
    editor.open(path, "SELECT 1;\n" * 1000)
    await editor.lenses(path)
    seconds: list[float] = []
    for _ in range(repeats):
        began = perf_counter()
        editor.type(path, "(", (500, 7))
        await editor.until(lambda: editor.codes(path) == ["syntax"])
        seconds.append(perf_counter() - began)
        editor.type(path, "", (500, 7), (500, 8))
        await editor.until(lambda: editor.codes(path) == [])
    editor.close(path)
    return seconds


async def hovers(editor: Editor, path: Path, runs: int) -> list[float]:
    """Seconds that hovers take while the migration is checked, with all of its mutants judged anew."""
    editor.open(path)
    await editor.check(path)
    seconds: list[float] = []
    for _ in range(runs):
        shutil.rmtree(path.parents[1] / ".confiture", ignore_errors=True)
        ended = len(editor.ended)
        editor.save(path)
        while len(editor.ended) == ended:
            began = perf_counter()
            await editor.hover(path, 5, 0)
            seconds.append(perf_counter() - began)
            await asyncio.sleep(0.01)
        await editor.idle()
    return seconds


def readings(shop: Path, repeats: int) -> tuple[float, list[float]]:
    """Seconds to read the project for the first time, and again."""
    seconds: list[float] = []
    for _ in range(repeats + 1):
        began = perf_counter()
        load_project(shop, environment={})
        seconds.append(perf_counter() - began)
    return seconds[0], seconds[1:]


def row(what: str, goal: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    median, slow = statistics.median(ordered), ordered[int(0.99 * (len(ordered) - 1))]
    return f"| {what} | {median * 1000:.1f} | {slow * 1000:.1f} | {ordered[0] * 1000:.1f} | {len(ordered)} | {goal} |"


async def measure(shop: Path, repeats: int) -> None:
    print("| what | median ms | 99 % | least | count | goal |\n|---|---|---|---|---|---|")
    print(row("start to initialized", "600", await starts(shop, repeats)))
    async with started(shop) as editor:
        print(row("keystroke to syntax error", "50", await keystrokes(editor, shop / "migrations", 5 * repeats)))
        newest = max((shop / "migrations").glob("*.up.sql"))
        print(row("hover during a run", "20 (99 %)", await hovers(editor, newest, repeats)))


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory(prefix="confiture-answers-") as folder:
        shop = Path(shutil.copytree(SHOP, Path(folder).resolve() / "shop", ignore=shutil.ignore_patterns(".confiture")))
        first, again = readings(shop, repeats)
        asyncio.run(measure(shop, repeats))
    times = f"{first * 1000:.0f} ms at first, {statistics.median(again) * 1000:.1f} ms again"
    print(f"\nReading the project: {times} ({statistics.median(again) / first:.0%})")


if __name__ == "__main__":
    main()
