"""The state of the server: settings, open documents, the records of migrations, and what each client sees of them."""

import asyncio
import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls import uris

from confiture.errors import ConfitureError
from confiture.lsp.anchors import Anchors
from confiture.lsp.convert import to_range
from confiture.lsp.progress import ProgressBar
from confiture.lsp.runner import Ended, Failed, Job, Message, Outside, Runner
from confiture.model.event import Finished, Found, Judged, Started
from confiture.model.finding import Finding, Level
from confiture.model.span import Span

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

    from confiture.engine.project import Project
    from confiture.lsp.record import Record

logger = logging.getLogger("confiture.lsp")

_COALESCE_SECONDS = 0.05
"""How long findings are gathered before they are published together."""


class Session:
    """One client. All methods run on the event loop; the runner's messages are handed over to it."""

    def __init__(self, server: "LanguageServer") -> None:
        self.server = server
        self.settings: Mapping[str, object] = {}
        self.records: dict[Path, Record] = {}
        self.notices: dict[Path, Finding] = {}
        self._incoming: dict[Path, Record] = {}
        self._published: set[Path] = set()
        self._migrations: dict[Path, bool] = {}
        self._publication: asyncio.TimerHandle | None = None
        self._progress: dict[Path, ProgressBar] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: Runner | None = None

    # Runs

    def run(self, path: Path) -> None:
        """Checks the migration of ``path``; a run of it that is under way ends."""
        self._loop = asyncio.get_running_loop()
        if self._runner is None:
            self._runner = Runner(self._receive)
        self._start_progress(path)
        self._runner.submit(Job(path, self.settings))

    def cancel(self) -> None:
        """Ends the run that is under way."""
        if self._runner:
            self._runner.cancel()

    def close(self) -> None:
        """Ends everything and lets go of the server; blocks until that is done."""
        if self._runner:
            self._runner.close()
            self._runner = None

    def _receive(self, job: Job, project: "Project | None", message: Message) -> None:
        """Called in the runner's thread."""
        others = _read_other(message)
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take, job, project, message, others)

    def _take(self, job: Job, project: "Project | None", message: Message, others: Mapping[Path, str]) -> None:
        match message:
            case Started():
                self._begin(job, project, message)
            case Failed(text):
                self._notice(job.path, Level.ERROR, text)
            case Outside(text):
                self._notice(job.path, Level.INFORMATION, text)
            case Ended():
                self._end(job.path)
            case _:
                self._fold(job, message, others)
        self._schedule()

    def _begin(self, job: Job, project: "Project | None", event: Started) -> None:
        from confiture.engine.outcome import begin
        from confiture.lsp.record import Limits, Record, anchors_of

        self.notices.pop(job.path, None)
        if project:
            config = project.config
            limits = Limits(config.mutation.per_line, config.mutation.per_file)
            record = Record(begin(event), limits, config.root / config.performance.baseline)
            record.anchors.update(anchors_of(event.migration))
            self._incoming[job.path] = record
            for path in record.anchors:
                self.follow(path)

    def _fold(self, job: Job, event: Message, others: Mapping[Path, str]) -> None:
        """Adds an event; what the last run said stays until the new one has something to say."""
        from confiture.engine.outcome import fold

        record = self._incoming.get(job.path)
        if record is None or isinstance(event, Failed | Outside | Ended):
            return
        record.outcome = fold(record.outcome, event)
        for path, source in others.items():
            record.anchors.setdefault(path, Anchors(source, ()))
        if isinstance(event, Found | Judged | Finished):
            self.records[record.migration.up.path] = record
        bar = self._progress.get(job.path)
        if bar:
            bar.show(record.outcome, event)

    def _end(self, path: Path) -> None:
        record = self._incoming.pop(path, None)
        if record:
            record.running = False
        bar = self._progress.pop(path, None)
        if bar:
            bar.end(record.outcome if record else None)

    def _start_progress(self, path: Path) -> None:
        previous = self._progress.pop(path, None)
        if previous:
            previous.end(None)
        window = self.server.client_capabilities.window
        if window and window.work_done_progress:
            self._progress[path] = ProgressBar(self.server.work_done_progress, path.name)

    def _notice(self, path: Path, level: Level, text: str) -> None:
        self.notices[path] = Finding("confiture", level, text, path, Span(0, 0))
        logger.warning("%s: %s", path, text)

    def tell(self, message: str) -> None:
        """Shows a message that belongs to no place."""
        self.server.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    # Documents

    def path_of(self, uri: str) -> Path | None:
        """The file behind ``uri``; None for documents that are no files."""
        path = uris.to_fs_path(uri) if uri.startswith("file:") else None
        return Path(path).resolve() if path else None

    @property
    def root(self) -> Path:
        """The workspace's root, or else the working directory."""
        root = self.server.workspace.root_path
        return Path(root) if root else Path.cwd()

    def is_migration(self, path: Path) -> bool:
        """Whether ``path`` is a script of a history; reads the project, so call it in a thread."""
        from confiture.engine.project import load_project

        if path not in self._migrations:
            try:
                project = load_project(path, environment=os.environ, overrides=self.settings)
                self._migrations[path] = project.history.index_of(path) is not None
            except ConfitureError:
                return False
        return self._migrations[path]

    def text_of(self, path: Path) -> str | None:
        """The text that the editor holds; None when the file is not open."""
        for uri, document in self.server.workspace.text_documents.items():
            if self.path_of(uri) == path:
                return document.source
        return None

    def uri_of(self, path: Path) -> str:
        """The client's own URI of an open file, else one made from its path."""
        for uri in self.server.workspace.text_documents:
            if self.path_of(uri) == path:
                return uri
        return path.as_uri()

    def follow(self, path: Path) -> None:
        """Moves what is shown in ``path`` to where it is in the text that the editor holds now."""
        text = self.text_of(path)
        if text is not None:
            for record in (*self.records.values(), *self._incoming.values()):
                if path in record.anchors:
                    record.anchors[path].follow(text)

    def changed(self, path: Path) -> None:
        """The user typed in ``path``."""
        self.follow(path)
        self.notices.pop(path, None)
        self._schedule()

    def records_of(self, path: Path) -> Iterator["Record"]:
        """The records whose migration has a script in ``path``."""
        return (record for record in self.records.values() if any(s.path == path for _, s in record.scripts()))

    # Showing

    def refresh(self) -> None:
        """Shows everything anew."""
        self._schedule()

    def _schedule(self) -> None:
        if self._publication is None:
            loop = asyncio.get_running_loop()
            self._publication = loop.call_later(_COALESCE_SECONDS, self._publish)

    def _publish(self) -> None:
        self._publication = None
        try:
            self._publish_diagnostics()
            self._refresh_lenses()
        except Exception:
            logger.exception("cannot show the findings")

    def _publish_diagnostics(self) -> None:
        found = self._diagnostics()
        for path in self._published - found.keys():
            found[path] = []
        for path, diagnostics in found.items():
            self.server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(self.uri_of(path), diagnostics)
            )
        self._published = {path for path, diagnostics in found.items() if diagnostics}

    def _diagnostics(self) -> dict[Path, list[types.Diagnostic]]:
        from confiture.lsp.features.diagnostics import to_diagnostic

        found: dict[Path, list[types.Diagnostic]] = {}
        for record in self.records.values():
            for finding in record.findings():
                span = record.place(finding.path, finding.span)
                if span is not None:
                    shown = to_diagnostic(finding, self.range_of(finding.path, span, record), self.location_of)
                    found.setdefault(finding.path, []).append(shown)
        for path, notice in self.notices.items():
            found.setdefault(path, []).append(
                to_diagnostic(notice, types.Range(types.Position(0, 0), types.Position(0, 0)), self.location_of)
            )
        return found

    def range_of(self, path: Path, span: Span, record: "Record | None" = None) -> types.Range:
        """The range of ``span`` in the text of ``path`` as the editor, or else the run, has it."""
        text = self.text_of(path)
        if text is None and record and path in record.anchors:
            text = record.anchors[path].source
        return to_range(text or "", span, encoding=self.encoding)

    def location_of(self, path: Path, span: Span) -> types.Location:
        """A place in any file that a record knows."""
        record = next((record for record in self.records.values() if path in record.anchors), None)
        return types.Location(self.uri_of(path), self.range_of(path, span, record))

    @property
    def encoding(self) -> str:
        """The position encoding that was agreed upon."""
        return self.server.workspace.position_encoding or types.PositionEncodingKind.Utf16

    def _refresh_lenses(self) -> None:
        workspace = self.server.client_capabilities.workspace
        if workspace and workspace.code_lens and workspace.code_lens.refresh_support:
            self.server.workspace_code_lens_refresh(None)


def _read_other(message: Message) -> dict[Path, str]:
    """The texts of the files that a finding names, read in the runner's thread."""
    if not isinstance(message, Found):
        return {}
    paths = {message.finding.path, *(related.path for related in message.finding.related)}
    return {path: text for path in paths if (text := _read(path)) is not None}


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None
