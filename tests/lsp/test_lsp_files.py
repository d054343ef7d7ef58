"""Files that come, go or change without the editor, documents that are no files, and views of mutants."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from editor import Editor, able, started
from lsprotocol import types

from confiture.postgres.server import Server

UNTITLED = "untitled:Untitled-1"

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def path(project: Path) -> Path:
    return project / "migrations/0002_names.up.sql"


def rename(old: Path, new: Path) -> None:
    old.rename(new)


def forbid_writing(path: Path) -> None:
    path.chmod(0o444)


def prepend(path: Path, text: str) -> None:
    path.write_text(text + path.read_text("utf-8"), "utf-8")


def changed(editor: Editor, path: Path, kind: types.FileChangeType) -> None:
    event = types.FileEvent(path.as_uri(), kind)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))


async def test_a_renamed_migration_has_findings_under_its_new_name_only(editor: Editor, path: Path) -> None:
    editor.open(path)
    assert await editor.check(path)
    new = path.with_name("0003_names.up.sql")
    rename(path, new)
    rename(path.with_name("0002_names.down.sql"), path.with_name("0003_names.down.sql"))
    renamed = types.RenameFilesParams([types.FileRename(path.as_uri(), new.as_uri())])
    editor.client.workspace_did_rename_files(renamed)
    await editor.until(lambda: editor.of(path) == [])
    editor.close(path)
    editor.open(new)
    assert await editor.lenses(new) == [(0, "Run Confiture")]
    await editor.check(new)
    assert "SCH_001" in editor.codes(new)
    assert editor.of(path) == []


async def test_a_deleted_folder_takes_the_findings_and_the_run_of_its_files(editor: Editor, path: Path) -> None:
    editor.open(path)
    await editor.check(path)
    editor.save(path, "SELECT pg_sleep(3600);\n")
    await editor.until(lambda: len(editor.bars) == 2)
    rename(path.parent, path.parent.with_name("elsewhere"))
    gone = types.DeleteFilesParams([types.FileDelete(path.parent.as_uri())])
    await editor.hover(path, 0, 0)
    editor.client.workspace_did_delete_files(gone)
    await editor.until(lambda: editor.of(path) == [])
    await editor.execute("confiture.cancel")
    await editor.idle()


async def test_findings_follow_what_another_program_writes(editor: Editor, path: Path) -> None:
    editor.open(path)
    before = [each.range.start.line for each in await editor.check(path)]
    editor.close(path)
    prepend(path, "\n\n")
    changed(editor, path, types.FileChangeType.Changed)
    await editor.until(lambda: [each.range.start.line for each in editor.of(path)] == [line + 2 for line in before])


async def test_a_file_becomes_a_migration_when_the_settings_say_so(editor: Editor, project: Path) -> None:
    other = project / "sql" / "1_a.sql"
    other.parent.mkdir()
    other.write_text("CREATE TABLE a (id int);\n", "utf-8")
    config = project / "confiture.toml"
    config.write_text('migrations = "migrations"\n', "utf-8")
    editor.open(other)
    assert await editor.lenses(other) == []
    config.write_text('migrations = "sql"\n', "utf-8")
    changed(editor, config, types.FileChangeType.Changed)
    assert await editor.lenses(other) == [(0, "Run Confiture")]


async def test_files_and_settings_are_watched_where_the_client_can_do_it(project: Path) -> None:
    capabilities = able("utf-16", configuration=False)
    assert capabilities.workspace
    capabilities.workspace.did_change_watched_files = types.DidChangeWatchedFilesClientCapabilities(
        dynamic_registration=True
    )
    capabilities.workspace.did_change_configuration = types.DidChangeConfigurationClientCapabilities(
        dynamic_registration=True
    )
    async with started(project, capabilities=capabilities) as editor:
        await editor.until(
            lambda: editor.registered == ["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"]
        )


async def test_a_folder_that_leaves_the_workspace_takes_its_findings(
    project: Path, tmp_path: Path, path: Path, server: Server
) -> None:
    folders = [tmp_path / "kept", project]
    async with started(folders[0].parent, folders=folders) as editor:
        editor.open(path)
        await editor.check(path)
        removed = types.WorkspaceFoldersChangeEvent([], [types.WorkspaceFolder(project.as_uri(), "project")])
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(removed))
        await editor.until(lambda: editor.of(path) == [])


async def test_documents_that_are_no_files_are_said_and_not_run(editor: Editor, project: Path) -> None:
    document: Any = types.TextDocumentIdentifier(UNTITLED)
    client = editor.client
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(UNTITLED, "sql", 1, "SELECT 'a;"))
    )
    client.text_document_did_save(types.DidSaveTextDocumentParams(document))
    start = types.Position(0, 0)
    assert await client.text_document_hover_async(types.HoverParams(document, start)) is None
    assert not await client.text_document_code_lens_async(types.CodeLensParams(document))
    assert not await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert not await client.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert not await client.text_document_completion_async(types.CompletionParams(document, start))
    assert await editor.execute("confiture.run", UNTITLED) is None
    await editor.until(lambda: editor.messages)
    (said,) = editor.messages
    assert "save it into the directory of the migrations first" in said
    assert UNTITLED not in editor.diagnostics
    client.text_document_did_close(types.DidCloseTextDocumentParams(document))


async def test_a_file_that_cannot_be_written_is_run_by_the_command(editor: Editor, path: Path) -> None:
    forbid_writing(path)
    editor.open(path)
    await editor.execute_and_check("confiture.run", path.as_uri())
    assert "SCH_001" in editor.codes(path)


async def test_a_file_that_was_never_saved_is_said_and_not_run(editor: Editor, project: Path) -> None:
    new = project / "migrations/0009_new.up.sql"
    editor.open(new, "SELECT 1;\n")
    await editor.execute_and_check("confiture.run", new.as_uri())
    assert editor.codes(new) == ["outside-history"]
    editor.close(new)


async def test_mutants_are_documents_for_clients_that_ask_for_texts(path: Path, project: Path, server: Server) -> None:
    capabilities = able("utf-16", configuration=False)
    assert capabilities.workspace
    capabilities.workspace.text_document_content = types.TextDocumentContentClientCapabilities()
    async with started(project, capabilities=capabilities) as editor:
        assert editor.capabilities
        assert editor.capabilities.workspace
        offered = editor.capabilities.workspace.text_document_content
        assert isinstance(offered, types.TextDocumentContentOptions)
        (survivor,) = await editor.check(path)
        diff = await editor.execute("confiture.showMutant", path.as_uri(), survivor.data["mutant"])
        await editor.until(lambda: editor.shown)
        (uri,) = editor.shown
        assert uri.startswith(f"{offered.schemes[0]}:///")
        assert await editor.text_of(uri) == diff
        assert "run the check again" in await editor.text_of(f"{uri}.gone")
        await editor.check(path, "SELECT 1;\n")
        await editor.until(lambda: uri in editor.outdated)
        assert "run the check again" in await editor.text_of(uri)


async def test_two_clients_share_a_workspace(path: Path, project: Path, server: Server) -> None:
    async with started(project) as first, started(project) as second:
        for editor in (first, second):
            editor.open(path)
        found = await asyncio.gather(first.check(path), second.check(path))
        assert [[each.code for each in each_found] for each_found in found] == [["SCH_001"], ["SCH_001"]]
