"""From a finding to its fix: one code action, and the finding is gone after the next save."""

from pathlib import Path

import pytest
from editor import Editor, started
from lsprotocol import types

from confiture.postgres.server import Server

WRITE = "Write the test that kills this mutant"

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_missing_test_goes_to_the_tests_of_the_migration(editor: Editor, project: Path) -> None:
    path, tests = project / "migrations/0002_names.up.sql", project / "tests/0002_column.sql"
    before = tests.read_text()
    editor.open(path)
    (survivor,) = [each for each in await editor.check(path) if each.code == "SCH_001"]
    action = (await editor.actions(path, survivor))[WRITE]
    assert action.is_preferred
    answer = await editor.execute_and_check(action.command.command, *action.command.arguments)
    assert answer == {"tests": 1, "budgets": 0, "mutants": 1, "left": {}}
    added = tests.read_text().removeprefix(before)
    assert added.startswith("\n-- (name) is unique in users.\nSELECT ")
    await editor.until(lambda: editor.shown)
    assert "SCH_001" not in [each.code for each in await editor.check(tests)]
    assert "SCH_001" not in editor.codes(path)


async def test_a_migration_without_tests_gets_a_file_of_its_own(editor: Editor, project: Path) -> None:
    path = project / "migrations/0001_users.up.sql"
    editor.open(path)
    await editor.check(path)
    answer = await editor.execute_and_check("confiture.writeTests", path.as_uri())
    assert isinstance(answer, dict)
    assert answer["mutants"] >= 3
    (edit,) = editor.edits
    assert edit.document_changes
    created = edit.document_changes[0]
    assert isinstance(created, types.CreateFile)
    assert created.uri == (project / "tests/0001_users.sql").as_uri()
    await editor.check(path)
    assert not [code for code in editor.codes(path) if str(code).startswith("SCH")]


async def test_what_the_editor_holds_is_added_to_not_what_is_on_disk(editor: Editor, project: Path) -> None:
    path, tests = project / "migrations/0002_names.up.sql", project / "tests/0002_column.sql"
    editor.open(path)
    editor.open(tests)
    await editor.check(path)
    editor.replace(tests, tests.read_text() + "-- typed\n-- and not saved\n")
    editor.refuses = "this test only looks"
    await editor.execute_and_check("confiture.writeTests", path.as_uri())
    (edit,) = editor.edits
    assert edit.document_changes
    (change,) = edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == 2
    assert change.edits[0].range.start == types.Position(3, 0)


async def test_a_test_directory_that_cannot_be_written_to_is_said(editor: Editor, project: Path) -> None:
    path, tests = project / "migrations/0001_users.up.sql", project / "tests"
    for test in tests.iterdir():
        test.unlink()
    tests.rmdir()
    tests.touch()  # root may write into any directory, but not into a file
    editor.open(path)
    await editor.check(path)
    assert await editor.execute_and_check("confiture.writeTests", path.as_uri()) is None
    assert editor.messages[-1].startswith("0001_users.sql: the editor did not make the edit: ")
    assert tests.is_file()


async def test_an_edit_that_the_editor_refuses_is_said(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path)
    editor.refuses = "the disk is read-only"
    assert await editor.execute_and_check("confiture.writeTests", path.as_uri()) is None
    assert editor.messages[-1] == "0002_column.sql: the editor did not make the edit: the disk is read-only"


