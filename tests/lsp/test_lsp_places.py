"""Findings stand at exact places, in each encoding, and stay there while the user types."""

from pathlib import Path

import pytest
from editor import Editor, extent, started

from confiture.postgres.server import Server

COLUMNS = [("utf-8", 38), ("utf-16", 35), ("utf-32", 34)]
SURVIVOR = "-- é𝄞\r\nALTER TABLE users\r\n  ADD COLUMN name text /* é𝄞 */ UNIQUE;\r\n"

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("encoding", "column"), COLUMNS)
async def test_an_error_and_a_survivor_stand_behind_non_ascii_text(
    encoding: str, column: int, project: Path, server: Server
) -> None:
    path = project / "migrations/0002_names.up.sql"
    async with started(project, encoding=encoding) as editor:
        assert editor.capabilities
        assert editor.capabilities.position_encoding == encoding
        editor.open(path)
        text = '-- é𝄞\r\nALTER TABLE users ADD COLUMN "é𝄞" missing;\r\n'
        (error,) = await editor.check(path, text)
        assert (error.code, extent(error)) == ("apply-error", (1, column, 1, column + 7))
        found = [each for each in await editor.check(path, SURVIVOR) if each.code == "SCH_001"]
        wide = {"utf-8": 6, "utf-16": 3, "utf-32": 2}[encoding]
        start = len("  ADD COLUMN name text /*  */ ") + wide
        assert [extent(each) for each in found] == [(2, start, 2, start + len("UNIQUE"))]


async def test_typing_moves_findings_and_takes_those_that_were_typed_in(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path, SURVIVOR)
    (before,) = [extent(each) for each in editor.of(path) if each.code == "SCH_001"]
    editor.type(path, "-- 𝄞\r\n\r\n", (0, 0))
    await editor.until(lambda: any(extent(each)[0] == before[0] + 2 for each in editor.of(path)))
    editor.type(path, "users2", (3, 12), (3, 17))
    await editor.until(lambda: "SCH_001" not in editor.codes(path))
    editor.replace(path, SURVIVOR)
    await editor.until(lambda: "SCH_001" in editor.codes(path))
    assert [extent(each) for each in editor.of(path) if each.code == "SCH_001"] == [before]


async def test_closing_without_saving_returns_findings_to_their_place_on_disk(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path, SURVIVOR)
    before = [extent(each) for each in editor.of(path)]
    editor.type(path, "\r\n\r\n", (0, 0))
    await editor.until(lambda: [extent(each) for each in editor.of(path)] != before)
    editor.close(path)
    await editor.until(lambda: [extent(each) for each in editor.of(path)] == before)


async def test_a_deleted_file_loses_its_findings(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    assert await editor.check(path)
    path.unlink()
    editor.close(path)
    await editor.until(lambda: editor.of(path) == [])
