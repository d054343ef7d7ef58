"""From save to findings, and answers while a run is on, as an editor sees them over stdio."""

import asyncio
import os
import random
import statistics
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from time import perf_counter

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from speed.section import Bench, Section, forget, milliseconds, ratios, resident_megabytes, spread, table

_FIRST, _ALL = 0.3, 1.5
_EDITED, _COMMENTED = 0.25, 0.10
_ANSWER, _INITIALIZE = 0.020, 0.600
_MEMORY_MB, _SAVES = 150, 1000
_SAVING_SECONDS = 240
_PAUSE_SECONDS = 0.5
"""Between saves; the server makes the next run's clones then."""
_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
"""Lets the server keep its bytecode, as an installed one does: compiling its modules takes a third of a second."""


class Editor:
    """A client of the language server that edits and saves one migration."""

    def __init__(self, file: Path) -> None:
        self.client = LanguageClient("benchmark", "1")
        self.file = file
        self.text = file.read_text("utf-8")
        self.version = 1
        self.shown: list[tuple[float, set[str]]] = []
        self.ended = asyncio.Event()
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(Editor._show, self))
        self.client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)(lambda _: None)
        self.client.feature(types.PROGRESS)(partial(Editor._progress, self))

    @property
    def document(self) -> types.TextDocumentIdentifier:
        """The file, for requests."""
        return types.TextDocumentIdentifier(self.file.as_uri())

    def _show(self, params: types.PublishDiagnosticsParams) -> None:
        self.shown.append((perf_counter(), {str(diagnostic.code) for diagnostic in params.diagnostics}))

    def _progress(self, params: types.ProgressParams) -> None:
        if isinstance(params.value, dict) and params.value.get("kind") == "end":
            self.ended.set()

    async def start(self) -> float:
        """Starts the server and opens the file; returns the seconds until `initialize` was answered."""
        started = perf_counter()
        await self.client.start_io(sys.executable, "-m", "confiture", "serve", env={**os.environ, **_COMPILED})
        capabilities = types.ClientCapabilities(window=types.WindowClientCapabilities(work_done_progress=True))
        root = self.file.parents[1].as_uri()
        await self.client.initialize_async(types.InitializeParams(capabilities=capabilities, root_uri=root))
        seconds = perf_counter() - started
        self.client.initialized(types.InitializedParams())
        document = types.TextDocumentItem(self.file.as_uri(), "sql", self.version, self.text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        return seconds

    def begin_save(self, text: str) -> float:
        """Types ``text`` and saves it; returns when."""
        self.version += 1
        document = types.VersionedTextDocumentIdentifier(self.version, self.file.as_uri())
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        self.file.write_text(text, "utf-8")
        self.shown.clear()
        self.ended.clear()
        saved = perf_counter()
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))
        return saved

    async def save(self, text: str, *, pause: float = 0) -> float:
        """Saves ``text`` after a ``pause`` and waits; returns the seconds until the run was over."""
        await asyncio.sleep(pause)
        saved = self.begin_save(text)
        await self.ended.wait()
        return perf_counter() - saved

    async def save_until(self, text: str, wanted: Callable[[str], bool]) -> float:
        """Saves ``text`` after a pause; returns the seconds until a diagnostic with a ``wanted`` code came."""
        await asyncio.sleep(_PAUSE_SECONDS)
        saved = self.begin_save(text)
        while True:
            for when, codes in self.shown:
                if any(map(wanted, codes)):
                    await self.ended.wait()
                    return when - saved
            await asyncio.sleep(0.002)

    async def stop(self) -> None:
        """Says goodbye."""
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()


def saves(bench: Bench) -> Section:
    """Saves of the example's newest migration: broken, whole, with one statement edited, with a comment edited."""
    root = bench.example("saves")
    times = asyncio.run(_saves(Editor(root / "migrations" / "000016_loyalty.up.sql"), root, bench.repeats))
    edited, commented = (
        ratios(times["one statement edited"], times["whole"]),
        ratios(times["a comment"], times["whole"]),
    )
    median = statistics.median
    met = (
        median(times["first survivor"]) < _FIRST
        and median(times["whole"]) < _ALL
        and median(edited) <= _EDITED
        and median(commented) <= _COMMENTED
    )
    return Section(
        "From save to findings",
        f"first finding < {_FIRST * 1000:.0f} ms, all verdicts < {_ALL} s, again after one statement ≤ {_EDITED:.0%}, "
        f"after a comment ≤ {_COMMENTED:.0%}",
        f"error {milliseconds(times['error'])}, first survivor {milliseconds(times['first survivor'])}, all "
        f"{milliseconds(times['whole'])}, again {spread([100 * each for each in edited], unit=' %', digits=0)} and "
        f"{spread([100 * each for each in commented], unit=' %', digits=0)}",
        met,
        table(
            [f"save of 000016_loyalty over LSP, warm, {_PAUSE_SECONDS} s after the last verdict", "until"],
            [(what, milliseconds(seconds)) for what, seconds in times.items()],
        ),
    )


