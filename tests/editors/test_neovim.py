"""Neovim, configured by the lines of docs/editors.md, shows what ``confiture check`` reports, and has tests written."""

import json
import subprocess
from pathlib import Path

import pytest
from guide import block, check_session, environment, reported, show_everything

SESSION = Path(__file__).with_name("neovim_session.lua")


@pytest.mark.editor
@pytest.mark.timeout(400)
def test_neovim_shows_what_the_command_line_reports_and_a_written_test_raises_the_score(
    shop: Path, tmp_path: Path
) -> None:
    show_everything(shop)
    migration = max((shop / "migrations").glob("*.up.sql"))
    variables = environment(tmp_path)
    expected = reported(migration, variables)

    config, answer = tmp_path / "init.lua", tmp_path / "answer.json"
    config.write_text(block("Neovim", "lua"))
    assert len(config.read_text().splitlines()) <= 10
    neovim = subprocess.run(
        ["nvim", "--headless", "-n", "-i", "NONE", "-u", config, migration, "-S", SESSION],
        cwd=shop,
        env=variables | {"EXPECTED": str(len(expected)), "ANSWER": str(answer)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.exists(), neovim.stderr
    said = json.loads(answer.read_text())
    check_session(said, expected)
    assert "not resolved" not in said["lenses"]
    assert any(title.endswith(" killed") for title in said["lenses"])
