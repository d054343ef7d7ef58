"""An editor without a screen: it speaks to the server as users' editors do and remembers what it was told."""

import asyncio
import os
import sys
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Union, cast

from lsprotocol import types
from pygls.lsp.client import LanguageClient
from pygls.protocol import default_converter

from confiture.lsp.convert import to_offset

SECONDS = 30
NOTHING: Mapping[str, str] = {}
LITERALS = types.CodeActionClientCapabilities(
    code_action_literal_support=types.ClientCodeActionLiteralOptions(
        types.ClientCodeActionKindOptions([types.CodeActionKind.QuickFix])
    ),
)
"""Of clients that show more than commands."""


class Editor:
    """One client with one server process.

    Attributes:
        diagnostics: by URI, what was published last.
        history: each publication in order, as URI and codes.
        messages: shown to the user.
        settings_of: by URI of a folder, where it has settings of its own.
        edits: what the server asked to change; done on disk, unless `refuses` gives a reason not to.
        shown: the texts of the files that the server asked to show, or the URIs of other documents.
        refreshes: how often it said that there are diagnostics to fetch.
        renewals: how often it said that there are lenses to fetch.
        outdated: URIs of its own documents that it wants to be asked for again.
        log: the last lines that it wrote to its standard error.
    """

    def __init__(self, encoding: str) -> None:
        self.client = LanguageClient("tests", "1", converter_factory=_converter)
        self.encoding = encoding
        self.settings: object = None
        self.settings_of: Mapping[str, object] = {}
        self.diagnostics: dict[str, list[types.Diagnostic]] = {}
        self.history: list[tuple[str, list[object]]] = []
        self.messages: list[str] = []
        self.shown: list[str] = []
        self.edits: list[types.WorkspaceEdit] = []
        self.refuses: str | None = None
        self.refreshes = 0
        self.renewals = 0
        self.outdated: list[str] = []
        self.registered: list[str] = []
        self.bars: list[types.ProgressToken] = []
        self.ended: list[types.ProgressToken] = []
        self.capabilities: types.ServerCapabilities | None = None
        self.log: deque[str] = deque(maxlen=100)
        self._saves = 0
        self._refreshed_after_end = 0
        self._versions: dict[Path, int] = {}
        self._news = asyncio.Event()
        self._listen()

    def _listen(self) -> None:
        client = self.client

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _(params: types.PublishDiagnosticsParams) -> None:
            self.diagnostics[params.uri] = list(params.diagnostics)
            self.history.append((params.uri, [each.code for each in params.diagnostics]))
            self._news.set()

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def _(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

        @client.feature(types.WINDOW_SHOW_DOCUMENT)
        def _(params: types.ShowDocumentParams) -> types.ShowDocumentResult:
            is_file = params.uri.startswith("file:")
            self.shown.append(_path(params.uri).read_text("utf-8") if is_file else params.uri)
            self._news.set()
            return types.ShowDocumentResult(success=True)

        self._listen_for_runs()

    def _listen_for_runs(self) -> None:
        client = self.client

        @client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
        def _(params: types.WorkDoneProgressCreateParams) -> None:
            self.bars.append(params.token)
            self._news.set()

        @client.feature(types.PROGRESS)
        def _(params: types.ProgressParams) -> None:
            value = params.value
            kind = value["kind"] if isinstance(value, dict) else getattr(value, "kind", None)
            if kind == "end":
                self.ended.append(params.token)
                self._news.set()

        self._serve_workspace()

    def _serve_workspace(self) -> None:
        client = self.client

        @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
        def _(*_: object) -> None:
            self.renewals += 1
            self._refreshed_after_end = len(self.ended)
            self._news.set()

        @client.feature(types.WORKSPACE_APPLY_EDIT)
        def _(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            self.edits.append(params.edit)
            failure = self.refuses
            try:
                if failure is None:
                    _apply(params.edit)
            except OSError as error:
                failure = str(error.strerror)
            return types.ApplyWorkspaceEditResult(failure is None, failure_reason=failure)

        @client.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)
        def _(*_: object) -> None:
            self.refreshes += 1
            self._news.set()

        @client.feature(types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH)
        def _(params: types.TextDocumentContentRefreshParams) -> None:
            self.outdated.append(params.uri)
            self._news.set()

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def _(params: types.RegistrationParams) -> None:
            self.registered += [each.method for each in params.registrations]
            self._news.set()

        @client.feature(types.WORKSPACE_CONFIGURATION)
        def _(params: types.ConfigurationParams) -> list[object]:
            return [self.settings_of.get(item.scope_uri or "", self.settings) for item in params.items]

    @property
    def process(self) -> asyncio.subprocess.Process:
        return cast("asyncio.subprocess.Process", cast("Any", self.client)._server)

    async def start(self, root: Path) -> None:
        """Starts the server in ``root``, and reads what it logs: its log would otherwise fill up and hold it."""
        variables = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "server")}
        await self.client.start_io(sys.executable, "-m", "confiture", "serve", "--stdio", cwd=root, env=variables)
        self._logging = asyncio.ensure_future(self._read_log())

    async def _read_log(self) -> None:
        assert self.process.stderr
        async for line in self.process.stderr:
            self.log.append(line.decode())

    async def until(self, condition: Callable[[], object]) -> None:
        """Waits for news from the server until ``condition`` holds."""
        try:
            async with asyncio.timeout(SECONDS):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            counts = f"{self._saves} saves, {len(self.ended)} runs ended, lenses after {self._refreshed_after_end}"
            raise AssertionError(f"nothing comes any more: {counts}. The server's log:\n{''.join(self.log)}") from None

    async def idle(self) -> None:
        """Until all runs are over and their last findings are here."""
        await self.until(lambda: len(self.ended) == self._saves == self._refreshed_after_end)

    def forget(self) -> None:
        """Clears what was collected."""
        for collected in (self.history, self.messages, self.shown, self.edits, self.bars):
            collected.clear()
        self.refuses = None

    def open(self, path: Path, text: str | None = None) -> None:
        content = path.read_bytes().decode() if text is None else text
        self._versions[path] = 1
        document = types.TextDocumentItem(path.as_uri(), "sql", 1, content)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def type(self, path: Path, text: str, at: tuple[int, int], to: tuple[int, int] | None = None) -> None:
        """Replaces what is between two positions."""
        self._versions[path] += 1
        change = types.TextDocumentContentChangePartial(
            types.Range(types.Position(*at), types.Position(*(to or at))), text
        )
        document = types.VersionedTextDocumentIdentifier(self._versions[path], path.as_uri())
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def replace(self, path: Path, text: str) -> None:
        """Gives an open file another text, which is not saved."""
        self._versions[path] += 1
        change = types.TextDocumentContentChangeWholeDocument(text)
        document = types.VersionedTextDocumentIdentifier(self._versions[path], path.as_uri())
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def save(self, path: Path, text: str | bytes | None = None) -> None:
        """Writes ``text``, if any, and tells the server that the file was saved."""
        if isinstance(text, str) and path in self._versions:
            self.replace(path, text)
        if text is not None:
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        self._saves += 1
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(_document(path)))

    async def check(self, path: Path, text: str | bytes | None = None) -> list[types.Diagnostic]:
        """Saves and waits for all that the run has to say."""
        self.save(path, text)
        await self.idle()
        return self.of(path)

    def close(self, path: Path) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(_document(path)))

    def of(self, path: Path) -> list[types.Diagnostic]:
        return self.diagnostics.get(path.as_uri(), [])

    def codes(self, path: Path) -> list[object]:
        return [each.code for each in self.of(path)]

    async def fetch_report(self, path: Path, *, known: str | None = None) -> types.DocumentDiagnosticReport:
        params = types.DocumentDiagnosticParams(_document(path), previous_result_id=known)
        return await self.client.text_document_diagnostic_async(params)

    async def fetch(self, path: Path) -> list[types.Diagnostic]:
        report = await self.fetch_report(path)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return list(report.items)

    async def fetch_all(self, known: Mapping[str, str] = NOTHING) -> dict[str, Any]:
        """The reports of the whole workspace by URI."""
        previous = [types.PreviousResultId(uri, result_id) for uri, result_id in known.items()]
        report = await self.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous))
        return {each.uri: each for each in report.items}

    async def text_of(self, uri: str) -> str:
        """What the server says of a document of its own."""
        found = await self.client.workspace_text_document_content_async(types.TextDocumentContentParams(uri))
        return found.text

    async def symbols(self, path: Path) -> list[Any]:
        params = types.DocumentSymbolParams(_document(path))
        return list(await self.client.text_document_document_symbol_async(params) or [])

    async def find_symbols(self, query: str) -> list[Any]:
        return list(await self.client.workspace_symbol_async(types.WorkspaceSymbolParams(query)) or [])

    async def folds(self, path: Path) -> list[tuple[int, int, object]]:
        found = await self.client.text_document_folding_range_async(types.FoldingRangeParams(_document(path)))
        return sorted((each.start_line, each.end_line, each.kind) for each in found or [])

    async def completions(self, path: Path, line: int, character: int) -> list[types.CompletionItem]:
        params = types.CompletionParams(_document(path), types.Position(line, character))
        return list(cast("Any", await self.client.text_document_completion_async(params)) or [])

    async def lenses(self, path: Path) -> list[tuple[int, str]]:
        lenses = await self.bare_lenses(path)
        shown = [lens if lens.command else await self.resolve(lens) for lens in lenses]
        return [(lens.range.start.line, lens.command.title) for lens in shown if lens.command]

    async def bare_lenses(self, path: Path) -> list[types.CodeLens]:
        """Lenses as they come, before any is shown."""
        return list(await self.client.text_document_code_lens_async(types.CodeLensParams(_document(path))) or [])

    async def resolve(self, lens: types.CodeLens) -> types.CodeLens:
        return await self.client.code_lens_resolve_async(lens)

    async def hints(self, path: Path, lines: tuple[int, int] = (0, 1000)) -> list[tuple[int, int, object]]:
        start, end = (types.Position(line, 0) for line in lines)
        params = types.InlayHintParams(_document(path), types.Range(start, end))
        found = await self.client.text_document_inlay_hint_async(params)
        return [(each.position.line, each.position.character, each.label) for each in found or []]

    async def links(self, path: Path) -> list[tuple[tuple[int, int, int, int], str | None]]:
        found = await self.client.text_document_document_link_async(types.DocumentLinkParams(_document(path)))
        return [(extent(each), each.target) for each in found or []]

    async def hover(self, path: Path, line: int, character: int) -> str | None:
        params = types.HoverParams(_document(path), types.Position(line, character))
        found = await self.client.text_document_hover_async(params)
        assert found is None or isinstance(found.contents, types.MarkupContent)
        return found.contents.value if found else None

    async def actions(
        self,
        path: Path,
        diagnostic: types.Diagnostic,
        selected: types.Range | None = None,
        only: Sequence[types.CodeActionKind] | None = None,
    ) -> dict[str, Any]:
        """What can be done about ``diagnostic``, by title."""
        context = types.CodeActionContext([diagnostic], only=only)
        return await self._actions(path, selected or diagnostic.range, context)

    async def actions_at(self, path: Path, *, line: int) -> dict[str, Any]:
        """What can be done at the start of ``line``, counted from 0, by title."""
        place = types.Position(line, 0)
        return await self._actions(path, types.Range(place, place), types.CodeActionContext([]))

    async def _actions(self, path: Path, chosen: types.Range, context: types.CodeActionContext) -> dict[str, Any]:
        params = types.CodeActionParams(_document(path), chosen, context)
        return {each.title: each for each in await self.client.text_document_code_action_async(params) or []}

    def apply(self, path: Path, text: str, action: types.CodeAction) -> str:
        """``text`` of ``path`` with the edits of ``action``, as the client would make them."""
        assert action.edit
        changes = (action.edit.changes or {}).get(path.as_uri(), [])
        for change in action.edit.document_changes or []:
            assert isinstance(change, types.TextDocumentEdit)
            assert change.text_document.version == self._versions[path]
            changes = [edit for edit in change.edits if isinstance(edit, types.TextEdit)]
        for edit in sorted(changes, key=lambda each: each.range.start, reverse=True):
            start, end = (
                to_offset(text, place, encoding=self.encoding) for place in (edit.range.start, edit.range.end)
            )
            text = text[:start] + edit.new_text + text[end:]
        return text

    async def execute(self, command: str, *arguments: object) -> object:
        params = types.ExecuteCommandParams(command, arguments=list(arguments))
        return await self.client.workspace_execute_command_async(params)

    async def give_up(self, command: str, *arguments: object) -> None:
        """A command whose answer nobody waits for, once the server has begun with it."""
        self._saves += 1
        begun = len(self.bars)
        params = types.ExecuteCommandParams(command, arguments=list(arguments))
        self.client.protocol.send_request(types.WORKSPACE_EXECUTE_COMMAND, params, msg_id="given up")
        await self.until(lambda: len(self.bars) > begun)
        self.client.cancel_request(types.CancelParams("given up"))

    async def execute_and_check(self, command: str, *arguments: object) -> object:
        """A command that starts a run."""
        self._saves += 1
        answer = await self.execute(command, *arguments)
        await self.idle()
        return answer

    def push(self, settings: object) -> None:
        """New settings, as clients that push them say it."""
        params = types.DidChangeConfigurationParams(settings={"confiture": settings})
        self.client.workspace_did_change_configuration(params)


