"""Whatever is in the files: one clear message at its place, and the server keeps serving."""

from pathlib import Path

import pytest
from editor import Editor, extent, started
from lsprotocol import types

from confiture.postgres.server import Server

GOOD = "ALTER TABLE users ADD COLUMN name text UNIQUE;\n"

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_bad_files_one_after_the_other(editor: Editor, project: Path) -> None:
    path, test = project / "migrations/0002_names.up.sql", project / "tests/0002_column.sql"
    editor.open(path)

    (broken,) = await editor.check(path, "-- é𝄞\nSELECT 'é𝄞' FORM users;\n")
    assert (broken.code, extent(broken)) == ("apply-error", (1, 18, 1, 23))
    assert "42601" in broken.message

    await editor.check(path, "")
    assert "apply-error" not in editor.codes(path)

    (latin,) = await editor.check(path, "-- é\n".encode("latin-1"))
    assert (latin.code, extent(latin)) == ("not-run", (0, 0, 0, 0))
    assert "UTF-8" in latin.message

    assert "not-run" not in [each.code for each in await editor.check(path, GOOD)]

    good = test.read_text("utf-8")
    editor.open(test)
    (failing,) = await editor.check(test, "SELECT true;\nSELECT 'é𝄞' IS NULL;\n")
    assert failing.code == "oracle-failed"
    assert extent(failing)[0] == 1
    assert failing.related_information
    assert failing.related_information[0].location.uri == path.as_uri()
    assert await editor.check(test, good) == []
    assert "SCH_001" in editor.codes(path)


async def test_a_file_outside_any_history_is_said_and_not_run(editor: Editor, project: Path) -> None:
    path = project / "notes.sql"
    path.write_text("DROP DATABASE postgres;\n", "utf-8")
    editor.open(path)
    assert await editor.lenses(path) == []
    (said,) = await editor.check(path)
    assert said.code == "outside-history"
    assert "migrations" in said.message


async def test_statements_that_reach_outside_the_scratch_database_are_refused(editor: Editor, project: Path) -> None:
    path, file = project / "migrations/0002_names.up.sql", project / "written"
    editor.open(path)
    for statement in ("DROP DATABASE postgres", "ALTER SYSTEM SET work_mem = '1MB'", f"COPY users TO '{file}'"):
        (said,) = await editor.check(path, f"-- é𝄞\n{statement};\n")
        assert (said.code, said.severity) == ("outside-scratch", types.DiagnosticSeverity.Error)
        assert extent(said) == (1, 0, 1, len(statement))
    assert not file.exists()


async def test_an_unreachable_server_is_said(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    editor.push({"postgres": {"url": "postgresql://somebody:hidden@127.0.0.1:1/shop"}})
    (said,) = await editor.check(path)
    assert said.code == "not-run"
    assert "127.0.0.1:1" in said.message
    assert "hidden" not in said.message
    assert [title for _, title in await editor.lenses(path)] == ["Run Confiture"]


async def test_a_missing_extension_and_a_budget_that_cannot_be_read_are_said(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    (missing,) = await editor.check(path, "CREATE EXTENSION no_such_extension;\n")
    assert missing.code == "apply-error"
    assert "confiture doctor" in missing.message
    assert (await editor.lenses(path))[0][1] == "1 error · no mutant was judged — run again"
    await editor.check(path, f"-- confiture: budget maxx=2s\n{GOOD}")
    (said,) = [each for each in editor.of(path) if each.code == "not-run"]
    assert "maxx=2s" in said.message


async def test_an_untitled_document_is_said_and_not_run(editor: Editor) -> None:
    await editor.execute("confiture.run", "untitled:Untitled-1")
    await editor.until(lambda: editor.messages)
    assert "save it" in editor.messages[0]


async def test_a_malformed_settings_file_is_said_at_the_file_that_was_saved(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    (project / "confiture.toml").write_text("[mutation]\nper_lin = 2\n", "utf-8")
    (said,) = await editor.check(path)
    assert said.code == "not-run"
    assert "mutation.per_line" in said.message
    (project / "confiture.toml").write_text("", "utf-8")
    assert "not-run" not in [each.code for each in await editor.check(path)]


async def test_no_postgresql_is_said_until_there_is_one(project: Path, tmp_path: Path, server: Server) -> None:
    path, other = project / "migrations/0002_names.up.sql", project / "migrations/0001_users.up.sql"
    empty = tmp_path / "empty"
    empty.mkdir()
    async with started(project, options={"postgres": {"binaries": str(empty)}}) as editor:
        editor.open(path)
        (said,) = await editor.check(path)
        assert said.code == "not-run"
        assert str(empty) in said.message
        editor.push({})
        await editor.check(other)
        assert editor.of(path) == []
