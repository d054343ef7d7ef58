"""Each case's survivors get the tests that its ``.expected`` file shows, each of them proved.

A case is a migration behind the line ``-- migration``, what is there before it, and perhaps seed rows in between.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from confiture.engine.check import check
from confiture.engine.killing.write import Limited, Proved, Unproved, Written, write_tests
from confiture.engine.outcome import collect
from confiture.engine.project import Project, load_project
from confiture.engine.workbench import Workbench
from confiture.errors import ProjectError
from confiture.model.span import apply_edits
from confiture.model.verdict import UNDETECTED

PGTAP = {
    "tests/000_helpers.sql": "CREATE EXTENSION IF NOT EXISTS pgtap;\n"
    "CREATE FUNCTION expected() RETURNS name LANGUAGE sql AS $$ SELECT 'notes'::name $$;\n",
    "tests/002_notes.sql": "\\set QUIET 1\nBEGIN;\nSELECT plan(1);\nSELECT has_table(expected());\n"
    "SELECT * FROM finish();\nROLLBACK;\n",
}
CASES = sorted((Path(__file__).parent / "killing").glob("*.sql"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_survivors_get_the_tests_that_kill_them(
    case: Path, tmp_path: Path, workbench: Workbench, request: pytest.FixtureRequest
) -> None:
    project = _project(tmp_path, _parts(case.read_text()))
    told = _render(project, workbench)
    expected = case.with_suffix(".expected")
    if request.config.getoption("--update-cases"):
        expected.write_text(told)
    assert told == expected.read_text()


def test_for_a_migration_that_fails_no_test_is_written(tmp_path: Path, workbench: Workbench) -> None:
    project = _project(tmp_path, {"base": "SELECT 1;", "migration": "DROP TABLE missing;"})
    run = write_tests(project, project.history.migrations[-1], mutants={"any"}, workbench=workbench)
    with pytest.raises(ProjectError, match='002 change fails as it is: table "missing" does not exist'):
        list(run)


def test_a_file_of_pgtap_is_proved_with_what_other_files_define(
    tmp_path: Path, repository: Path, workbench: Workbench
) -> None:
    (tmp_path / "node_modules").symlink_to(repository / "node_modules")
    project = _project(
        tmp_path, {"base": "SELECT 1;", "migration": "CREATE TABLE notes (id int NOT NULL);"}, more=PGTAP
    )
    told = _render(project, workbench)
    assert told == PGTAP["tests/002_notes.sql"].replace("plan(1)", "plan(2)").replace(
        "SELECT * FROM finish();",
        "SELECT col_not_null('public', 'notes', 'id', 'notes.id is never null');\n\nSELECT * FROM finish();",
    )


def _parts(text: str) -> Mapping[str, str]:
    base, *others = re.split(r"^-- (seed|migration)\n", text, flags=re.MULTILINE)
    return {"base": base, **dict(zip(others[::2], others[1::2], strict=True))}


def _project(root: Path, parts: Mapping[str, str], *, more: Mapping[str, str] | None = None) -> Project:
    files = {
        "migrations/001_base.sql": parts["base"],
        "migrations/002_change.sql": parts["migration"],
        "seeds/rows.sql": parts.get("seed"),
        "tests/001_base.sql": "SELECT true;\n",
        **(more or {}),
    }
    for name, text in files.items():
        if text is not None:
            path = root / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
    (root / "seeds").mkdir(exist_ok=True)
    return load_project(root, environment={})


def _survivors(project: Project, workbench: Workbench) -> set[str]:
    outcome = collect(check(project, project.history.migrations[-1], workbench=workbench))
    assert not [finding for finding in outcome.findings if finding.level.value == "error"], outcome.findings
    return {each.mutant.id for each in outcome.judgements if each.verdict.status in UNDETECTED}


def _render(project: Project, workbench: Workbench) -> str:
    """The new file, then the mutants without a test; the tests are put in place and must kill the others."""
    survivors = _survivors(project, workbench)
    run = write_tests(project, project.history.migrations[-1], mutants=survivors, workbench=workbench)
    messages = list(run)
    (written,) = [message for message in messages if isinstance(message, Written)]
    text = written.file.with_claims(written.claims)
    written.file.path.write_text(text)
    if written.rows:
        rows = written.rows.file.with_rows(written.rows.inserts)
        written.rows.file.path.write_text(rows)
        text = f"-- seed {written.rows.file.path.name}\n{rows}\n{text}"
    if written.budgets:
        up = project.history.migrations[-1].up
        limited = apply_edits(up.source, written.budgets)
        up.path.write_text(limited)
        text = f"-- migration\n{limited}\n{text}"
    left = {each.mutant.id: each for each in messages if isinstance(each, Unproved)}
    proved = {each.mutant.id for each in messages if isinstance(each, Proved | Limited)}
    assert proved | left.keys() == survivors
    again = load_project(project.config.root, environment={})
    assert proved.isdisjoint(_survivors(again, workbench))
    lines = [f"-- {each.mutant.operator} {each.mutant.description}: {each.reason}\n" for each in left.values()]
    return text + "\n" * bool(lines) + "".join(lines)
