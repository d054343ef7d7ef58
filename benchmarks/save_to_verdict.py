"""From save to first finding and to last verdict on the example's newest migration, beside a naive runner.

Run with ``python benchmarks/save_to_verdict.py [REPEATS]``. Everything is measured in one run on a private cluster; the
ratios count, the times are of this machine. Verdicts of both runners are compared.
"""

import asyncio
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter

from lsprotocol import types
from naive import judge_naively, prepare
from pygls.lsp.client import LanguageClient

from confiture.engine.check import check
from confiture.engine.interrupt import Sessions
from confiture.engine.project import Project, load_project
from confiture.engine.setting import Setting
from confiture.engine.workbench import Workbench, open_workbench
from confiture.model.event import Judged, Planned
from confiture.model.verdict import Judgement

SHOP = Path(__file__).parents[1] / "examples" / "shop"


@contextmanager
def example() -> Iterator[Path]:
    """A copy of the example, whose baselines do not matter."""
    with tempfile.TemporaryDirectory() as directory:
        yield Path(shutil.copytree(SHOP, Path(directory) / "shop", ignore=shutil.ignore_patterns(".confiture")))


def forget(project: Path) -> None:
    """Deletes the verdicts that are remembered, so that all mutants are judged anew."""
    shutil.rmtree(project / ".confiture" / "cache", ignore_errors=True)


def engine_run(project: Project, workbench: Workbench) -> tuple[float, list[Judgement]]:
    """Seconds that the engine takes to judge all mutants once they are planned, and its verdicts."""
    forget(project.config.root)
    judgements: list[Judgement] = []
    started = last = perf_counter()
    for event in check(project, project.history.migrations[-1], workbench=workbench):
        if isinstance(event, Planned):
            started = perf_counter()
        elif isinstance(event, Judged):
            judgements.append(event.judgement)
            last = perf_counter()
    return last - started, judgements


def naive_run(project: Project, workbench: Workbench) -> tuple[float, list[Judgement]]:
    """Seconds that the naive runner takes for the same mutants, and its verdicts."""
    sessions = Sessions(workbench.server)
    setting = Setting(project, project.history.migrations[-1], workbench, sessions)
    trial, mutants = prepare(setting)
    started = perf_counter()
    judgements = list(judge_naively(setting, trial, mutants))
    return perf_counter() - started, judgements


class Editor:
    """A client of the language server that saves the newest migration, broken and whole in turn."""

    def __init__(self, shop: Path) -> None:
        self.client = LanguageClient("benchmark", "1")
        self.shop = shop
        self.file = max((shop / "migrations").glob("*.up.sql"))
        self.text = self.file.read_text("utf-8")
        self.version = 1
        self.shown: list[tuple[float, set[str]]] = []
        self.ended = asyncio.Event()
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(Editor._show, self))
        self.client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)(lambda _: None)
        self.client.feature(types.PROGRESS)(partial(Editor._progress, self))

    def _show(self, params: types.PublishDiagnosticsParams) -> None:
        self.shown.append((perf_counter(), {str(diagnostic.code) for diagnostic in params.diagnostics}))

    def _progress(self, params: types.ProgressParams) -> None:
        if isinstance(params.value, dict) and params.value.get("kind") == "end":
            self.ended.set()

    async def start(self) -> None:
        """Starts the server and opens the file."""
        await self.client.start_io(sys.executable, "-m", "confiture", "serve", env=dict(os.environ))
        capabilities = types.ClientCapabilities(window=types.WindowClientCapabilities(work_done_progress=True))
        root = types.InitializeParams(capabilities=capabilities, root_uri=self.shop.as_uri())
        await self.client.initialize_async(root)
        self.client.initialized(types.InitializedParams())
        document = types.TextDocumentItem(self.file.as_uri(), "sql", self.version, self.text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    async def save(self, text: str) -> float:
        """Types ``text``, saves it, waits for the end of the run; returns when it was saved."""
        self.version += 1
        document = types.VersionedTextDocumentIdentifier(self.version, self.file.as_uri())
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        self.file.write_text(text, "utf-8")
        forget(self.shop)
        self.shown.clear()
        self.ended.clear()
        saved = perf_counter()
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))
        await self.ended.wait()
        return saved

    async def stop(self) -> None:
        """Says goodbye."""
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    async def until_shown(self, wanted: Callable[[set[str]], bool]) -> float:
        """When diagnostics whose codes are ``wanted`` came first."""
        while True:
            for when, codes in self.shown:
                if wanted(codes):
                    return when
            await asyncio.sleep(0.01)


async def editor_runs(shop: Path, repeats: int) -> list[tuple[float, float, float]]:
    """Seconds from save to PostgreSQL's error, to the first survivor and to the end of the run, warm."""
    editor = Editor(shop)
    await editor.start()
    times: list[tuple[float, float, float]] = []
    for _ in range(repeats + 1):
        saved = await editor.save(f"{editor.text}\nSELEC 1;\n")
        error = await editor.until_shown(lambda codes: "apply-error" in codes) - saved
        saved = await editor.save(editor.text)
        end = perf_counter() - saved
        survivor = await editor.until_shown(lambda codes: any("_" in code for code in codes)) - saved
        times.append((error, survivor, end))
    await editor.stop()
    return times[1:]


def spread(values: list[float]) -> str:
    """Median with the smallest and the largest value, in milliseconds."""
    return f"{statistics.median(values) * 1000:.0f} ({min(values) * 1000:.0f}–{max(values) * 1000:.0f})"


def main() -> None:
    """Measures and prints."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with example() as shop:
        project = load_project(shop, environment={})
        with open_workbench(project.config.postgres) as workbench:
            origin = workbench.server.origin
            engine_run(project, workbench)
            engine = [engine_run(project, workbench) for _ in range(repeats)]
            naive = [naive_run(project, workbench) for _ in range(max(1, repeats // 3))]
        editor = asyncio.run(editor_runs(shop, repeats))
    verdicts = [{j.mutant.id: j.verdict.status for j in judgements} for _, judgements in (*engine, *naive)]
    same = sum(verdict == verdicts[0][mutant] for mutant, verdict in verdicts[-1].items())
    ours, theirs = [seconds for seconds, _ in engine], [seconds for seconds, _ in naive]
    print(f"{origin}, {os.cpu_count()} cores; {len(verdicts[0])} mutants of {project.history.migrations[-1].title}\n")
    print("| what | median ms (range) |\n|---|---|")
    for index, what in enumerate(("PostgreSQL's error", "first survivor", "last verdict")):
        print(f"| save → {what}, over LSP, warm | {spread([times[index] for times in editor])} |")
    print(f"| all mutants, engine | {spread(ours)} |")
    print(f"| all mutants, new database and whole history each | {spread(theirs)} |\n")
    print(f"Ratio naive / engine: {statistics.median(theirs) / statistics.median(ours):.1f}")
    print(f"Verdicts alike: {same} of {len(verdicts[-1])}; runs of the engine alike: {verdicts.count(verdicts[0])}")


if __name__ == "__main__":
    main()