@asynccontextmanager
async def started(
    root: Path,
    *,
    encoding: str = "utf-16",
    options: object = None,
    settings: object = None,
    settings_of: Mapping[str, object] = NOTHING,
    capabilities: types.ClientCapabilities | None = None,
    folders: Sequence[Path] = (),
    goodbye: bool = True,
) -> AsyncGenerator[Editor, Any]:
    """An editor that opened the folder ``root``; says goodbye at the end unless the test ends the server itself."""
    editor = Editor(encoding)
    editor.settings, editor.settings_of = settings, settings_of
    await editor.start(root)
    answer = await editor.client.initialize_async(
        types.InitializeParams(
            capabilities=capabilities or able(encoding, configuration=settings is not None),
            process_id=os.getpid(),
            root_uri=root.as_uri(),
            workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders] or None,
            initialization_options=options,
        )
    )
    editor.capabilities = answer.capabilities
    editor.client.initialized(types.InitializedParams())
    try:
        yield editor
        if goodbye:
            await editor.client.shutdown_async(None)
            editor.client.exit(None)
            assert await asyncio.wait_for(editor.process.wait(), SECONDS) == 0
    finally:
        if editor.process.returncode is None:
            editor.process.kill()
        await editor.client.stop()


def _converter() -> Any:
    """pygls' own, but for code actions that have a command: lsprotocol takes these for commands."""
    converter = default_converter()

    def action_of(value: dict[str, Any], _: object) -> types.Command | types.CodeAction:
        return converter.structure(value, types.Command if isinstance(value.get("command"), str) else types.CodeAction)

    converter.register_structure_hook(Union[types.Command, types.CodeAction], action_of)  # noqa: UP007 - a key
    return converter


