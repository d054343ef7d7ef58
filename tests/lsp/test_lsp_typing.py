"""What is said while the user types: no save, no run, no PostgreSQL."""

from pathlib import Path

import pytest
from editor import Editor, extent

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_quote_that_nothing_ends_is_said_and_taken_back(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    editor.type(path, "SELECT '𝄞';\nSELECT 'a;\n", (0, 0))
    await editor.until(lambda: editor.codes(path) == ["syntax"])
    (said,) = editor.of(path)
    assert (extent(said), said.message) == ((1, 7, 1, 8), "nothing ends this string: ' is missing")
    editor.type(path, "'", (1, 9))
    await editor.until(lambda: editor.codes(path) == [])


async def test_findings_stay_beside_a_syntax_error_in_another_statement(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    known = [(each.code, extent(each)) for each in await editor.check(path)]
    assert "SCH_001" in [code for code, _ in known]
    lines = path.read_text("utf-8").count("\n")
    editor.type(path, "SELECT (1;\n", (lines, 0))
    await editor.until(lambda: "syntax" in editor.codes(path))
    assert [(each.code, extent(each)) for each in editor.of(path) if each.code != "syntax"] == known


async def test_a_comment_that_is_begun_takes_what_follows(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path)
    editor.type(path, "/*", (0, 0))
    await editor.until(lambda: editor.codes(path) == ["syntax"])
    editor.type(path, "", (0, 0), (0, 2))
    await editor.until(lambda: "SCH_001" in editor.codes(path))


async def test_what_postgresql_refused_is_said_once(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path, "SELECT (1;\n")
    assert editor.codes(path) == ["apply-error"]
    editor.type(path, "\n", (0, 0))
    await editor.until(lambda: editor.codes(path) != ["apply-error"])
    assert "syntax" in editor.codes(path)


async def test_sql_of_other_databases_is_left_alone(editor: Editor, project: Path) -> None:
    other, new = project / "notes.sql", project / "migrations/0003_new.up.sql"
    editor.open(other, "PRAGMA it's;\n")
    editor.open(new, "PRAGMA its;\n")
    await editor.until(lambda: editor.codes(new) == ["syntax"])
    assert editor.codes(other) == []
    editor.close(new)
    await editor.until(lambda: editor.codes(new) == [])
    editor.close(other)
