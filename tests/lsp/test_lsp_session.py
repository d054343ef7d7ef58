"""A session with the example shop: what a user sees and does, in the order in which it happens."""

import asyncio
import re
import shutil
from pathlib import Path
from time import monotonic

import pytest
from editor import Editor, started
from lsprotocol import types

from confiture.operators import ALL_OPERATORS
from confiture.postgres.server import Server

OPERATORS = [operator.id for operator in ALL_OPERATORS]

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_save_of_the_shops_newest_migration(shop: Path, server: Server) -> None:
    path = shop / "migrations/000016_loyalty.up.sql"
    text = path.read_bytes().decode().replace("\n", "\r\n")
    async with started(shop) as editor:
        editor.open(path)
        assert await editor.lenses(path) == [(0, "Run Confiture")]
        found = await editor.check(path, text)

        survivors = [each for each in found if re.fullmatch(r"[A-Z]{3,4}_\d{3}", str(each.code))]
        assert survivors
        for each in survivors:
            assert each.source == "confiture"
            assert each.code_description
            assert each.code_description.href.endswith(f"/docs/operators/{each.code}.md")
            assert isinstance(each.data, dict)
            assert each.data["mutant"]
        publications = [codes for uri, codes in editor.history if uri == path.as_uri()]
        assert len(publications) > 1, "findings stream in"

        lenses = await editor.lenses(path)
        assert re.fullmatch(r"\d+% · \d+ survivors · \d+ mutants — run again", lenses[0][1])
        assert any(re.match(r"[\d.]+ ms", title) for _, title in lenses)
        assert any(re.fullmatch(r"\d+/\d+ killed", title) for _, title in lenses)

        survivor = next(each for each in survivors if each.severity is types.DiagnosticSeverity.Warning)
        hover = await editor.hover(path, survivor.range.start.line, survivor.range.start.character)
        assert hover
        assert "✗ Survived" in hover
        assert "✓ Killed by" in hover

        await _show_mutant(editor, path, survivor)
        await _report(editor, shop)
        await _ignore(editor, path, survivor, text)


async def test_a_run_renews_the_lenses_seldom_enough_for_clients_that_wait_until_it_is_quiet(
    shop: Path, server: Server
) -> None:
    path = shop / "migrations/000016_loyalty.up.sql"
    async with started(shop) as editor:
        editor.open(path)
        began, before = monotonic(), editor.renewals
        await editor.check(path)
        at_its_begin_and_end = 4
        assert editor.renewals - before <= monotonic() - began + at_its_begin_and_end


async def _show_mutant(editor: Editor, path: Path, survivor: types.Diagnostic) -> None:
    assert isinstance(survivor.data, dict)
    diff = await editor.execute("confiture.showMutant", path.as_uri(), survivor.data["mutant"])
    assert isinstance(diff, str)
    assert diff.startswith("--- 000016_loyalty.up.sql")
    await editor.until(lambda: editor.shown)
    assert editor.shown == [diff.replace("\r\n", "\n")]


async def _report(editor: Editor, shop: Path) -> None:
    documents = await editor.execute("confiture.report")
    assert isinstance(documents, list)
    (document,) = documents
    assert document["projectRoot"] == shop.as_posix()
    assert "PostgreSQL" in document["framework"]["dependencies"]["PostgreSQL"]
    mutants = document["files"]["migrations/000016_loyalty.up.sql"]["mutants"]
    assert {"Killed", "Survived"} <= {mutant["status"] for mutant in mutants}


async def _ignore(editor: Editor, path: Path, survivor: types.Diagnostic, text: str) -> None:
    actions = await editor.actions(path, survivor)
    assert "Show the mutant" in actions
    action = actions[f"Ignore {survivor.code} here, with a reason"]
    after = await editor.check(path, editor.apply(path, text, action))
    assert (survivor.code, survivor.message) not in [(each.code, each.message) for each in after]
    saved = await asyncio.to_thread(path.read_bytes)
    assert saved.count(b"\n") == saved.count(b"\r\n") == text.count("\n") + 1
    lines_after = await editor.execute("confiture.showMutants", path.as_uri(), "up", _statement(text, survivor))
    assert isinstance(lines_after, list)
    assert any(line.startswith("– Ignored") for line in lines_after)


def _statement(text: str, survivor: types.Diagnostic) -> int:
    before = "".join(text.splitlines(keepends=True)[: survivor.range.start.line])
    return re.sub(r"--[^\n]*", "", before).count(";")


async def test_accepting_baselines_writes_them_and_runs_again(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path)
    (project / ".confiture/baseline.json").unlink(missing_ok=True)
    assert await editor.execute_and_check("confiture.acceptBaseline", path.as_uri()) == 1
    assert "users" in (project / ".confiture/baseline.json").read_text("utf-8")
    assert any("baseline" in title for _, title in await editor.lenses(path))