def able(encoding: str, *, configuration: bool) -> types.ClientCapabilities:
    """What a client can that uses everything the server offers."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)]),
        window=types.WindowClientCapabilities(
            work_done_progress=True, show_document=types.ShowDocumentClientCapabilities(support=True)
        ),
        text_document=types.TextDocumentClientCapabilities(
            code_lens=types.CodeLensClientCapabilities(), code_action=LITERALS
        ),
        workspace=types.WorkspaceClientCapabilities(
            apply_edit=True,
            configuration=configuration,
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
            workspace_edit=types.WorkspaceEditClientCapabilities(
                document_changes=True, resource_operations=[types.ResourceOperationKind.Create]
            ),
        ),
    )


def _apply(edit: types.WorkspaceEdit) -> None:
    """Does on disk what the server asks for: makes files, and edits them one edit after the other."""
    for change in edit.document_changes or ():
        if isinstance(change, types.CreateFile):
            _path(change.uri).parent.mkdir(parents=True, exist_ok=True)
            _path(change.uri).touch()
        elif isinstance(change, types.TextDocumentEdit):
            _edit(_path(change.text_document.uri), change.edits)
    for uri, edits in (edit.changes or {}).items():
        _edit(_path(uri), edits)


def _edit(path: Path, edits: Sequence[object]) -> None:
    text = path.read_bytes().decode() if path.exists() else ""
    for edit in edits:
        assert isinstance(edit, types.TextEdit)
        start, end = (_place(text, position) for position in (edit.range.start, edit.range.end))
        text = text[:start] + edit.new_text + text[end:]
    path.write_bytes(text.encode())


def _place(text: str, position: types.Position) -> int:
    return len("".join(text.splitlines(keepends=True)[: position.line])) + position.character


def _document(path: Path) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(path.as_uri())


def _path(uri: str) -> Path:
    from pygls import uris

    found = uris.to_fs_path(uri)
    assert found
    return Path(found)


def extent(diagnostic: types.Diagnostic | types.DocumentLink) -> tuple[int, int, int, int]:
    """Its range as four numbers."""
    start, end = diagnostic.range.start, diagnostic.range.end
    return start.line, start.character, end.line, end.character
