"""The state of the server: settings, open documents, the records of migrations, and what each client sees of them."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from confiture.errors import ProjectError
from confiture.lsp.anchors import Anchors
from confiture.lsp.client import Client
from confiture.lsp.convert import to_range
from confiture.lsp.live import Live
from confiture.lsp.membership import Membership, Part
from confiture.lsp.progress import ProgressBar
from confiture.lsp.runner import Ended, Failed, Fix, Job, Message, Outside, Runner, Task
from confiture.lsp.settings import ClientSettings
from confiture.lsp.showing import Showing
from confiture.model.event import Event, Finished, Found, Judged, Started
from confiture.model.finding import Finding, Level
from confiture.model.span import Span

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

    from confiture.engine.project import Project
    from confiture.lsp.record import Record

logger = logging.getLogger("confiture.lsp")

RUN = "confiture.run"
"""The command that checks a file."""

NOT_RUN = "not-run"
"""Code of what keeps a file from being checked."""
OUTSIDE_HISTORY = "outside-history"
"""Code of files that no project has among its migrations."""


class Session(Client):
    """The state of one client. All methods run on the event loop; the runner's messages are handed over to it."""

    def __init__(self, server: "LanguageServer") -> None:
        super().__init__(server)
        self.settings = ClientSettings()
        self.complaint = ""
        self.records: dict[Path, Record] = {}
        self.notices: dict[Path, Finding] = {}
        self.directory = ExitStack()
        self._jobs: set[Job] = set()
        self._incoming: dict[Job, Record] = {}
        self._membership = Membership()
        self.showing = Showing(self)
        self.live = Live(self.text_of, lambda path: self._part_of(path) is not Part.NONE)
        self._progress: dict[Job, ProgressBar] = {}
        self._fixes: dict[Job, tuple[list[Fix], asyncio.Future[None]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: Runner | None = None
        self._closed = False

    # Runs

    def prepare(self) -> Runner:
        """What works off the runs, which makes itself ready for the first one."""
        self._loop = asyncio.get_running_loop()
        if self._runner is None:
            self._runner = Runner(self._receive)
        return self._runner

    def run(self, path: Path) -> None:
        """Checks the migration of ``path``; a run of it that is under way ends."""
        if self._closed:
            return
        self._membership.forget_strangers()
        self._submit(Job(path, self.settings.of(path)), path.name)

    def _submit(self, job: Job, title: str) -> None:
        runner = self.prepare()
        if self.can("window.work_done_progress"):
            self._progress[job] = ProgressBar(self.server.work_done_progress, title)
        self._jobs.add(job)
        runner.submit(job)

    async def fixes(self, path: Path, task: Task, chosen: frozenset[str] = frozenset()) -> "list[Fix]":
        """What the engine proposes for the migration of ``path``; nothing when it is cancelled or cannot run."""
        job = Job(path, self.settings.of(path), task, chosen)
        self._fixes[job] = ([], asyncio.get_running_loop().create_future())
        fixes, done = self._fixes[job]
        self._submit(job, f"{task.value} of {path.name}")
        try:
            await done
        except asyncio.CancelledError:  # the client does not wait for the answer any more
            if self._runner:
                self._runner.cancel(job)
            raise
        return fixes

    def cancel(self, token: types.ProgressToken | None = None) -> None:
        """Ends the run whose progress bar has this ``token``, by default all runs."""
        job = next((job for job, bar in self._progress.items() if bar.token == token), None)
        if self._runner and (job or token is None):
            self._runner.cancel(job)

    def close(self) -> None:
        """Ends everything and lets go of the server; blocks until that is done."""
        self._closed = True
        if self._runner:
            self._runner.close()
        self.directory.close()

    def _receive(self, job: Job, project: "Project | None", message: Message) -> None:
        """Called in the runner's thread, mostly."""
        others = _read_other(message)
        if self._loop and not self._closed:
            self._loop.call_soon_threadsafe(self._take, job, project, message, others)

    def _take(self, job: Job, project: "Project | None", message: Message, others: Mapping[Path, str]) -> None:
        if job not in self._jobs and not isinstance(message, Ended):
            return  # its file is gone
        match message:
            case Started():
                self._begin(job, project, message)
            case Failed(text):
                self._notice(job.path, NOT_RUN, Level.ERROR, text)
            case Outside(text):
                self._notice(job.path, OUTSIDE_HISTORY, Level.INFORMATION, text)
            case Ended():
                self._end(job)
            case _:
                self._fold(job, message, others)
        record = self._incoming.get(job)
        self.showing.renew(lenses=True, awaited=bool(record) and record.tells_first(message))

    def _begin(self, job: Job, project: "Project | None", event: Started) -> None:
        from confiture.engine.outcome import begin
        from confiture.lsp.record import Record, anchors_of

        if project:
            self._forget_outdated(job, project)
            record = Record(begin(event), project.config, project.history.layout)
            record.anchors.update(anchors_of(event.migration))
            self._incoming[job] = record
            for path in record.anchors:
                self.follow(path)

    def _forget_outdated(self, job: Job, project: "Project") -> None:
        """A run began: what kept others of its project from running is mended, and some migrations may be gone."""
        root, history = project.config.root, project.history
        self.notices = {
            path: notice
            for path, notice in self.notices.items()
            if path != job.path and not (notice.code == NOT_RUN and path.is_relative_to(root))
        }
        for path in [path for path in self.records if path.is_relative_to(history.root)]:
            if history.index_of(path) is None:
                del self.records[path]

    def _fold(self, job: Job, event: "Event | Fix", others: Mapping[Path, str]) -> None:
        """Adds an event; what the last run said stays until the new one has something to say."""
        from confiture.engine.outcome import fold

        if not isinstance(event, Event):
            self._fixes[job][0].append(event)
            return
        record = self._incoming.get(job)
        if record is None:
            return
        record.outcome = fold(record.outcome, event)
        for path, source in others.items():
            if path not in record.anchors:
                record.anchors[path] = Anchors(source, ())
                self.follow(path)
        if isinstance(event, Found | Judged | Finished):
            self.records[record.migration.up.path] = record
        bar = self._progress.get(job)
        if bar:
            bar.show(record.outcome, event)

    def _end(self, job: Job) -> None:
        self._jobs.discard(job)
        record = self._incoming.pop(job, None)
        if record:
            record.running = False
            self.showing.renew_views()
        fixes = self._fixes.pop(job, None)
        if fixes and not fixes[1].done():
            fixes[1].set_result(None)
        bar = self._progress.pop(job, None)
        if bar:
            bar.end(record.outcome if record else None, after=partial(self.showing.renew, lenses=True))

    def _notice(self, path: Path, code: str, level: Level, text: str) -> None:
        self.notices[path] = Finding(code, level, text, path, Span(0, 0))
        logger.warning("%s: %s", path, text)

    # Documents

    @property
    def running(self) -> bool:
        """Whether something runs, or waits for its turn."""
        return bool(self._jobs)

    @property
    def origin(self) -> str:
        """Where PostgreSQL came from, for people; empty before the first run."""
        return self._runner.origin if self._runner else ""

    def is_migration(self, path: Path) -> bool:
        """Whether ``path`` is a script of a history; reads the project, so call it in a thread."""
        return self._part_of(path) is Part.MIGRATION

    def _part_of(self, path: Path) -> Part:
        return self._membership.of(path, self.settings.of(path))

    def follow(self, path: Path) -> None:
        """Moves what is shown in ``path`` to where it is in the text that the editor holds now."""
        text = self.text_of(path)
        if text is not None:
            self._place(path, text)

    def _place(self, path: Path, text: str) -> None:
        for record in (*self.records.values(), *self._incoming.values()):
            if path in record.anchors:
                record.anchors[path].follow(text)

    async def changed(self, path: Path) -> None:
        """The user typed in ``path``, or opened it."""
        self.follow(path)
        self.notices.pop(path, None)
        self.showing.renew()
        await self.live.read(path)
        self.showing.renew()

    def settings_changed(self) -> None:
        """Other files may be migrations now."""
        self._membership.forget()
        self.showing.renew(lenses=True)

    def forget(self, path: Path) -> None:
        """The file or folder is gone, and with it what was said of it and what runs for it."""
        self._membership.forget()
        self.notices = {each: notice for each, notice in self.notices.items() if not each.is_relative_to(path)}
        for job in [job for job in self._jobs if job.path.is_relative_to(path)]:
            self._jobs.discard(job)
            if self._runner:
                self._runner.cancel(job)
        for up, record in [*self.records.items()]:
            if any(script.path.is_relative_to(path) for _, script in record.scripts()):
                del self.records[up]
        self.showing.renew(lenses=True)

    async def closed(self, path: Path) -> None:
        """The editor gave up its text of ``path``: findings return to where they are on disk."""
        self.live.forget(path)
        text = await asyncio.to_thread(_read, path)
        if text is None:
            self.forget(path)
        elif self.text_of(path) is None:
            self._place(path, text)
            self.showing.renew()

    def records_of(self, path: Path) -> Iterator["Record"]:
        """The records whose migration has a script in ``path``."""
        return (record for record in self.records.values() if any(s.path == path for _, s in record.scripts()))

    def file(self, uri: object) -> Path:
        """The file that a command was given.

        Raises:
            ProjectError: it is none.
        """
        path = self.path_of(uri) if isinstance(uri, str) else None
        if path is None:
            what = f"{uri} is no file" if uri else "the command needs the URI of a file"
            raise ProjectError(f"{what}: save it into the directory of the migrations first")
        return path

    def record(self, uri: object) -> "Record":
        """The newest run of the migration in the file that a command was given.

        Raises:
            ProjectError: there is none.
        """
        record = next(iter(self.records_of(self.file(uri))), None)
        if record is None:
            raise ProjectError(f"{uri} was not checked yet: save it, or run the command {RUN}")
        return record

    # Showing

    def range_of(self, path: Path, span: Span, record: "Record | None" = None) -> types.Range:
        """The range of ``span`` in the text of ``path`` as the editor, or else the run, has it."""
        text = self.text_of(path)
        if text is None and record and path in record.anchors:
            text = record.anchors[path].text
        return to_range(text or "", span, encoding=self.encoding)

    def location_of(self, path: Path, span: Span) -> types.Location:
        """A place in any file that a record knows."""
        record = next((record for record in self.records.values() if path in record.anchors), None)
        return types.Location(self.uri_of(path), self.range_of(path, span, record))


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