async def test_a_mutant_of_an_older_text_is_refused(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    (survivor,) = [each for each in await editor.check(path) if each.code == "SCH_001"]
    assert isinstance(survivor.data, dict)
    await editor.check(path, "ALTER TABLE users ADD COLUMN name text;\n")
    assert await editor.execute("confiture.writeTests", path.as_uri(), survivor.data["mutant"]) is None
    assert editor.messages[-1] == "there is no such survivor any more: run the check again"
    assert not editor.edits


async def test_a_down_script_is_completed_and_undoes_then(editor: Editor, project: Path) -> None:
    path, down = project / "migrations/0002_names.up.sql", project / "migrations/0002_names.down.sql"
    down.write_text("ALTER TABLE users DROP COLUMN name; -- and the default?\n")
    editor.open(path)
    await editor.check(path, "ALTER TABLE users ADD COLUMN name text, ALTER COLUMN email SET DEFAULT '';\n")
    editor.open(down)
    (residue,) = [each for each in editor.of(down) if each.code == "residue"]
    action = (await editor.actions(down, residue))["Complete the down script"]
    answer = await editor.execute_and_check(action.command.command, *action.command.arguments)
    assert answer == {"restored": ["column users.email"], "left": {}, "keepingRestoresMore": False}
    added = (
        "ALTER TABLE users DROP COLUMN name;\nALTER TABLE users ALTER COLUMN email DROP DEFAULT; -- and the default?\n"
    )
    assert down.read_text() == added
    await editor.check(down)
    assert "residue" not in editor.codes(down)


async def test_what_a_down_script_cannot_restore_is_said(editor: Editor, project: Path) -> None:
    path, down = project / "migrations/0002_names.up.sql", project / "migrations/0002_names.down.sql"
    down.write_text("")
    editor.open(path)
    await editor.check(path, "DELETE FROM users;\n")
    answer = await editor.execute_and_check("confiture.completeDown", path.as_uri())
    assert isinstance(answer, dict)
    assert answer["restored"] == []
    assert "keep them in the up script" in answer["left"]["rows of users"]
    assert "Not restored: rows of users" in editor.messages[-1]
    assert not editor.edits
    assert answer["keepingRestoresMore"]


async def test_rows_come_back_once_the_up_script_keeps_them(editor: Editor, project: Path) -> None:
    path, down = project / "migrations/0002_names.up.sql", project / "migrations/0002_names.down.sql"
    down.write_text("SELECT 1;\n")
    editor.open(path)
    await editor.check(path, "DELETE FROM users;\n")
    keep_rows = True
    answer = await editor.execute_and_check("confiture.completeDown", path.as_uri(), keep_rows)
    assert answer == {"restored": ["rows of users"], "left": {}, "keepingRestoresMore": False}
    assert path.read_text().startswith("CREATE TABLE users_before_0002 AS ")
    assert down.read_text().endswith("DROP TABLE users_before_0002;\n")


async def test_a_plain_client_gets_a_plain_edit(project: Path, server: Server) -> None:
    path = project / "migrations/0002_names.up.sql"
    bars = types.WindowClientCapabilities(work_done_progress=True)
    lenses = types.CodeLensWorkspaceClientCapabilities(refresh_support=True)
    workspace = types.WorkspaceClientCapabilities(apply_edit=True, code_lens=lenses)
    async with started(project, capabilities=types.ClientCapabilities(window=bars, workspace=workspace)) as editor:
        editor.open(path)
        await editor.check(path)
        await editor.execute_and_check("confiture.writeTests", path.as_uri())
        (edit,) = editor.edits
        assert edit.changes
        assert [*edit.changes] == [(project / "tests/0002_column.sql").as_uri()]


async def test_an_index_is_built_concurrently_once_that_is_proved_to_lock_less(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path, "-- To log in.\nCREATE INDEX users_email ON users (email);\n")
    action = (await editor.actions_at(path, line=1))["Work on the index CONCURRENTLY"]
    assert action.kind == types.CodeActionKind.RefactorRewrite
    answer = await editor.execute_and_check(action.command.command, *action.command.arguments)
    assert answer == {"better": ["users is no longer locked SHARE while rows are read"], "refused": []}
    assert path.read_text() == "-- To log in.\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n"


async def test_many_rows_are_written_in_batches_once_that_is_proved_to_help(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    (project / "confiture.toml").write_text("[scale]\nsizes = { users = 9000 }\n")
    (project / "migrations/0002_names.down.sql").write_text("SELECT 1;\n")
    (project / "tests/0002_column.sql").write_text("SELECT count(*) > 0 FROM users WHERE email = 'nobody';\n")
    editor.open(path)
    await editor.check(path, "UPDATE users SET email = 'nobody';\n")
    action = (await editor.actions_at(path, line=0))["Write the rows in batches, each in a transaction of its own"]
    answer = await editor.execute_and_check(action.command.command, *action.command.arguments)
    assert answer == {"better": ["at most 1000 rows of users are locked at once, not 9000"], "refused": []}
    assert path.read_text().startswith("DO $$\n")


async def test_a_remedy_that_a_transaction_forbids_is_not_offered(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path, "CREATE INDEX a ON users (email);\nCREATE INDEX b ON users (email);\n")
    assert "Work on the index CONCURRENTLY" not in await editor.actions_at(path, line=0)
    answer = await editor.execute_and_check("confiture.ease", path.as_uri(), "concurrently CREATE INDEX a")
    assert isinstance(answer, dict)
    assert (answer["better"], len(answer["refused"])) == ([], 1)
    assert "Not changed: it shares a transaction" in editor.messages[-1]
    assert not editor.edits


async def test_a_statement_that_stops_nobody_needs_no_remedy(editor: Editor, project: Path) -> None:
    path = project / "migrations/0001_users.up.sql"
    editor.open(path)
    await editor.check(path)
    assert not {"Work on the index CONCURRENTLY", "Give up soon if a lock cannot be had (lock_timeout)"} & {
        *await editor.actions_at(path, line=0)
    }
    assert await editor.execute_and_check("confiture.ease", path.as_uri(), "concurrently CREATE INDEX gone") is None
    assert editor.messages[-1] == "there is no such statement any more: run the check again"
