"""Quick fixes change what they are about or nothing, whatever was typed since the check."""

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from editor import LITERALS, Editor, able, started
from lsprotocol import types

from confiture.postgres.server import Server

TWO = """ALTER TABLE users ADD COLUMN name text UNIQUE;

  ALTER TABLE users ADD COLUMN nick text UNIQUE; -- two
SELECT 1;
"""
WRITE = "Write the test that kills this mutant"
HERE = "Ignore SCH_001 here, with a reason"
ALL = types.Range(types.Position(0, 0), types.Position(9, 0))

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def survivors(editor: Editor, path: Path, text: str) -> list[types.Diagnostic]:
    return [each for each in await editor.check(path, text) if each.code == "SCH_001"]


@pytest.fixture
def path(project: Path) -> Path:
    return project / "migrations/0002_names.up.sql"


@pytest.mark.parametrize(
    ("title", "selected", "expected"),
    [
        (HERE, None, "\n  -- confiture: ignore SCH_001 reason: \n  ALTER TABLE users ADD COLUMN nick"),
        ("Ignore SCH_001 in this file, with a reason", None, "-- confiture: ignore-file SCH_001 reason: \nALTER"),
        ("Ignore SCH_001 in these 3 statements, with a reason", ALL, "SELECT 1;\n-- confiture: ignore-end SCH_001\n"),
    ],
    ids=["a statement", "the file", "selected statements"],
)
async def test_a_survivor_is_ignored(
    title: str, selected: types.Range | None, expected: str, editor: Editor, path: Path
) -> None:
    editor.open(path)
    both = await survivors(editor, path, TWO)
    assert len(both) == 2
    action = (await editor.actions(path, both[1], selected))[title]
    text = editor.apply(path, TWO, action)
    assert expected in text
    assert len(await survivors(editor, path, text)) == (1 if title == HERE else 0)
    assert "unused-ignore" not in editor.codes(path)
    ignored = await editor.execute("confiture.showMutants", path.as_uri(), "up", 1)
    assert isinstance(ignored, list)
    assert any(line.startswith("– Ignored") for line in ignored)


async def test_a_directive_that_ignores_nothing_is_removed_with_its_line(editor: Editor, path: Path) -> None:
    editor.open(path)
    text = f"-- confiture: ignore DATA_001 nothing\n{TWO}"
    await editor.check(path, text)
    (unused,) = [each for each in editor.of(path) if each.code == "unused-ignore"]
    action = (await editor.actions(path, unused))["Remove the directive, which ignores nothing"]
    assert editor.apply(path, text, action) == TWO


async def test_a_fix_follows_its_statement_and_not_the_old_range(editor: Editor, path: Path) -> None:
    editor.open(path)
    _, old = await survivors(editor, path, TWO)
    moved = "SELECT 0;\nSELECT 0;\n" + TWO
    editor.replace(path, moved)
    text = editor.apply(path, moved, (await editor.actions(path, old))[HERE])
    assert "  -- confiture: ignore SCH_001 reason: \n  ALTER TABLE users ADD COLUMN nick" in text


async def test_a_fix_of_an_edited_statement_is_refused_with_the_reason(
    path: Path, project: Path, server: Server
) -> None:
    async with started(project, capabilities=_showing_refusals()) as editor:
        editor.open(path)
        first, second = await survivors(editor, path, TWO)
        typed = TWO.replace("nick text", "nick varchar")
        editor.replace(path, typed)
        refused: Any = (await editor.actions(path, second))[HERE]
        assert "edited since the check" in refused.disabled.reason
        assert refused.edit is None
        written: Any = (await editor.actions(path, second))[WRITE]
        assert "edited since the check" in written.disabled.reason
        assert written.command is None
        offered: Any = (await editor.actions(path, first))[HERE]
        assert offered.edit.changes is None
        assert editor.apply(path, typed, offered).startswith("-- confiture: ignore SCH_001 reason: \nALTER")


async def test_a_remedy_that_a_transaction_forbids_is_refused_with_the_reason(
    path: Path, project: Path, server: Server
) -> None:
    async with started(project, capabilities=_showing_refusals()) as editor:
        editor.open(path)
        await editor.check(path, "CREATE INDEX a ON users (email);\nCREATE INDEX b ON users (email);\n")
        refused: Any = (await editor.actions_at(path, line=0))["Work on the index CONCURRENTLY"]
        assert refused.disabled.reason.startswith("it shares a transaction with other statements")
        assert refused.command is None


def _showing_refusals() -> types.ClientCapabilities:
    capabilities = able("utf-16", configuration=False)
    assert capabilities.workspace
    assert capabilities.text_document
    capabilities.text_document.code_action = evolve(LITERALS, disabled_support=True)
    capabilities.workspace.workspace_edit = types.WorkspaceEditClientCapabilities(document_changes=True)
    return capabilities


async def test_a_client_that_loses_data_or_cannot_show_refusals(editor: Editor, path: Path) -> None:
    editor.open(path)
    first, second = await survivors(editor, path, TWO)
    for each in (first, second):
        each.data = None
    editor.replace(path, TWO.replace("nick text", "nick varchar"))
    assert HERE in await editor.actions(path, first)
    offered = await editor.actions(path, second)
    assert HERE not in offered
    assert WRITE not in offered
    assert "Show the mutant" in offered


async def test_only_the_kinds_that_are_asked_for_are_offered(editor: Editor, path: Path) -> None:
    editor.open(path)
    first, _ = await survivors(editor, path, TWO)
    every = await editor.actions(path, first)
    fixes = await editor.actions(path, first, only=[types.CodeActionKind.QuickFix])
    assert HERE in fixes
    assert set(every) - set(fixes) == {
        "Write tests for all survivors of this migration",
        "Run Confiture again",
        "Accept all costs of this migration as baselines",
        "Give up soon if a lock cannot be had (lock_timeout)",
    }
    assert not await editor.actions(path, first, only=[types.CodeActionKind.SourceFixAll])
