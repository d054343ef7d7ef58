"""What can be asked of a file that was never checked: its outline, its folds, what directives mean."""

from pathlib import Path

import pytest
from editor import Editor, able, started
from lsprotocol import types

from confiture.report.documentation import operator_page

BOTH_WAYS = """-- migrate:up
CREATE TABLE users (
    id int
);
/* two
   lines */
CREATE INDEX users_id ON users (id);

-- migrate:down
DROP TABLE users;
"""

LINKED = """-- 𝄞
  -- confiture: ignore bend_check why
-- confiture: ignore NO_001
SELECT '𝄞'; -- confiture: ignore SCH_001
"""

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def dbmate(tmp_path: Path) -> Path:
    path = tmp_path / "dbmate" / "db" / "migrations" / "20240101000000_users.sql"
    path.parent.mkdir(parents=True)
    path.write_text(BOTH_WAYS, "utf-8")
    return path


async def test_a_file_of_both_ways_is_outlined_and_folded_as_it_is_typed(editor: Editor, dbmate: Path) -> None:
    editor.open(dbmate, BOTH_WAYS.replace("users_id", "typed"))
    flat = await editor.symbols(dbmate)
    assert [symbol.name for symbol in flat] == [
        "up",
        "CREATE TABLE users",
        "CREATE INDEX typed",
        "down",
        "DROP TABLE users",
    ]
    assert await editor.folds(dbmate) == [(0, 6, "region"), (1, 3, None), (4, 5, "comment"), (8, 9, "region")]


async def test_clients_that_show_trees_get_them(dbmate: Path) -> None:
    capabilities = able("utf-16", configuration=False)
    capabilities.text_document = types.TextDocumentClientCapabilities(
        document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True)
    )
    async with started(dbmate.parents[2], capabilities=capabilities) as editor:
        editor.open(dbmate)
        up, down = await editor.symbols(dbmate)
        assert [child.name for child in up.children] == ["CREATE TABLE users", "CREATE INDEX users_id"]
        assert up.children[0].kind is types.SymbolKind.Struct
        assert (down.name, down.range.start.line) == ("down", 8)


async def test_migrations_and_what_they_make_are_found_in_each_folder(project: Path, dbmate: Path) -> None:
    async with started(project, folders=[project, dbmate.parents[2]]) as editor:
        found = await editor.find_symbols("usr")
        assert [(each.name, each.container_name) for each in found] == [
            ("20240101000000 users", None),
            ("users", "20240101000000 users"),
            ("users_id", "20240101000000 users"),
            ("0001 users", None),
            ("users", "0001 users"),
        ]
        assert found[2].location.uri == dbmate.as_uri()
        assert found[2].location.range.start.line == 6


async def test_operators_lead_to_their_documentation_and_tests_to_their_migration(
    editor: Editor, project: Path
) -> None:
    path, tests = project / "migrations/0002_names.up.sql", project / "tests/other.sql"
    editor.open(path, LINKED)
    pages = [((1, 23, 1, 33), operator_page("SCH_004")), ((3, 34, 3, 41), operator_page("SCH_001"))]
    assert await editor.links(path) == pages
    tests.write_text("-- confiture: migration 2\nSELECT true;\n")
    editor.open(tests)
    assert await editor.links(tests) == [((0, 24, 0, 25), path.as_uri())]
    editor.type(tests, "1", (0, 24))
    assert await editor.links(tests) == []


async def test_directives_are_completed_and_explained(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path, "/* 𝄞 */ -- confiture: ignore bend\n-- confiture: budget \n")
    items = await editor.completions(path, 0, 34)
    (item,) = [each for each in items if each.detail == "bend_check"]
    assert item.text_edit
    assert isinstance(item.text_edit, types.TextEdit)
    assert (item.text_edit.new_text, item.text_edit.range.start.character) == ("SCH_004 ", 30)
    assert [each.label for each in await editor.completions(path, 1, 21)] == ["max=", "lock<=", "rewrite=", "scan="]
    assert "no operator `bend`" in str(await editor.hover(path, 0, 15))
