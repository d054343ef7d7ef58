"""Neovim, configured by the lines of docs/editors.md, shows what ``confiture check`` reports."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BLOCK = re.compile(r"^## Neovim\n.*?^```lua\n(.*?)^```", re.DOTALL | re.MULTILINE)
SESSION = Path(__file__).with_name("neovim_session.lua")


@pytest.fixture
def config(repository: Path, tmp_path: Path) -> Path:
    lines = BLOCK.search((repository / "docs" / "editors.md").read_text())
    assert lines
    assert len(lines[1].splitlines()) <= 10
    file = tmp_path / "init.lua"
    file.write_text(lines[1])
    return file


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The developer's variables, with a home of its own and our commands first on PATH."""
    folders = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("CONFIG", "DATA", "STATE")}
    return os.environ | folders | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}


@pytest.mark.editor
def test_neovim_shows_what_the_command_line_reports(
    shop: Path, config: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    (shop / "confiture.toml").write_text("[mutation]\nper_line = 1000\nper_file = 1000\n")
    migration = max((shop / "migrations").glob("*.up.sql"))
    expected = reported(migration, environment)
    assert expected

    answer = tmp_path / "answer.json"
    neovim = subprocess.run(
        ["nvim", "--headless", "-n", "-i", "NONE", "-u", config, migration, "-S", SESSION],
        cwd=shop,
        env=environment | {"EXPECTED": str(len(expected)), "ANSWER": str(answer)},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert answer.exists(), neovim.stderr
    shown = sorted((d["code"], d["line"], d["column"], d["message"]) for d in json.loads(answer.read_text()))
    assert shown == expected


def reported(migration: Path, environment: dict[str, str]) -> list[tuple[str, int, int, str]]:
    """Code, line, column and message of what ``confiture check`` finds in the up script."""
    checked = subprocess.run(
        [sys.executable, "-m", "confiture", "check", migration, "--format", "json"],
        cwd=migration.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 1, checked.stderr
    return sorted(json.loads(checked.stdout))
