"""Every Python block of the documentation of the API runs, on the text of the file itself.

Blocks that are test files run as such, here. `test_reference_fragments` completes all others.
"""

from pathlib import Path

from documents import DOCUMENTS, REFERENCE, count_tests, is_test_file, python_blocks, write_project
from plugin_runs import run

from confiture.postgres.server import Server


def test_blocks_run(repository: Path, server: Server, tmp_path: Path) -> None:
    write_project(tmp_path)
    tests = 0
    for document in DOCUMENTS:
        blocks = {title: block for title, block in python_blocks(repository / document).items() if is_test_file(block)}
        assert blocks, document
        for title, block in blocks.items():
            (tmp_path / f"test_{Path(document).stem.replace('-', '_')}_{title}.py").write_text(block, "utf-8")
            tests += count_tests(block)
    done = run(tmp_path)
    assert f" {tests} passed in " in done.stdout, done.stdout + done.stderr


def test_no_document_is_forgotten(repository: Path) -> None:
    # Those in docs/tests and docs/tools are files of projects, which tests/cli/test_documented_projects.py checks.
    files = (repository / "README.md", *(repository / "docs").glob("*.md"), *(repository / "server").rglob("*.md"))
    with_blocks = {file.relative_to(repository).as_posix() for file in files if python_blocks(file)}
    assert with_blocks == {*DOCUMENTS} - {REFERENCE}
    own = [block for name in with_blocks for block in python_blocks(repository / name).values()]
    assert all(map(is_test_file, own))


def test_lists_every_module_of_the_public_structure(repository: Path) -> None:
    package = repository / "server" / "confiture" / "testing"
    text = (package / "FRAMEWORK_API.md").read_text()
    for folder, names in {
        "frameworks": ["mutation", "performance"],
        "fixtures": ["migration_runner", "schema_snapshotter", "data_validator"],
    }.items():
        for name in names:
            assert (package / folder / f"{name}.py").is_file()
            assert f"{name}.py" in text
