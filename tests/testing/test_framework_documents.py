"""Every Python block of the documentation of the API runs, each as a test file of its own."""

import re
from pathlib import Path

import pytest
from plugin_runs import run

from confiture.postgres.server import Server

DOCUMENTS = ("server/confiture/testing/FRAMEWORK_API.md", "docs/python-api.md")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_blocks_run(document: str, repository: Path, server: Server, tmp_path: Path) -> None:
    blocks = BLOCK.findall((repository / document).read_text())
    assert blocks
    for number, block in enumerate(blocks):
        (tmp_path / f"test_block_{number}.py").write_text(block)
    done = run(tmp_path)
    tests = sum(block.count("\ndef test_") + block.startswith("def test_") for block in blocks)
    assert f"{tests} passed" in done.stdout, done.stdout + done.stderr


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
