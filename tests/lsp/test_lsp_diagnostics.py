"""What diagnostics carry, and how clients that fetch them get each of them once."""

import re
from pathlib import Path

import pytest
from editor import Editor, able, started
from lsprotocol import types

from confiture.postgres.server import Server

SOURCES = Path(__file__).parents[2] / "server" / "confiture"
CODE = re.compile(r'Finding\(\s*"([a-z-]+)"|code="([a-z-]+)"|^[A-Z_]+ = "([a-z-]+)"\n"""Code of', re.MULTILINE)

pytestmark = pytest.mark.asyncio(loop_scope="session")


def fetching() -> types.ClientCapabilities:
    capabilities = able("utf-16", configuration=False)
    assert capabilities.workspace
    capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    capabilities.text_document = types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
    return capabilities


async def test_every_finding_has_a_place_in_the_documentation(repository: Path) -> None:
    found = [match for path in SOURCES.rglob("*.py") for match in CODE.findall(path.read_text("utf-8"))]
    codes = {"".join(groups) for groups in found}
    assert len(codes) > 12
    pages = re.findall(r"^## ([a-z-]+)$", (repository / "docs" / "findings.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(codes) == sorted(pages)


async def test_an_open_file_is_fetched_and_the_others_are_published(project: Path, server: Server) -> None:
    up, down = (project / "migrations" / f"0002_names.{way}.sql" for way in ("up", "down"))
    down.write_text("SELECT 1;\n", "utf-8")
    async with started(project, capabilities=fetching()) as editor:
        assert editor.capabilities
        assert isinstance(editor.capabilities.diagnostic_provider, types.DiagnosticOptions)
        assert editor.capabilities.diagnostic_provider.workspace_diagnostics
        editor.open(up)
        assert await editor.fetch(up) == []
        await editor.check(up)
        assert editor.refreshes
        assert "SCH_001" in [each.code for each in await editor.fetch(up)]
        assert up.as_uri() not in editor.diagnostics
        assert editor.codes(down) == ["residue"]
        editor.open(down)
        await editor.until(lambda: editor.codes(down) == [])
        (residue,) = await editor.fetch(down)
        assert residue.code_description
        assert residue.code_description.href.endswith("/docs/findings.md#residue")
        assert residue.related_information
        editor.close(down)
        await editor.until(lambda: editor.codes(down) == ["residue"])


async def test_what_has_not_changed_is_not_sent_again(project: Path, server: Server) -> None:
    path = project / "migrations/0002_names.up.sql"
    async with started(project, capabilities=fetching()) as editor:
        editor.open(path)
        await editor.check(path)
        first = await editor.fetch_report(path)
        assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
        again = await editor.fetch_report(path, known=first.result_id)
        assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
        assert again.result_id == first.result_id
        editor.type(path, "(", (0, 0))
        typed = await editor.fetch_report(path, known=first.result_id)
        assert isinstance(typed, types.RelatedFullDocumentDiagnosticReport)
        assert [each.code for each in typed.items] == ["syntax"]


async def test_a_client_that_fetches_the_whole_workspace_gets_nothing_published(project: Path, server: Server) -> None:
    up, down = (project / "migrations" / f"0002_names.{way}.sql" for way in ("up", "down"))
    down.write_text("SELECT 1;\n", "utf-8")
    async with started(project, capabilities=fetching()) as editor:
        assert await editor.fetch_all() == {}
        await editor.check(up)
        reports = await editor.fetch_all()
        assert {uri: [each.code for each in report.items] for uri, report in reports.items()} == {
            up.as_uri(): ["SCH_001"],
            down.as_uri(): ["residue"],
        }
        known = {uri: str(report.result_id) for uri, report in reports.items()}
        same = await editor.fetch_all(known)
        assert all(isinstance(each, types.WorkspaceUnchangedDocumentDiagnosticReport) for each in same.values())
        await editor.check(down, "ALTER TABLE users DROP COLUMN name;\n")
        assert (await editor.fetch_all(known))[down.as_uri()].items == ()
        assert editor.history == []


async def test_a_client_that_does_not_hear_of_news_has_them_published(project: Path, server: Server) -> None:
    path = project / "migrations/0002_names.up.sql"
    deaf = fetching()
    assert deaf.workspace
    deaf.workspace.diagnostics = None
    async with started(project, capabilities=deaf) as editor:
        editor.open(path)
        await editor.check(path)
        assert editor.codes(path) == ["SCH_001"]
        assert await editor.fetch(path) == []
        assert await editor.fetch_all() == {}


async def test_a_directive_that_ignores_nothing_is_faded(editor: Editor, project: Path) -> None:
    path = project / "migrations/0002_names.up.sql"
    editor.open(path)
    await editor.check(path, "-- confiture: ignore DATA_001 none\nALTER TABLE users ADD COLUMN name text UNIQUE;\n")
    (unused,) = [each for each in editor.of(path) if each.code == "unused-ignore"]
    assert unused.tags == (types.DiagnosticTag.Unnecessary,)
