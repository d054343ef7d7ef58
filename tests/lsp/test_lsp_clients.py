"""Clients that can little, that name files in their own way, or that ask for what does not exist."""

from pathlib import Path

import pytest
from editor import Editor, able, started
from lsprotocol import types

from confiture.postgres.server import Server

# Commands with arguments, where ... is the URI of a migration that was checked, and what the user is told.
NONSENSE: list[tuple[str, list[object], str]] = [
    ("run", [], "needs the URI"),
    ("run", [5], "5 is no file"),
    ("run", ["https://example.org/a.sql"], "is no file"),
    ("acceptBaseline", [None], "needs the URI"),
    ("acceptBaseline", [..., "DROP TABLE nothing"], "no cost is known of DROP TABLE nothing"),
    ("showMutant", [...], "not known any more"),
    ("showMutant", [..., "SCH_001-nope"], "SCH_001-nope is not known any more"),
    ("showMutants", [..., "sideways", 0], "statement 0 of sideways"),
    ("showMutants", [..., "up", 99], "statement 99 of up"),
    ("showMutants", [..., "up", [1]], "not known any more"),
]

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_client_without_any_optional_capability_gets_diagnostics_lenses_and_hovers(
    project: Path, server: Server
) -> None:
    path = project / "migrations/0002_names.up.sql"
    async with started(project, capabilities=types.ClientCapabilities()) as editor:
        assert editor.capabilities
        assert editor.capabilities.position_encoding == "utf-16"
        editor.open(path)
        editor.save(path)
        await editor.until(lambda: "SCH_001" in editor.codes(path))
        (survivor,) = editor.of(path)
        assert isinstance(survivor.data, dict)
        diff = await editor.execute("confiture.showMutant", path.as_uri(), survivor.data["mutant"])
        assert isinstance(diff, str)
        assert "-ALTER TABLE users ADD COLUMN name text UNIQUE;" in diff.splitlines()
        await editor.until(lambda: editor.messages == [diff])
        assert await editor.hover(path, 0, 0)
        assert await editor.lenses(path)
        actions = await editor.actions(path, survivor)
        assert all(isinstance(action, types.Command) for action in actions.values())
        write = actions["Write the test that kills this mutant"]
        assert await editor.execute(write.command, *write.arguments) is None
        assert editor.messages[-1].endswith("this editor makes no edits that a server asks for")
        assert editor.bars == editor.shown == editor.edits == editor.registered == []


async def test_lenses_get_their_words_when_they_are_shown(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path)
    _, *of_statements = await editor.bare_lenses(path)
    assert [lens.command for lens in of_statements] == [None, None]
    assert "2/3 killed" in [title for _, title in await editor.lenses(path)]
    editor.save(path, "-- nothing\n")
    await editor.idle()
    outdated = [(await editor.resolve(lens)).command for lens in of_statements]
    assert [command.title for command in outdated if command] == ["Run Confiture again"] * 2


async def test_a_client_without_lenses_has_hints(editor: Editor, project: Path, server: Server) -> None:
    path = project / "migrations/0002_names.up.sql"
    text = "-- first\nALTER TABLE users ADD COLUMN name text UNIQUE; -- é𝄞\nSELECT 1;\n"
    without = able("utf-16", configuration=False)
    without.text_document = None
    async with started(project, capabilities=without) as other:
        other.open(path)
        await other.check(path, text)
        score, of_statement, _ = await other.hints(path)
        assert score == (0, 8, "75% · 1 survivor · 4 mutants")
        assert of_statement[:2] == (1, 46)
        assert str(of_statement[2]).startswith("2/3 killed · ")
        assert await other.hints(path, (0, 1)) == [score]
    editor.open(path)
    await editor.check(path)
    assert await editor.hints(path) == []


async def test_a_client_that_shows_plain_text_gets_it(project: Path, server: Server) -> None:
    path = project / "migrations/0002_names.up.sql"
    hover = types.HoverClientCapabilities(content_format=[types.MarkupKind.PlainText])
    plain = able("utf-16", configuration=False)
    plain.text_document = types.TextDocumentClientCapabilities(hover=hover)
    async with started(project, capabilities=plain) as editor:
        editor.open(path)
        await editor.check(path, "ALTER TABLE users ADD COLUMN name text CHECK (length(name) * 2 < 10 * 10);\n")
        said = await editor.hover(path, 0, 0)
        assert said
        assert "length(name) * 2" in said
        assert not any(mark in said for mark in ("**", "`", "\\"))


async def test_hover_shows_what_markdown_would_take_for_its_own(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path, "ALTER TABLE users ADD COLUMN name text CHECK (length(name) * 2 < 10 * 10);\n")
    said = await editor.hover(path, 0, 0)
    assert said
    assert r"length(name) \* 2" in said


async def test_findings_follow_the_uri_under_which_a_file_is_opened(project: Path, server: Server) -> None:
    linked = project.with_name("linked")
    linked.symlink_to(project)
    up, down = (Path("migrations") / name for name in ("0002_names.up.sql", "0002_names.down.sql"))
    (project / down).write_text("SELECT 1;\n", "utf-8")
    async with started(linked) as editor:
        editor.open(linked / up)
        await editor.check(linked / up)
        assert "SCH_001" in editor.codes(linked / up)
        assert editor.codes(project / down) == ["residue"]
        editor.open(linked / down)
        await editor.until(lambda: editor.codes(linked / down) == ["residue"])
        assert editor.codes(project / down) == []


async def test_arguments_that_make_no_sense_are_said(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path)
    for command, arguments, said in NONSENSE:
        editor.forget()
        given = [path.as_uri() if argument is ... else argument for argument in arguments]
        assert await editor.execute(f"confiture.{command}", *given) is None
        await editor.until(lambda: editor.messages)
        (message,) = editor.messages
        assert said in message


async def test_settings_that_are_no_object_are_said_and_an_empty_list_is_none(project: Path, server: Server) -> None:
    path = project / "migrations/0002_names.up.sql"
    async with started(project, options=["SCH_001"]) as editor:
        await editor.until(lambda: editor.messages)
        (message,) = editor.messages
        assert "an object of settings" in message
        editor.push([])
        await editor.check(path)
        assert "SCH_001" in editor.codes(path)
        assert len(editor.messages) == 1