async def _saves(editor: Editor, root: Path, repeats: int) -> dict[str, list[float]]:
    await editor.start()
    times: dict[str, list[float]] = {}
    for turn in range(repeats + 1):
        forget(root)
        text = f"{editor.text}\nCOMMENT ON TABLE loyalty_entries IS 'turn {turn}';\n"
        assert "total >= 1;" in text
        seconds = {
            "error": await editor.save_until(f"{text}\nSELEC 1;\n", lambda code: code == "apply-error"),
            "first survivor": await editor.save_until(text, lambda code: "_" in code),
            "a comment": await editor.save(f"-- a comment\n{text}", pause=_PAUSE_SECONDS),
            "one statement edited": await editor.save(
                text.replace("total >= 1;", f"total >= {1 - turn / 1000};"), pause=_PAUSE_SECONDS
            ),
        }
        forget(root)
        seconds["whole"] = await editor.save(text.replace("'turn", "'whole"), pause=_PAUSE_SECONDS)
        if turn:
            for what, value in seconds.items():
                times.setdefault(what, []).append(value)
    await editor.save(editor.text)
    await editor.stop()
    return times


def answers(bench: Bench) -> Section:
    """Hover and lenses while a run is on, `initialize`, and the server's memory after many saves."""
    root = bench.example("answers")
    file = root / "migrations" / "000016_loyalty.up.sql"
    count = 20 if bench.quick else _SAVES
    result = asyncio.run(_answers(root, file, saves=count, starts=bench.repeats))
    worst = {what: sorted(values)[int(len(values) * 0.99)] for what, values in result.waits.items()}
    met = (
        max(worst.values()) < _ANSWER
        and statistics.median(result.starts) < _INITIALIZE
        and result.memory[-1] < _MEMORY_MB
        and result.saves >= _SAVES
    )
    return Section(
        "Answers while a run is on",
        f"p99 of hover and lenses < {_ANSWER * 1000:.0f} ms, `initialize` < {_INITIALIZE * 1000:.0f} ms, "
        f"< {_MEMORY_MB} MB after {_SAVES:,} saves",
        f"p99 {', '.join(f'{what} {value * 1000:.1f} ms' for what, value in worst.items())}; `initialize` "
        f"{milliseconds(result.starts)}; {result.memory[-1]:.0f} MB after {result.saves:,} saves "
        f"({result.memory[0]:.0f} MB after the first)",
        met,
        (f"Memory is what the server shares with no other process. The saves end after {_SAVING_SECONDS} s at most.",),
    )


class _Answers:
    """What `answers` measures."""

    def __init__(self) -> None:
        self.starts: list[float] = []
        self.waits: dict[str, list[float]] = {"hover": [], "lenses": []}
        self.memory: list[float] = []
        self.saves = 0


async def _answers(root: Path, file: Path, *, saves: int, starts: int) -> _Answers:
    result = _Answers()
    for turn in range(2 * starts + 1):  # the first one compiles
        editor = Editor(file)
        seconds = await editor.start()
        result.starts += [seconds] if turn else []
        await editor.stop()
    editor = Editor(file)
    await editor.start()
    client = editor.client
    position = types.Position(20, 3)
    for _ in range(max(2, starts)):
        forget(root)
        editor.begin_save(editor.text)
        while not editor.ended.is_set():
            hover = types.HoverParams(editor.document, position)
            result.waits["hover"].append(await _seconds(client.text_document_hover_async(hover)))
            lenses = types.CodeLensParams(editor.document)
            result.waits["lenses"].append(await _seconds(client.text_document_code_lens_async(lenses)))
            await asyncio.sleep(0.005)
    server = client._server  # noqa: SLF001 - pygls tells the process of its server to nobody
    assert server is not None
    until = perf_counter() + _SAVING_SECONDS
    chance = random.Random(1)
    while result.saves < saves and perf_counter() < until:
        await editor.save(f"{editor.text}-- {chance.random()}\n")
        result.saves += 1
        if result.saves % 10 == 1 or result.saves == saves:
            result.memory.append(resident_megabytes(server.pid))
    result.memory.append(resident_megabytes(server.pid))
    await editor.save(editor.text)
    await editor.stop()
    return result


async def _seconds(answer: Awaitable[object]) -> float:
    started = perf_counter()
    await answer
    return perf_counter() - started
