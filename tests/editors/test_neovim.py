"""Neovim, configured by the lines of docs/editors.md, shows what ``confiture check`` reports."""

import json
import subprocess
from pathlib import Path

import pytest
from guide import block, environment, reported

SESSION = Path(__file__).with_name("neovim_session.lua")


@pytest.mark.editor
@pytest.mark.timeout(300)
def test_neovim_shows_what_the_command_line_reports(shop: Path, tmp_path: Path) -> None:
    (shop / "confiture.toml").write_text("[mutation]\nper_line = 1000\nper_file = 1000\n")
    migration = max((shop / "migrations").glob("*.up.sql"))
    variables = environment(tmp_path)
    expected = reported(migration, variables)
    assert len(expected) > 1

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
    shown = sorted((each["code"], each["message"], each["line"]) for each in json.loads(answer.read_text()))
    assert [(code, message) for code, message, _ in shown] == [(code, message) for code, message, _ in expected]
    assert all(line in lines for (_, _, line), (_, _, lines) in zip(shown, expected, strict=True))