async def test_a_regression_is_said_and_can_be_accepted(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    names = path.read_text("utf-8")
    (project / "seeds").mkdir()
    (project / "seeds/0001_users.sql").write_text("INSERT INTO users SELECT i, 'a' FROM generate_series(1, 40) i;\n")
    (project / "confiture.toml").write_text(f"[mutation]\nskip = {OPERATORS}\n", "utf-8")
    editor.open(path)
    await editor.check(path, names + "UPDATE users SET name = id;\n")
    await editor.check(path, names + "UPDATE users SET name = id WHERE pg_sleep(0.001) IS NOT NULL;\n")
    (slower,) = [each for each in editor.of(path) if each.code == "regression"]
    assert slower.range.start == types.Position(1, 0)
    command = (await editor.actions(path, slower))["Accept this cost of UPDATE users as its baseline"].command
    assert await editor.execute_and_check(command.command, *command.arguments) == 1
    assert "regression" not in editor.codes(path)


async def test_a_saved_seed_checks_its_migration(editor: Editor, project: Path) -> None:
    path, seed = project / "migrations/0002_names.up.sql", project / "seeds/0001_users.sql"
    editor.open(path)
    seed.parent.mkdir()
    await editor.check(seed, "INSERT INTO users (nonsense) VALUES (1);\n")
    assert editor.codes(seed) == ["history-error"]
    await editor.check(seed, "INSERT INTO users VALUES (1, 'a@example.org');\n")
    assert editor.codes(seed) == []
    assert any("killed" in title for _, title in await editor.lenses(project / "migrations/0001_users.up.sql"))


async def test_a_saved_test_checks_its_migration_again(editor: Editor, project: Path) -> None:
    path, test = project / "migrations/0002_names.up.sql", project / "tests/0002_column.sql"
    editor.open(path)
    editor.open(test)
    await editor.check(path)
    assert "SCH_001" in editor.codes(path)
    unique = "SELECT count(*) = 1 FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype = 'u';\n"
    await editor.check(test, test.read_text("utf-8") + unique)
    assert "SCH_001" not in editor.codes(path)


async def test_settings_are_applied_and_malformed_ones_keep_the_old(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    editor.push({"mutation": {"skip": ["SCH_001"]}})
    await editor.check(path)
    assert "SCH_001" not in editor.codes(path)
    for _ in range(2):
        editor.push({"mutation": {"skop": []}})
    await editor.check(path)
    assert "SCH_001" not in editor.codes(path)
    (message,) = editor.messages
    assert "mutation.skop" in message
    assert "mutation.skip" in message
    editor.push({})
    await editor.check(path)
    assert "SCH_001" in editor.codes(path)


async def test_settings_are_pulled_when_the_client_offers_it(project: Path, server: Server) -> None:
    path = project / "migrations/0002_names.up.sql"
    async with started(project, settings={"mutation": {"skip": ["SCH_001"]}, "trace": {"server": "off"}}) as editor:
        editor.open(path)
        assert await editor.lenses(path)  # asked after the settings, so that they are there
        await editor.check(path)
        assert "SCH_001" not in editor.codes(path)
        assert editor.messages == []


async def test_two_folders_have_their_own_projects(editor: Editor, project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "migrations").mkdir(parents=True)
    (other / "confiture.toml").write_text('[mutation]\nskip = ["SCH_001"]\n')
    theirs = other / "migrations/1_things.up.sql"
    editor.open(theirs, "")
    await editor.check(theirs, "CREATE TABLE things (id int UNIQUE);\n")
    mine = project / "migrations/0002_names.up.sql"
    await editor.check(mine)
    assert "SCH_001" in editor.codes(mine)
    assert editor.codes(theirs)
    assert "SCH_001" not in editor.codes(theirs)


async def test_folders_have_their_own_settings(project: Path, tmp_path: Path, server: Server) -> None:
    other = Path(shutil.copytree(project, tmp_path / "other"))
    without = {"mutation": {"skip": ["SCH_001"]}}
    folders, name = [project, other], "migrations/0002_names.up.sql"
    async with started(tmp_path, folders=folders, settings={}, settings_of={other.as_uri(): without}) as editor:
        for folder in folders:
            editor.open(folder / name)
        assert [each.code for each in await editor.check(project / name)] == ["SCH_001"]
        assert await editor.check(other / name) == []
        left = types.WorkspaceFoldersChangeEvent([], [types.WorkspaceFolder(project.as_uri(), "project")])
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(left))
        assert await editor.check(other / name) == []


async def test_handlers_answer_while_a_run_is_on(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    editor.save(path, "SELECT pg_sleep(3600);\n")
    await editor.until(lambda: editor.bars)
    async with asyncio.timeout(2):
        assert await editor.hover(path, 0, 0) is None
        await editor.lenses(path)
    await editor.execute("confiture.cancel")
    await editor.idle()
    assert not any("judging" in title for _, title in await editor.lenses(path))
